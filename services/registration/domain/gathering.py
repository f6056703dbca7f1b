"""Rules of a gathering as a whole: what a valid one is, and when one may register."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from contracts.registration import Gathering, KeptSeats
from services.registration.domain.invitations import (
    NEEDED,
    QUOTA_BY_INVITATION,
    Invitation,
    invitation_mistakes,
    refusal,
)
from services.registration.domain.ledger import GatheringState, Ledger, Status
from services.registration.domain.meetings import meeting_mistakes
from services.registration.domain.questions import question_mistakes
from services.registration.domain.quotas import quota_mistakes
from services.registration.domain.refused import (
    ADD_DEFAULT,
    CalledOff,
    Closed,
    GatheringOver,
    Mistake,
    NotOpen,
    NotOpenYet,
    NotRegistered,
)
from services.registration.domain.terms import Terms

TOO_LARGE = "At most %(most)s people can sign up together, you included. Please sign up the others separately."
KEPT_HERE = frozenset(("join_url", "questions", "quotas", "invitations", "open_to"))
"""Facts of a gathering that no event carries."""
NOT_KEPT = "No seats are kept for this group. Please choose again."
NOT_OFFERED = "This support is not offered at this gathering (any more). Please choose again."


def mistakes(facts: Mapping[str, Any], default_language: str, released: Collection[str] = ()) -> list[Mistake]:
    """All that is wrong with a gathering. `released`: quotas that ended."""
    wrong: list[Mistake] = [
        (f"/{name}", ADD_DEFAULT, {"language": default_language})
        for name in ("title", "description")
        if default_language not in facts[name]
    ]
    if facts["ends_at"] <= facts["starts_at"]:
        wrong.append(("/ends_at", "The end must be after the start.", {}))
    if facts["party_max"] > facts["capacity"]:
        wrong.append(("/party_max", "A party can't be larger than the capacity.", {}))
    if facts["mode"] in ("onsite", "hybrid") and not facts.get("place"):
        wrong.append(("/place", "Say where people should come to.", {}))
    opens, closes = facts.get("opens_at"), facts.get("closes_at")
    if closes and closes > facts["starts_at"]:
        wrong.append(("/closes_at", "Registration must close before the gathering starts.", {}))
    if opens and opens >= (closes or facts["starts_at"]):
        wrong.append(("/opens_at", "Registration must open before it closes.", {}))
    ids = [offer["id"] for offer in facts["support"]]
    for index, id in enumerate(ids):
        if id in ids[:index]:
            wrong.append((f"/support/{index}/id", "Each kind of support needs an id of its own.", {}))
    for index, offer in enumerate(facts["support"]):
        if offer.get("request_until") and offer["request_until"] > facts["starts_at"]:
            wrong.append((f"/support/{index}/request_until", "The deadline must be before the gathering starts.", {}))
    wrong += meeting_mistakes(facts)
    wrong += quota_mistakes(facts, default_language, released)
    wrong += invitation_mistakes(facts, released)
    return wrong + question_mistakes(facts.get("questions") or (), default_language, facts["party_max"])


def check_open(terms: Terms, status: Status, now: datetime) -> None:
    """Raises NotOpen, NotOpenYet or Closed when nobody may register now."""
    if status != "published":
        raise NotOpen
    if terms.opens_at is not None and now < terms.opens_at:
        raise NotOpenYet
    closes = terms.closes_at or terms.starts_at
    if closes is not None and now >= closes:
        raise Closed


def check_answering(ledger: Ledger, registration_id: str, now: datetime) -> None:
    """Raises CalledOff, Over or NotRegistered when nobody needs the answers of this group any more."""
    if ledger.state.status == "cancelled":
        raise CalledOff
    if ledger.terms.over(now):
        raise GatheringOver
    if registration_id not in ledger.claims:
        raise NotRegistered


def check_party(terms: Terms, size: int, support: Sequence[str]) -> list[Mistake]:
    """Lists the mistakes in a party."""
    wrong: list[Mistake] = []
    if terms.party_max is not None and size > terms.party_max:
        wrong.append(("/party", TOO_LARGE, {"most": terms.party_max}))
    offered = {offer.id for offer in terms.support}
    wrong += [(f"/support/{i}", NOT_OFFERED, {}) for i, id in enumerate(support) if id not in offered]
    return wrong


def check_quota(state: GatheringState, quota: str) -> list[Mistake]:
    """Lists the mistakes in the quota that a group declares. One that was released since the form was opened is nothing wrong."""
    quota_ids = {one.id for one in state.terms.quotas} | state.released
    return [("/quota", NOT_KEPT, {})] if quota and quota not in quota_ids else []


def check_code(
    state: GatheringState, invitation: Invitation | None, has_code: bool, quota: str, now: datetime
) -> list[Mistake]:
    """What is wrong with the code of an invitation, or with having none, for somebody who signs up themself. How often it may be used
    is decided with the seats."""
    wrong: list[Mistake] = []
    if has_code:
        mistake = refusal(invitation, 0, 0, now)
        wrong += [] if mistake is None else [mistake]
    elif state.facts.get("open_to") == "invited":
        wrong.append(("/code", NEEDED, {}))
    by_invitation = {one["id"] for one in state.facts.get("quotas") or () if one.get("by_invitation")} - state.released
    if quota in by_invitation and (invitation is None or invitation.quota != quota):
        wrong.append(("/quota", QUOTA_BY_INVITATION, {}))
    return wrong


def described(id: str, state: GatheringState) -> Gathering:
    """A gathering as the other services know it: without its questions, whose answers never leave registration, and its invitations; of its
    quotas only how many seats are kept until when, so that decisions about seats can be checked."""
    return Gathering(
        gathering_id=id,
        series=state.series,
        open_to=_open_to_elsewhere(state.facts.get("open_to", "residents")),
        has_join_url=bool(state.facts.get("join_url")),
        withdrawn=tuple(state.withdrawn),
        kept=tuple(KeptSeats(seats=one.seats, until=one.until) for one in state.terms.quotas) or None,
        meetings=tuple(state.facts.get("meetings") or ()) or None,
        **{name: value for name, value in state.facts.items() if name not in (*KEPT_HERE, "meetings")},
    )


def _open_to_elsewhere(open_to: str) -> Any:
    """For whom the other services are told that a gathering is: one for those who were invited is for residents to them."""
    return "residents" if open_to == "invited" else open_to
