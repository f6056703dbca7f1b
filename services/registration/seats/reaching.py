"""Reaching people who signed up on the web without an e-mail address: until then their seats are held, and no longer (decision 36).

The call itself is notifications' business; what came of it comes as an event. Where the operator has a gateway for text
messages, the number itself proves it: the code in the text stands nowhere else. So does a letter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from chassis.http.problems import not_found
from chassis.ids import Secrets
from chassis.messaging.projection import Handler, InsertIfAbsent, Write
from chassis.storage.aggregates import Aggregates
from chassis.storage.mongo import Collection, Document
from chassis.storage.tenancy import TenantScope, of_document
from contracts.envelope import Envelope
from contracts.notifications import MessageSettled
from services.registration.domain.seats import Ledger
from services.registration.seats.contacts import was_reached
from services.registration.seats.ledgers import Ledgers

CALLS = "calls"
Said = Literal["comes", "cancels", "nobody"]
"""What came of reaching somebody: a yes to what they were asked, that they do not come, or that nobody there knows of a registration."""


@dataclass(frozen=True)
class Reaching:
    """`calls` holds what came of calls until it is carried out."""

    registrations: Aggregates
    ledgers: Ledgers
    secrets: Secrets
    calls: Collection

    async def reached(
        self, scope: TenantScope, registration_id: str, said: Said, about: str = "confirm-by-call"
    ) -> None:
        """Somebody was reached. `about`: the kind of the message; a yes counts for `confirm-by-call`, `offered` and `reconfirm`, that
        nobody knows of it for the first alone, and a no whatever it was about. Of no effect where they have answered, given up or
        lapsed meanwhile, so it may be repeated."""
        document = await self.registrations.load(scope, registration_id, {"gathering": 1, "erased": 1})
        if document is None or document.get("erased"):
            return

        def step(ledger: Ledger, gathering: Document, now: datetime) -> dict[str, Any]:
            claim = ledger.claims.get(registration_id)
            if claim is None or gathering["status"] != "published":
                return {}
            unconfirmed = about == "confirm-by-call" and not claim.confirmed
            if (said == "cancels" and not claim.arrived) or (said == "nobody" and unconfirmed):
                ledger.cancel(registration_id, now, "staff")
            elif said == "comes" and unconfirmed:
                ledger.confirm(registration_id, now)
            elif said == "comes" and about == "offered" and claim.status == "offered":
                ledger.accept(registration_id, now)
            elif said == "comes" and about == "reconfirm" and claim.asked:
                ledger.reconfirm(registration_id, now)
            return {}

        await self.ledgers.run(scope, document["gathering"], step)

    async def prove(self, scope: TenantScope, registration_id: str, code: str) -> None:
        """Who opens what was sent to their telephone or letter box was reached. Raises Problem 404 the code was not sent there."""
        document = await self.registrations.load(scope, registration_id)
        if document is None or not was_reached(self.secrets, registration_id, document, code):
            raise not_found("registration")
        await self.reached(scope, registration_id, "comes")

    async def carry_out(self, call: Document) -> None:
        """What came of one call."""
        scope = of_document(call)
        await self.reached(scope, call["registration"], call["said"], call["about"])
        await self.calls.delete_one(scope.filter(_id=call["_id"]))


def _called(envelope: Envelope, event: MessageSettled) -> Iterable[Write]:
    if event.registration_id and event.channel == "call" and event.status in ("sent", "failed"):
        said: Said = "cancels" if event.cancels else "comes" if event.status == "sent" else "nobody"
        yield InsertIfAbsent(
            CALLS, envelope.id, {"registration": event.registration_id, "said": said, "about": event.kind}
        )


HANDLERS: dict[str, Handler] = {MessageSettled.event_type: _called}
