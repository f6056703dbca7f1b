"""What a municipality noted of a training, as it is stored; when and what it was, registration's events say."""

from __future__ import annotations

from datetime import datetime

from chassis.storage.documents import Part, StoredDocument


class Material(Part, frozen=True, kw_only=True):
    """A document of the training, by its title and address."""

    title: str
    url: str


class OfficePresent(Part, frozen=True, kw_only=True):
    """An office or body, and how many came from it."""

    office: str
    people: int


class TrainingNotes(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """Its id is that of the gathering."""

    materials: tuple[Material, ...] = ()
    offices: tuple[OfficePresent, ...] = ()
    changed_at: datetime
