"""A visit among peers: one municipality hosts, up to six come; asked for or offered, accepted, reported on within a month.

`decide_visit` is pure: a visit, a command and whose it is give the visit afterwards; what does not fit is refused by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

import msgspec

MOST_PEERS = 6
MOST_ENTRIES = 50
REPORT_WITHIN = timedelta(days=30)
REMIND_BEFORE = timedelta(days=7)
"""Before the month for the report is over."""

Kind = Literal["ask", "offer"]
Status = Literal["proposed", "accepted", "reported", "cancelled"]
Mode = Literal["onsite", "online", "hybrid"]


class Note(msgspec.Struct, frozen=True, omit_defaults=True):
    """A question before, or a finding after, and whose it is."""

    text: str
    by: str


class VisitState(msgspec.Struct, frozen=True, omit_defaults=True):
    """The state of a visit. `visitors`: those who come; `invited`: those who may yet accept, the host among them where it was
    asked."""

    kind: Kind
    title: str
    host: str
    visitors: tuple[str, ...]
    invited: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    mode: Mode
    agenda: tuple[str, ...] = ()
    practice: str = ""
    questions: tuple[Note, ...] = ()
    findings: tuple[Note, ...] = ()
    report: str = ""
    reported_by: str = ""
    status: Status = "proposed"

    @property
    def people(self) -> tuple[str, ...]:
        """Every municipality that it concerns."""
        return tuple(dict.fromkeys((self.host, *self.visitors, *self.invited)))

    @property
    def taking_part(self) -> tuple[str, ...]:
        return tuple(slug for slug in dict.fromkeys((self.host, *self.visitors)) if slug not in self.invited)

    def may_accept(self, slug: str) -> bool:
        return slug in self.invited and self.status in ("proposed", "accepted")

    @property
    def report_by(self) -> datetime:
        return self.ends_at + REPORT_WITHIN

    @property
    def remind_at(self) -> datetime | None:
        """When those who took part are asked for their report."""
        return self.report_by - REMIND_BEFORE if self.status == "accepted" else None


class VisitRefusal(Exception):
    """A command that does not fit; the class says which rule."""


class NotInvited(VisitRefusal):
    """Only who was asked or invited may accept."""


class VisitOver(VisitRefusal):
    """The visit was called off, or somebody has reported already."""


class VisitFull(VisitRefusal):
    """As many municipalities come as may."""


class VisitAhead(VisitRefusal):
    """What comes afterwards can't be written before."""


class TooMuch(VisitRefusal):
    """There are as many questions or findings as there may be."""


@dataclass(frozen=True, slots=True)
class Accept:
    """Agree to the visit: as its host, or as one who comes."""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Decline, come no more, or (the host, or who proposed it) call it off."""


@dataclass(frozen=True, slots=True)
class Question:
    """Ask something before the visit."""

    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Note something worth knowing after the visit."""

    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """Write down what came of the visit."""

    text: str
    findings: tuple[str, ...] = ()


VisitCommand: TypeAlias = Accept | Withdraw | Question | Finding | Report


def decide_visit(state: VisitState, command: VisitCommand, actor: str, now: datetime) -> VisitState:
    """The visit after a command. Raises a `VisitRefusal`."""
    change = msgspec.structs.replace
    if actor not in state.people:
        raise NotInvited
    if state.status == "cancelled" or (state.status == "reported" and not isinstance(command, Finding)):
        raise VisitOver
    match command:
        case Accept():
            if actor not in state.invited:
                return state
            comes_as_visitor = actor != state.host
            if comes_as_visitor and len(state.visitors) >= MOST_PEERS:
                raise VisitFull
            if state.ends_at <= now:
                raise VisitOver
            visitors = (*state.visitors, actor) if comes_as_visitor else state.visitors
            return change(state, visitors=visitors, invited=_without(state.invited, actor), status="accepted")
        case Withdraw():
            visitors = _without(state.visitors, actor)
            after = change(state, visitors=visitors, invited=_without(state.invited, actor))
            nobody_comes = not visitors and not any(slug != state.host for slug in after.invited)
            return change(after, status="cancelled") if actor == state.host or nobody_comes else after
        case Question(text):
            return change(state, questions=_with_note(state.questions, text, actor))
    if now < state.starts_at or state.status == "proposed" or actor not in state.taking_part:
        raise VisitAhead
    match command:
        case Finding(text):
            return change(state, findings=_with_note(state.findings, text, actor))
        case Report(text, findings):
            all_findings = state.findings
            for finding in findings:
                all_findings = _with_note(all_findings, finding, actor)
            return change(state, report=text, findings=all_findings, reported_by=actor, status="reported")
    raise AssertionError(command)


def _without(slugs: tuple[str, ...], left_out: str) -> tuple[str, ...]:
    return tuple(slug for slug in slugs if slug != left_out)


def _with_note(notes: tuple[Note, ...], text: str, slug: str) -> tuple[Note, ...]:
    if len(notes) >= MOST_ENTRIES:
        raise TooMuch
    return (*notes, Note(text, slug))
