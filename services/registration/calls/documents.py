"""The outcome of a call as it is stored until it is carried out."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.storage.mongo import Document
from services.registration.domain.commands import CallOutcome


@dataclass(frozen=True, slots=True)
class Call:
    """One call about `registration`. `about`: the kind of the message it was made for."""

    id: str
    registration: str
    said: CallOutcome
    about: str


def to_call(stored: Document) -> Call:
    return Call(stored["_id"], stored["registration"], stored["said"], stored["about"])
