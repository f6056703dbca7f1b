"""Reaching people who signed up on the web without an e-mail address: until then their seats are held, and no longer (decision 36).

The call itself is notifications' business; what came of it comes as an event. Where the operator has a gateway for text
messages, the number itself proves it: the code in the text stands nowhere else. So does a letter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.aggregates import Aggregates
from chassis.ids import Secrets
from chassis.mongo import Collection, Document
from chassis.problems import not_found
from chassis.projection import Handler, Once, Write
from chassis.tenancy import TenantScope, of_document
from contracts.envelope import Envelope
from contracts.notifications import MessageSettled
from services.registration.domain.seats import Ledger
from services.registration.seats.contacts import was_reached
from services.registration.seats.ledgers import Ledgers

CALLS = "calls"


@dataclass(frozen=True)
class Reaching:
    """`calls` holds what came of calls until it is carried out."""

    registrations: Aggregates
    ledgers: Ledgers
    secrets: Secrets
    calls: Collection

    async def reached(
        self,
        scope: TenantScope,
        registration_id: str,
        comes: bool,
        about: str = "confirm-by-call",
        cancels: bool = False,
    ) -> None:
        """Somebody was reached, and comes or knows of no registration; `about`: the kind of the message, also `offered` and
        `reconfirm`, where they said yes. `cancels`: they said that they do not come, whatever it was about. Of no effect where they have answered, given up or lapsed meanwhile, so it may be repeated."""
        document = await self.registrations.load(scope, registration_id, {"gathering": 1, "erased": 1})
        if document is None or document.get("erased"):
            return

        def step(ledger: Ledger, gathering: Document, now: datetime) -> dict[str, Any]:
            claim = ledger.claims.get(registration_id)
            if claim is None or gathering["status"] != "published":
                return {}
            if cancels:
                if not claim.arrived:
                    ledger.cancel(registration_id, now, "staff")
            elif about == "offered" and comes and claim.status == "offered":
                ledger.accept(registration_id, now)
            elif about == "reconfirm" and comes and claim.asked:
                ledger.reconfirm(registration_id, now)
            elif about == "confirm-by-call" and not claim.confirmed:
                if comes:
                    ledger.confirm(registration_id, now)
                else:
                    ledger.cancel(registration_id, now, "staff")
            return {}

        await self.ledgers.run(scope, document["gathering"], step)

    async def prove(self, scope: TenantScope, registration_id: str, code: str) -> None:
        """Who opens what was sent to their telephone or letter box was reached. Raises Problem 404 the code was not sent there."""
        document = await self.registrations.load(scope, registration_id)
        if document is None or not was_reached(self.secrets, registration_id, document, code):
            raise not_found("registration")
        await self.reached(scope, registration_id, comes=True)

    async def carry_out(self, call: Document) -> None:
        """What came of one call."""
        scope = of_document(call)
        about, cancels = call.get("about", "confirm-by-call"), call.get("cancels", False)
        await self.reached(scope, call["registration"], call["comes"], about, cancels)
        await self.calls.delete_one(scope.filter(_id=call["_id"]))


def _called(envelope: Envelope, event: MessageSettled) -> Iterable[Write]:
    if event.registration_id and event.channel == "call" and event.status in ("sent", "failed"):
        comes = event.status == "sent" and not event.cancels
        came = {"registration": event.registration_id, "comes": comes, "about": event.kind, "cancels": event.cancels}
        yield Once(CALLS, envelope.id, came)


HANDLERS: dict[str, Handler] = {MessageSettled.event_type: _called}
