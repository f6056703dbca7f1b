"""Confirming an address, a number or a letter box: whoever has the code that was sent there is reached there.

Where the operator has a gateway for text messages, the number itself proves it: the code in the text stands nowhere else. So does
a letter.
"""

from __future__ import annotations

from chassis.clock import Clock
from chassis.http.problems import not_found
from chassis.ids import Secrets
from chassis.storage.aggregates import Change
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope
from services.registration.calls.outcomes import CallOutcomes
from services.registration.contact_confirmation.contacts import (
    codes_of,
    found_by,
    reachable,
    reads,
    recorded,
    was_reached,
)
from services.registration.registrations.links import generation_of
from services.registration.registrations.registering import Registrations
from services.registration.registrations.repository import RegistrationRepository
from services.registration.seats.documents import Answer


class ContactConfirmation:
    """What comes of opening the links that are sent to new addresses and numbers."""

    def __init__(
        self,
        repository: RegistrationRepository,
        registrations: Registrations,
        outcomes: CallOutcomes,
        secrets: Secrets,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._registrations = registrations
        self._outcomes = outcomes
        self._secrets = secrets
        self._clock = clock

    async def prove(self, scope: TenantScope, registration_id: str, code: str) -> None:
        """Who opens what was sent to their telephone or letter box was reached. Raises Problem 404 the code was not sent there."""
        document = await self._repository.one(scope, registration_id)
        if document is None or not was_reached(self._secrets, registration_id, document, code):
            raise not_found("registration")
        await self._outcomes.record(scope, registration_id, "comes")

    async def confirm_address(self, scope: TenantScope, registration_id: str, code: str) -> Answer:
        """The new address is read by whoever gave it: from now on messages go there, and the person gets a new link, because the
        former one may have been sent to somebody else. Repeating it changes nothing.

        Raises:
            Problem: 404 no such registration, or the code belongs to another address.
        """

        def decide(found: Document) -> Change | None:
            email = self._address(registration_id, found, code)
            if email is None:
                raise not_found("registration")
            if email != found.get("new_email"):
                return Change(answer=(generation_of(found), False))
            fields = _confirmed(found, email) | {"link": generation_of(found) + 1}
            after = {**found, **fields}
            codes = codes_of(self._secrets, registration_id, after)
            told = [recorded(registration_id, after, codes)]
            reached = "contact" in fields or not reachable(found["contact"])  # messages go there
            return Change(fields | {"keys": found_by(after, codes)}, events=told, answer=(fields["link"], reached))

        done = await self._repository.aggregates.execute(scope, registration_id, decide, self._clock.now())
        if done is None:
            raise not_found("registration")
        generation, reached = done[0]
        if reached:
            await self._outcomes.record(scope, registration_id, "comes")
        url = self._registrations.manage_url(scope.tenant, registration_id, generation)
        return {"id": registration_id, "email": "confirmed", "manage_url": url}

    def _address(self, id: str, registration: Document, code: str) -> str | None:
        """The address that this code was sent to."""
        if registration.get("erased"):
            return None
        helper = (registration.get("helper") or {}).get("contact") or {}
        known = (registration.get("new_email"), registration["contact"].get("email"), helper.get("email"))
        return next((one for one in known if one and reads(self._secrets, id, one, code)), None)


def _confirmed(document: Document, email: str) -> Document:
    """The fields that change when the address that waited was confirmed."""
    done: Document = {"new_email": None, "new_email_of": None}
    if document.get("new_email_of") == "helper":
        helper = document["helper"]
        return {**done, "helper": {**helper, "contact": {**helper["contact"], "email": email}}}
    return {**done, "contact": {**document["contact"], "email": email}}
