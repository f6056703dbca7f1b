"""Decisions on commands: `decide(ledger, command, now)` says step by step what changes and what the others are told.

Here stand the rules of the gathering as a whole (open, called off, over); those of seats stand in `seating.py`, `confirming.py` and
`group_changes.py`, of the draw in `drawing.py`, of who came in `attendance.py`, of what may be changed in `gathering_changes.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from contracts.registration import GatheringDrawn
from services.registration.domain import confirming, group_changes, seating
from services.registration.domain.attendance import (
    attendance,
    attendance_due,
    count_invitations,
    invitations_counted_due,
)
from services.registration.domain.claim import EndedClaim
from services.registration.domain.commands import (
    Accept,
    ApplyRetention,
    Cancel,
    ChangeGathering,
    ChangeGroup,
    CheckIn,
    CloseDoor,
    Command,
    Confirm,
    Draw,
    Erase,
    Extend,
    Lapse,
    Reassign,
    Reconfirm,
    RecordCallOutcome,
    Register,
    WalkIn,
)
from services.registration.domain.drawing import draw
from services.registration.domain.gathering import check_open, check_party, check_quota
from services.registration.domain.gathering_changes import change_gathering
from services.registration.domain.ledger import EndedChange, Ledger, Steps
from services.registration.domain.meetings import at_the_door
from services.registration.domain.moving_on import lapse
from services.registration.domain.refused import (
    CalledOff,
    CallFirst,
    DrawnOnlyWhenPublished,
    GatheringOver,
    Invalid,
    MeetingOver,
    NoRoom,
    NotDrawnYet,
    NotOver,
)
from services.registration.domain.retention import due

NOTHING_ENTERED = "Please choose the kept seats, or enter the code."
NO_SUCH_MEETING = "There is no such meeting (any more). Please open the door's page again."
LATEST_ASKED = timedelta(days=1)
"""How far ahead the time to confirm may begin: nobody is told later that seats wait."""


def decide(ledger: Ledger, command: Command, now: datetime) -> Steps[Any]:
    """Decide a command. The ledger stays as it is: whoever asks applies the steps (`ledger.carry_out`).

    Raises: Refused, Invalid.
    """
    result: Any = yield from HANDLERS[type(command)](ledger, command, now)
    return result


def pass_time(ledger: Ledger, now: datetime) -> Steps[None]:
    """Do what is due by now without a command: claims lapse; an hour after the end it is published who came."""
    yield from lapse(ledger, now)
    over = attendance_due(ledger)
    if over is not None and over <= now:
        yield attendance(ledger)
        yield ledger.with_state(attended_at=now)
    over = invitations_counted_due(ledger)
    if over is not None and over <= now:
        yield from count_invitations(ledger)


def _lapse(ledger: Ledger, command: Lapse, now: datetime) -> Steps[None]:
    yield from lapse(ledger, now)


def _register(ledger: Ledger, command: Register, now: datetime) -> Steps[None]:
    group = command.group
    if group.registration_id in ledger.claims or group.registration_id in ledger.ended:
        return
    check_open(ledger.terms, ledger.state.status, now)
    by = ledger.terms.confirm_by(now, group.to_reach) if command.unconfirmed else None
    invitation = ledger.terms.invitation(group.invitation)
    if invitation is not None and invitation.quota:
        group = replace(group, quota=invitation.quota)
    if group.quota and group.quota not in {one.id for one in ledger.open_quotas}:
        group = replace(group, quota="")  # released while they wrote: the seats are everybody's now
    yield from seating.register(ledger, group, now, by, command.origins if command.unconfirmed else ())


def _walk_in(ledger: Ledger, command: WalkIn, now: datetime) -> Steps[None]:
    _check_published(ledger)
    id = command.group.registration_id
    if id in ledger.claims or id in ledger.ended:
        return
    if ledger.terms.over(now):
        raise MeetingOver
    if ledger.state.before_draw:
        raise NotDrawnYet
    yield from lapse(ledger, now)
    if command.group.size > ledger.room():
        raise NoRoom
    yield from seating.register(ledger, command.group, now, None)
    yield from seating.arrive(ledger, id, now, meeting=_meeting(ledger, "", now))


def _confirm(ledger: Ledger, command: Confirm, now: datetime) -> Steps[None]:
    _check_published(ledger)
    claim = ledger.claims.get(command.registration_id)
    if command.to_reach and claim is not None and not claim.confirmed:
        raise CallFirst
    yield from confirming.confirm(ledger, command.registration_id, now, command.answered)


def _extend(ledger: Ledger, command: Extend, now: datetime) -> Steps[None]:
    if ledger.state.published:
        yield from confirming.extend(ledger, command.registration_id, min(command.asked_at, now + LATEST_ASKED))


def _accept(ledger: Ledger, command: Accept, now: datetime) -> Steps[None]:
    _check_published(ledger)
    yield from confirming.accept(ledger, command.registration_id, now)


def _reconfirm(ledger: Ledger, command: Reconfirm, now: datetime) -> Steps[None]:
    _check_published(ledger)
    yield from confirming.reconfirm(ledger, command.registration_id, now)


def _cancel(ledger: Ledger, command: Cancel, now: datetime) -> Steps[None]:
    yield from seating.cancel(ledger, command.registration_id, now, command.by)


def _erase(ledger: Ledger, command: Erase, now: datetime) -> Steps[None]:
    if not ledger.terms.over(now):
        yield from seating.cancel(ledger, command.registration_id, now, "erasure")


def _change_group(ledger: Ledger, command: ChangeGroup, now: datetime) -> Steps[None]:
    _check_published(ledger)
    if ledger.terms.over(now):
        raise GatheringOver
    if command.larger and not command.by_staff:
        check_open(ledger.terms, ledger.state.status, now)
    wrong = check_party(ledger.terms, command.group.size if command.larger else 1, command.asked)
    if wrong:
        raise Invalid(*wrong)
    yield from group_changes.change(ledger, command.group, now, announce=command.other_language)


def _reassign(ledger: Ledger, command: Reassign, now: datetime) -> Steps[None]:
    _check_published(ledger)
    if ledger.terms.over(now):
        raise GatheringOver
    if command.quota is None and command.invitation is None:
        raise Invalid(("/quota", NOTHING_ENTERED, {}))
    wrong = check_quota(ledger.state, command.quota or "")
    if wrong:
        raise Invalid(*wrong)
    yield from group_changes.reassign(ledger, command.registration_id, now, command.quota, command.invitation)


def _record_call_outcome(ledger: Ledger, command: RecordCallOutcome, now: datetime) -> Steps[None]:
    id, outcome, about = command.registration_id, command.outcome, command.about
    claim = ledger.claims.get(id)
    if claim is None or not ledger.state.published:
        return
    unconfirmed = about == "confirm-by-call" and not claim.confirmed
    has_come = claim.arrived and (not ledger.terms.meetings or ledger.terms.over(now))
    if (outcome == "cancels" and not has_come) or (outcome == "nobody" and unconfirmed):
        yield from seating.cancel(ledger, id, now, "staff")
    elif outcome == "comes" and unconfirmed:
        yield from confirming.confirm(ledger, id, now, command.answered)
    elif outcome == "comes" and about == "offered" and claim.status == "offered":
        yield from confirming.accept(ledger, id, now)
    elif outcome == "comes" and about == "reconfirm" and claim.asked:
        yield from confirming.reconfirm(ledger, id, now)


def _check_in(ledger: Ledger, command: CheckIn, now: datetime) -> Steps[tuple[str, bool]]:
    """Check a group in; (the meeting, empty where the gathering has no list of them; whether as many were checked in before)."""
    _check_published(ledger)
    meeting = _meeting(ledger, command.meeting, now)
    before = ledger.claims.get(command.registration_id)
    claim = yield from seating.arrive(ledger, command.registration_id, now, command.people, meeting)
    return meeting, before is not None and 0 < before.here(meeting) == claim.here(meeting)


def _meeting(ledger: Ledger, id: str, now: datetime) -> str:
    """The meeting with this id; without one, that at whose door people stand now. Empty where the gathering has no list of them."""
    if not id:
        meeting = at_the_door(ledger.terms.meetings, now)
        return meeting.id if meeting else ""
    if not any(one.id == id and not one.cancelled for one in ledger.terms.meetings):
        raise Invalid(("/meeting", NO_SUCH_MEETING, {}))
    return id


def _close_door(ledger: Ledger, command: CloseDoor, now: datetime) -> Steps[Any]:
    _check_published(ledger)
    if not ledger.terms.over(now):
        raise NotOver
    attended = attendance(ledger)
    yield attended
    yield ledger.with_state(attended_at=now)
    return attended


def _draw(ledger: Ledger, command: Draw, now: datetime) -> Steps[None]:
    if not ledger.state.published:
        raise DrawnOnlyWhenPublished
    if ledger.state.drawn_at is not None:
        return
    yield from lapse(ledger, now)
    if ledger.terms.allocation == "lottery":
        in_line = tuple(ledger.queue)
        yield GatheringDrawn(gathering_id=ledger.id, seed=command.seed.hex(), registration_ids=in_line)
    yield from draw(ledger, command.seed, now)


def _apply_retention(ledger: Ledger, command: ApplyRetention, now: datetime) -> Steps[None]:
    if command.everybody:
        yield ledger.with_state(forgotten_at=now, forget_at=None)
        return
    for id in command.ended:
        ended = ledger.ended.get(id)
        if ended is not None:
            yield EndedChange(id, ended, EndedClaim(ended.status, None))
    # Claims may have ended since the rule began to look: what stands here now says when it looks again.
    ends_at = ledger.terms.ends_at or now
    still_kept = {id: ended.at for id, ended in ledger.ended.items() if ended.at is not None}
    look_again = due(ends_at, still_kept, command.hours, command.days, now).look_again
    yield ledger.with_state(forget_at=min((at for at in (look_again, command.later) if at is not None), default=now))


def _check_published(ledger: Ledger) -> None:
    if not ledger.state.published:
        raise CalledOff


HANDLERS: dict[type, Callable[..., Steps[Any]]] = {
    Lapse: _lapse,
    Register: _register,
    WalkIn: _walk_in,
    Confirm: _confirm,
    Extend: _extend,
    Accept: _accept,
    Reconfirm: _reconfirm,
    Cancel: _cancel,
    Erase: _erase,
    ChangeGroup: _change_group,
    Reassign: _reassign,
    RecordCallOutcome: _record_call_outcome,
    CheckIn: _check_in,
    CloseDoor: _close_door,
    Draw: _draw,
    ChangeGathering: change_gathering,
    ApplyRetention: _apply_retention,
}
"""What decides each command."""
