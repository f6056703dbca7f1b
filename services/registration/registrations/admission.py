"""Decides whether a group may sign up, before its seats are decided on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chassis.http.problems import FieldError, invalid
from services.registration.domain.gathering import check_code, check_open, check_party, check_quota
from services.registration.domain.invitations import Invitation
from services.registration.domain.ledger import GatheringState
from services.registration.interface_languages.spoken import Spoken
from services.registration.questions.answering import read_new_answers
from services.registration.questions.documents import StoredAnswer
from services.registration.registrations.reach_first import unmet
from services.registration.registrations.schemas import NewRegistration


@dataclass(frozen=True, slots=True)
class Admitted:
    """What is known of a group that may sign up: its answers to the gathering's questions, the id of its invitation."""

    answers: tuple[StoredAnswer, ...]
    invitation: str


def admit(
    state: GatheringState,
    body: NewRegistration,
    spoken: Spoken,
    invitation: Invitation | None,
    by_staff: bool,
    now: datetime,
) -> Admitted:
    """Check that a group may sign up, as far as that can be said before its seats are decided. Raises Refused; Problem 422 naming every field that
    is wrong. Staff sign people up without an invitation as well."""
    check_open(state.terms, state.status, now)
    people = 1 + len(body.party)
    answers, wrong = read_new_answers(state, body.answers, people)
    errors = [*check_party(state.terms, people, body.support), *check_quota(state, body.quota or "")]
    if body.code or not by_staff:
        errors += check_code(state, invitation, bool(body.code), "" if by_staff else body.quota or "", now)
    wrong = [*unmet(body.reach_first, body.messages_go_to), *(FieldError(*one) for one in errors), *wrong]
    if spoken.wrong:
        wrong.insert(0, spoken.wrong)
    if wrong:
        raise invalid(*wrong)
    return Admitted(answers, invitation.id if invitation else "")
