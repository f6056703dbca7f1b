"""A ring: municipalities that compare notes over a longer time, with documents, meetings and common measures.

`decide` is pure: a ring, a command and whose it is give the ring afterwards; what does not fit is refused by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Literal, TypeAlias, TypeVar

import msgspec

MOST_MEMBERS, MOST_DOCUMENTS, MOST_MEETINGS, MOST_MEASURES = 60, 200, 200, 200
MeasureStatus = Literal["planned", "under_way", "done", "dropped"]


class Document(msgspec.Struct, frozen=True, omit_defaults=True):
    """An address, with whose it is."""

    id: str
    title: str
    url: str
    by: str
    at: datetime


class Meeting(msgspec.Struct, frozen=True, omit_defaults=True):
    """A meeting of a ring. `url`: of its page, a gathering's for instance. `findings`: what came of it."""

    id: str
    title: str
    starts_at: datetime
    url: str = ""
    findings: str = ""


class Measure(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the ring does together."""

    id: str
    title: str
    due: date | None = None
    status: MeasureStatus = "planned"


E = TypeVar("E", Document, Meeting, Measure)


class RingState(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who belongs to the ring, who is invited, and what the members have entered."""

    title: str
    purpose: str
    members: tuple[str, ...]
    invited: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    measures: tuple[Measure, ...] = ()


class RingRefusal(Exception):
    """A command that does not fit; the class says which rule. `sentence`: what to do."""

    sentence = ""


class NotAMember(RingRefusal):
    """Only members may do this."""

    sentence = "Only members of the ring may do this."


class NotInvited(RingRefusal):
    """Only who is invited may join or decline."""

    sentence = "The municipality was not invited to this ring."


class RingFull(RingRefusal):
    """The ring has as many members or entries as it may have."""

    sentence = "There are very many of these in this ring already."


class NoSuchEntry(RingRefusal):
    """The ring has no entry with this id."""

    sentence = "There is no such entry in this ring."


@dataclass(frozen=True, slots=True)
class Invite:
    """Ask a municipality to join."""

    municipality: str


@dataclass(frozen=True, slots=True)
class Join:
    """Become a member, for who is invited."""


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave the ring, or decline an invitation to it."""


@dataclass(frozen=True, slots=True)
class Put:
    """Add an entry; not `new`: replace the one with its id."""

    entry: Document | Meeting | Measure
    new: bool = True


@dataclass(frozen=True, slots=True)
class Remove:
    """Remove a document, meeting or measure."""

    id: str


RingCommand: TypeAlias = Invite | Join | Leave | Put | Remove


def decide_ring(state: RingState, command: RingCommand, slug: str) -> RingState:
    """The ring after a command. Raises a `RingRefusal`."""
    change = msgspec.structs.replace
    match command:
        case Join():
            if slug in state.members:
                return state
            if slug not in state.invited:
                raise NotInvited
            return change(state, members=(*state.members, slug), invited=_without(state.invited, slug))
        case Leave():
            return change(state, members=_without(state.members, slug), invited=_without(state.invited, slug))
    if slug not in state.members:
        raise NotAMember
    match command:
        case Invite(municipality):
            if municipality in state.members or municipality in state.invited:
                return state
            if len(state.members) + len(state.invited) >= MOST_MEMBERS:
                raise RingFull
            return change(state, invited=(*state.invited, municipality))
        case Put(Document() as entry, new):
            return change(state, documents=_put(state.documents, entry, new, MOST_DOCUMENTS))
        case Put(Meeting() as entry, new):
            return change(state, meetings=_put(state.meetings, entry, new, MOST_MEETINGS))
        case Put(Measure() as entry, new):
            return change(state, measures=_put(state.measures, entry, new, MOST_MEASURES))
        case Remove(id):
            after = change(
                state,
                documents=tuple(one for one in state.documents if one.id != id),
                meetings=tuple(one for one in state.meetings if one.id != id),
                measures=tuple(one for one in state.measures if one.id != id),
            )
            if after == state:
                raise NoSuchEntry
            return after
    raise AssertionError(command)


def _without(slugs: tuple[str, ...], left_out: str) -> tuple[str, ...]:
    return tuple(slug for slug in slugs if slug != left_out)


def _put(entries: tuple[E, ...], entry: E, new: bool, most: int) -> tuple[E, ...]:
    if any(one.id == entry.id for one in entries):
        return tuple(entry if one.id == entry.id else one for one in entries)
    if not new:
        raise NoSuchEntry
    if len(entries) >= most:
        raise RingFull
    return tuple(one for one in chain(entries, (entry,)))
