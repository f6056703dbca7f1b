"""The draw of a lottery: the line gets a new order, and seats are given by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from contracts.registration import ParticipantWaiting
from services.registration.domain.ledger import Ledger, Steps
from services.registration.domain.lottery import drawn_order
from services.registration.domain.moving_on import lapse, move_on, take_turn
from services.registration.domain.refused import NoLottery


def draw(ledger: Ledger, seed: bytes, now: datetime) -> Steps[None]:
    """Put the line into the order that the seed gives, then give seats by it. Drawing again changes nothing.

    Raises: NoLottery.
    """
    if ledger.terms.allocation != "lottery":
        raise NoLottery
    yield from lapse(ledger, now)
    if not ledger.state.before_draw:
        return
    yield ledger.with_state(drawn_at=now, seed=seed.hex())
    yield from reorder(ledger, seed)
    yield from move_on(ledger, now, in_draw=True)
    for position, (registration_id, claim) in enumerate(list(ledger.waiting_groups()), start=1):
        if claim.confirmed:
            yield ParticipantWaiting(
                gathering_id=ledger.id, registration_id=registration_id, position=position, because="draw"
            )


def reorder(ledger: Ledger, seed: bytes) -> Steps[None]:
    """Put the line into the order that the seed gives."""
    for registration_id in drawn_order(seed, list(ledger.queue)):
        turn = yield from take_turn(ledger)
        yield ledger.with_claim(registration_id, replace(ledger.claims[registration_id], turn=turn))
