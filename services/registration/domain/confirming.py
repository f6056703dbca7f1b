"""What a group says of the seats it has or waits for: its address is right, it accepts an offer, it still comes.

Who says nothing in time loses them (`moving_on.lapse`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from contracts.registration import (
    AnsweredFrom,
    ParticipantConfirmed,
    ParticipantExtended,
    ParticipantReconfirmed,
    ParticipantWaiting,
)
from services.registration.domain.claim import Claim
from services.registration.domain.ledger import Ledger, Steps
from services.registration.domain.moving_on import current_claim
from services.registration.domain.refused import NoOffer, NotConfirmed


def confirm(ledger: Ledger, registration_id: str, now: datetime, answered: AnsweredFrom | None = None) -> Steps[Claim]:
    """Confirm the address of a group. `answered`: from where the group itself did. Raises: NotRegistered."""
    claim = yield from current_claim(ledger, registration_id, now)
    if claim.confirmed:
        return claim
    claim = replace(claim, confirmed=True, until=None, origins=())
    yield ledger.with_claim(registration_id, claim)
    ids = {"gathering_id": ledger.id, "registration_id": registration_id}
    position = ledger.position(registration_id)
    if position is None:
        yield ParticipantConfirmed(**ids, by="address", answered=answered)
    else:
        yield ParticipantWaiting(**ids, position=position, because="address", answered=answered)
    return claim


def extend(ledger: Ledger, registration_id: str, asked_at: datetime) -> Steps[None]:
    """Extend the time to confirm the address, where the message that asks for it goes out late. Of no effect once confirmed or lapsed."""
    claim, until = ledger.claims.get(registration_id), ledger.terms.confirm_by(asked_at, False)
    if claim is not None and not claim.confirmed and claim.until is not None and claim.until < until:
        yield ledger.with_claim(registration_id, replace(claim, until=until))
        yield ParticipantExtended(gathering_id=ledger.id, registration_id=registration_id, confirm_by=until)


def accept(ledger: Ledger, registration_id: str, now: datetime) -> Steps[Claim]:
    """Accept an offer of seats. Raises: NotRegistered, NoOffer."""
    claim = yield from current_claim(ledger, registration_id, now)
    if claim.status in ("confirmed", "arrived"):
        return claim
    if claim.status != "offered":
        raise NoOffer
    claim = replace(claim, until=None)
    yield ledger.with_claim(registration_id, claim)
    yield ParticipantConfirmed(gathering_id=ledger.id, registration_id=registration_id, by="acceptance")
    return claim


def reconfirm(ledger: Ledger, registration_id: str, now: datetime) -> Steps[Claim]:
    """Note that a group that was asked once more comes; repeating it changes nothing. Raises: NotRegistered, NotConfirmed."""
    claim = yield from current_claim(ledger, registration_id, now)
    if not claim.asked:
        if claim.status in ("confirmed", "arrived"):
            return claim
        raise NotConfirmed
    claim = replace(claim, asked=False, until=None)
    yield ledger.with_claim(registration_id, claim)
    yield ParticipantReconfirmed(gathering_id=ledger.id, registration_id=registration_id)
    return claim
