"""A practice: what a municipality did, from draft by review to publication, and how long it is taken for true.

`decide` is pure: a state and a command give the state afterwards and what happened. A command that does not fit the state is
refused by name and changes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

import msgspec

from chassis.text.numbers import western_digits
from services.reporting.domain.cost import Cost

CONFIRM_EVERY = timedelta(days=365)
NEEDED = ("title", "start", "goal", "steps", "result")
"""What a practice has to say before the office reads it."""
TEXTS = (*NEEDED, "went_wrong", "transfer", "evidence_of_result", "target_group", "partners", "staff", "duration")

Happened = Literal["submitted", "returned", "published", "confirmed", "retired"]
Status = Literal["draft", "submitted", "published", "retired"]


class Contact(msgspec.Struct, frozen=True, omit_defaults=True):
    """An office with a mailbox of its own, no person."""

    office: str
    email: str


class Link(msgspec.Struct, frozen=True, omit_defaults=True):
    """A document elsewhere, by its address."""

    title: str
    url: str


class Content(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a practice says; texts by language. `languages`: in which it worked with people."""

    title: dict[str, str]
    fields: tuple[str, ...]
    start: dict[str, str] = {}
    goal: dict[str, str] = {}
    steps: dict[str, str] = {}
    result: dict[str, str] = {}
    went_wrong: dict[str, str] = {}
    transfer: dict[str, str] = {}
    evidence_of_result: dict[str, str] = {}
    target_group: dict[str, str] = {}
    partners: dict[str, str] = {}
    staff: dict[str, str] = {}
    duration: dict[str, str] = {}
    cost: Cost | None = None
    languages: tuple[str, ...] = ()
    documents: tuple[Link, ...] = ()
    contact: Contact | None = None
    named: bool = False
    public: bool = False


class PracticeState(msgspec.Struct, frozen=True, omit_defaults=True):
    """The state of a practice. `draft`: what is being written, beside what is published; `edition`: rises with each publication."""

    edition: int = 0
    draft: Content | None = None
    submitted: bool = False
    note: str = ""
    published: Content | None = None
    first_published: datetime | None = None
    published_at: datetime | None = None
    last_confirmed: datetime | None = None
    retired: bool = False

    @property
    def status(self) -> Status:
        if self.retired:
            return "retired"
        if self.submitted:
            return "submitted"
        return "published" if self.published else "draft"

    @property
    def confirm_by(self) -> datetime | None:
        return None if self.last_confirmed is None or self.retired else self.last_confirmed + CONFIRM_EVERY


class Refusal(Exception):
    """A command that does not fit; the class says which rule. `sentence`: what to do."""

    sentence = ""

    def __init__(self, missing: tuple[str, ...] = ()) -> None:
        super().__init__(type(self).__name__)
        self.missing = missing


class PracticeRetired(Refusal):
    """A retired practice does not change any more."""

    sentence = "This practice was retired. Write a new one instead."


class NothingToSubmit(Refusal):
    """There is no draft that could be submitted."""

    sentence = "There is no draft. Change the practice first."


class PracticeIncomplete(Refusal):
    """A part that readers need is missing."""

    sentence = "Some parts that readers need are missing."


class NotSubmitted(Refusal):
    """The programme office reviews what was submitted alone."""

    sentence = "The practice has not been submitted."


class NotPublished(Refusal):
    """Only what is published can be confirmed."""

    sentence = "The practice is not published."


@dataclass(frozen=True, slots=True)
class Write:
    """Save the draft; a submitted one goes back to being written."""

    content: Content


@dataclass(frozen=True, slots=True)
class Submit:
    """Hand the draft to the programme office for review."""


@dataclass(frozen=True, slots=True)
class Return:
    """The office asks for changes."""

    note: str


@dataclass(frozen=True, slots=True)
class Publish:
    """Put the submitted draft into the library."""


@dataclass(frozen=True, slots=True)
class Confirm:
    """Say that the practice still holds."""


@dataclass(frozen=True, slots=True)
class Retire:
    """Take the practice out of the library for good."""


Command: TypeAlias = Write | Submit | Return | Publish | Confirm | Retire


def decide(state: PracticeState, command: Command, now: datetime) -> tuple[PracticeState, Happened | None]:
    """The practice after a command, and what happened by it. Raises a `Refusal`."""
    change = msgspec.structs.replace
    if state.retired:
        raise PracticeRetired
    match command:
        case Write(content):
            return change(state, draft=content, submitted=False), None
        case Submit():
            if state.draft is None:
                raise NothingToSubmit
            if missing := missing_parts(state.draft):
                raise PracticeIncomplete(missing)
            return change(state, submitted=True, note=""), "submitted"
        case Return(note):
            if not state.submitted:
                raise NotSubmitted
            return change(state, submitted=False, note=note), "returned"
        case Publish():
            if not state.submitted or state.draft is None:
                raise NotSubmitted
            return (
                change(
                    state,
                    edition=state.edition + 1,
                    published=state.draft,
                    draft=None,
                    submitted=False,
                    note="",
                    first_published=state.first_published or now,
                    published_at=now,
                    last_confirmed=now,
                ),
                "published",
            )
        case Confirm():
            if state.published is None:
                raise NotPublished
            return change(state, last_confirmed=now), "confirmed"
        case Retire():
            if state.published is None:
                raise NotPublished
            return change(state, retired=True, submitted=False, draft=None), "retired"


def missing_parts(content: Content) -> tuple[str, ...]:
    """Parts of which no language says anything, and the fields of action where none is named."""
    texts = tuple(part for part in NEEDED if not any(text.strip() for text in getattr(content, part).values()))
    return texts if content.fields else (*texts, "fields")


# What stands before the @ is looked at once for each run of such signs, not once for each of them.
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+")
_TELEPHONE = re.compile(r"(?<![\w.,])(?:\+\d{1,3}|0)[\s/()-]*\d{2,5}[\s/()-]*\d(?:[\s/-]?\d){3,}")


def names_somebody(text: str) -> bool:
    """Whether a text holds an address or a telephone number, in digits of any script, which belong to the contact alone."""
    return bool(_EMAIL.search(text) or _TELEPHONE.search(western_digits(text)))


def readability(text: str) -> float:
    """Words per sentence and long words, as Lesbarkeitsindex LIX: up to 40 is easy, from 55 on hard."""
    word_list = re.findall(r"\w+", text)
    sentences = max(1, len(re.findall(r"[.!?:](?:\s|$)", text)))
    if not word_list:
        return 0.0
    return len(word_list) / sentences + 100 * sum(len(word) > 6 for word in word_list) / len(word_list)


SIZES = {"small": (0, 20_000), "medium": (20_000, 100_000), "large": (100_000, 10**9)}
"""Municipalities by number of people, as visitors filter."""


def size_of(inhabitants: int) -> str:
    return next(name for name, (low, high) in SIZES.items() if low <= inhabitants < high)
