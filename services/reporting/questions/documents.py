"""A question, an answer and what a municipality follows, as they are stored. Each belongs to the municipality that wrote it."""

from __future__ import annotations

from datetime import datetime

import msgspec

from chassis.storage.documents import StoredDocument
from services.reporting.domain.contribution import About, Status, key_of


class Contribution(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """A question or an answer as it is stored. `named`: the municipality's name may stand with it. `reason`: why the office took it
    away. `announced`: followers were told of it, which happens once."""

    text: dict[str, str]
    named: bool
    role: str
    status: Status = msgspec.field(name="standing")
    reason: str = ""
    announced: bool = msgspec.field(name="told", default=False)
    at: datetime
    changed_at: datetime


class Question(Contribution, frozen=True, kw_only=True, omit_defaults=True):
    """A question between municipalities. `subject`: the id of the practice or ring it is about, or the slug of the one municipality
    that is asked."""

    about: About
    subject: str = ""
    answers: int = 0
    """How many were written; the limit is checked against it."""

    @property
    def key(self) -> str:
        return key_of(self.about, self.subject)


class Answer(Contribution, frozen=True, kw_only=True, omit_defaults=True):
    """An answer to a question."""

    question: str
    helped: bool = False
    """Whoever asked says so."""


class Following(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """A municipality's subscription to what is new under `key`; its id is `<municipality>:<key>`."""

    key: str
    follows: bool
