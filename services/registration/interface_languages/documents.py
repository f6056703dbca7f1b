"""Added languages as they are stored: their versions in the municipality, the words of each in a document of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from chassis.storage.documents import Part, StoredDocument

Direction = Literal["ltr", "rtl"]
Step = Literal["uploaded", "published", "withdrawn"]


class CatalogueVersion(Part, frozen=True, kw_only=True):
    """A catalogue that was uploaded, which never changes. `digest`: of its words; `translated` of so many sentences."""

    number: int
    name: str
    direction: Direction
    falls_back_to: str
    digest: str
    translated: int
    sentences: int


class LanguageStep(Part, frozen=True, kw_only=True):
    """What was done with a language. `by`: the key that stands for the address of who did it."""

    step: Step
    version: int
    at: datetime
    by: str


class InterfaceLanguage(Part, frozen=True, kw_only=True):
    """A language that a municipality added. `in_force`: the number of the version that residents read; None: none."""

    versions: tuple[CatalogueVersion, ...] = ()
    steps: tuple[LanguageStep, ...] = ()
    in_force: int | None = None

    def version(self, number: int | None) -> CatalogueVersion | None:
        return next((one for one in self.versions if one.number == number), None)


class StoredMessage(Part, frozen=True, kw_only=True):
    """A message of ours and its forms in the language. A list, because sentences hold the dots that fields' names may not."""

    message: str
    forms: tuple[str, ...]


class CatalogueWords(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """The words of a version."""

    messages: tuple[StoredMessage, ...]
    plural: str
