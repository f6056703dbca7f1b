"""What registration holds about one person, to be handed to them (Articles 15 and 20 GDPR), and what they agree to (Article 7)."""

from __future__ import annotations

from typing import Any, Literal

from chassis.clock import Clock
from chassis.http.permissions import Caller
from chassis.http.problems import not_found
from chassis.identity.passes import SECONDS, pass_for
from chassis.identity.signatures import Signatures
from chassis.ids import Secrets
from chassis.storage.aggregates import Aggregates, Change
from chassis.storage.mongo import Document
from services.registration.domain.consent import decided, standing
from services.registration.gatherings.gatherings import plain
from services.registration.registrations.registering import Registrations

BOOKKEEPING = frozenset(
    (
        "_id",
        "tenant",
        "version",
        "seq",
        "outbox",
        "pending",
        "request",
        "requests",
        "due_at",
        "failures",
        "keys",
        "origins",
        "link",
        "unconfirmed",
        "consents",
    )
)
"""What a registration holds that says nothing more about the person: the search keys are made of name and addresses. A list of
what is left out, so that nothing new is forgotten."""
Purpose = Literal["photos", "later_events"]


class PersonExports:
    """People as their registrations know them; the id of a person is that of their registration."""

    def __init__(
        self,
        aggregates: Aggregates,
        registrations: Registrations,
        secrets: Secrets,
        signatures: Signatures,
        clock: Clock,
    ) -> None:
        self._all = aggregates
        self._registrations = registrations
        self._secrets = secrets
        self._signatures = signatures
        self._clock = clock

    async def export(self, caller: Caller, person_id: str) -> dict[str, Any]:
        """Everything, in a form that programs read. Raises Problem 404 for whoever is neither staff nor the holder."""
        shown = await self._registrations.one(caller, person_id)
        document = await self._document(caller, person_id)
        held = {key: plain(value) for key, value in document.items() if key not in BOOKKEEPING}
        consents = document.get("consents") or {}
        return {
            "service": "registration",
            "person_id": person_id,
            "registration": {
                **held,
                "status": shown["status"],
                "consents": {"now": standing(consents), "decisions": plain(consents)},
            },
        }

    async def new_pass(self, caller: Caller, person_id: str) -> dict[str, Any]:
        """What a holder presents to reporting, which does not know links. Raises Problem 404 for whoever is neither staff nor the holder."""
        await self._registrations.one(caller, person_id)
        return {"pass": pass_for(self._signatures, caller.scope.tenant, person_id), "seconds": SECONDS}

    async def decide(
        self, caller: Caller, person_id: str, purpose: Purpose, granted: bool, text_version: str
    ) -> dict[str, bool]:
        """Give an optional consent or take it back, the one as easily as the other; what is agreed to then.

        Raises:
            Problem: 404 for whoever is neither staff nor the holder.
        """
        document, now = await self._document(caller, person_id), self._clock.now()
        by = "+".join(sorted(caller.roles)) if caller.is_staff else "holder"

        def change(current: Document) -> Change:
            if current.get("erased"):
                raise not_found("registration")
            consents = decided(current.get("consents") or {}, purpose, granted, text_version, now, by)
            return Change({"consents": consents}, answer=standing(consents))

        done = await self._all.execute(caller.scope, document["_id"], change, now)
        if done is None:
            raise not_found("registration")
        answer: dict[str, bool] = done[0]
        return answer

    async def _document(self, caller: Caller, person_id: str) -> Document:
        await self._registrations.one(caller, person_id)
        document = await self._all.load(caller.scope, person_id)
        if document is None:
            raise not_found("person")
        return document
