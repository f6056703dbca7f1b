"""What registration holds about one person, to be handed to them (Articles 15 and 20 GDPR), and what they agree to (Article 7)."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from chassis.clock import Clock
from chassis.http.permissions import Caller
from chassis.http.problems import not_found
from chassis.identity.passes import SECONDS, pass_for
from chassis.identity.signatures import Signatures
from chassis.ids import Secrets
from chassis.storage.repository import Decision
from services.registration.domain.consent import Purpose, agrees, current_consents
from services.registration.json_values import as_json, encoded
from services.registration.registrations.documents import ConsentDecision, Registration
from services.registration.registrations.registrations import Registrations
from services.registration.registrations.repository import RegistrationRepository

BOOKKEEPING = frozenset(
    (
        "_id",
        "tenant",
        "request",
        "due_at",
        "wanted",
        "keys",
        "origins",
        "link",
        "link_known",
        "unconfirmed",
        "consents",
        "quota",
        "invitation",
    )
)
"""What a registration holds that says nothing more about the person: the search keys are made of name and addresses. A list of
what is left out, so that nothing new is forgotten."""


class PersonExports:
    """Exports what is stored of a person; the id of a person is that of their registration."""

    def __init__(
        self,
        repository: RegistrationRepository,
        registrations: Registrations,
        secrets: Secrets,
        signatures: Signatures,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._registrations = registrations
        self._secrets = secrets
        self._signatures = signatures
        self._clock = clock

    async def export(self, caller: Caller, person_id: str) -> dict[str, Any]:
        """Export everything, in a form that programs read; what the group declared and by which invitation it came for its holder alone.

        Raises: Problem 404 for whoever is neither staff nor the holder.
        """
        registration = await self._registrations.get_stored(caller, person_id)
        state = await self._registrations.status(caller.scope, registration)
        return {
            "service": "registration",
            "person_id": person_id,
            "registration": {
                **{name: as_json(value) for name, value in encoded(registration) if name not in BOOKKEEPING},
                "status": state["status"],
                **await self._registrations.declared(caller, registration),
                "consents": {
                    "now": current_consents(registration.consents),
                    "decisions": as_json(registration.consents),
                },
            },
        }

    async def new_pass(self, caller: Caller, person_id: str) -> dict[str, Any]:
        """Sign a pass that a holder presents to reporting, which does not know links. Raises Problem 404 for whoever is neither staff nor the holder."""
        await self._registrations.get_stored(caller, person_id)
        return {"pass": pass_for(self._signatures, caller.scope.tenant, person_id), "seconds": SECONDS}

    async def decide(
        self, caller: Caller, person_id: str, purpose: Purpose, granted: bool, text_version: str
    ) -> dict[str, bool]:
        """Give an optional consent or take it back, the one as easily as the other; what is agreed to then.

        Each remembers every decision; saying the same again adds none.

        Raises:
            Problem: 404 for whoever is neither staff nor the holder.
        """
        await self._registrations.get_stored(caller, person_id)
        now, by = self._clock.now(), "+".join(sorted(caller.roles)) if caller.is_staff else "holder"
        decision = ConsentDecision(granted=granted, text_version=text_version, at=now, by=by)

        def change(registration: Registration) -> Decision[Registration]:
            if registration.erased:
                raise not_found("registration")
            before = registration.consents.get(purpose, ())
            if agrees(before) == granted:
                return Decision(registration, answer=current_consents(registration.consents))
            consents = {**registration.consents, purpose: (*before, decision)}
            return Decision(replace(registration, consents=consents), answer=current_consents(consents))

        result = await self._repository.change(caller.scope, person_id, change, now)
        if result is None:
            raise not_found("registration")
        answer: dict[str, bool] = result[0]
        return answer
