"""Confirming an address, a number or a letter box: whoever has the code that was sent there is reached there.

Where the operator has a gateway for text messages, the number itself proves it: the code in the text stands nowhere else. So does
a letter.
"""

from __future__ import annotations

from msgspec.structs import replace

from chassis.clock import Clock
from chassis.http.problems import not_found
from chassis.ids import Secrets
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope
from services.registration.calls.outcomes import CallOutcomes
from services.registration.contact_confirmation.contacts import (
    code_matches,
    codes_of,
    messages_go_to,
    recorded,
    search_keys_of,
    was_reached,
)
from services.registration.registrations.documents import Registration
from services.registration.registrations.registrations import Registrations
from services.registration.registrations.repository import RegistrationRepository
from services.registration.seats.documents import Answer


class ContactConfirmation:
    """Confirming addresses and numbers: by the links that are sent to new ones."""

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
        """Confirm the telephone or letter box where somebody opens what was sent there. Raises Problem 404 the code was not sent there."""
        registration = await self._repository.get_unerased(scope, registration_id)
        if registration is None or not was_reached(self._secrets, registration, code):
            raise not_found("registration")
        await self._outcomes.record(scope, registration_id, "comes")

    async def confirm_address(self, scope: TenantScope, registration_id: str, code: str) -> Answer:
        """Confirm a new address: from now on messages go there, and the person gets a new link, because the
        former one may have been sent to somebody else. Repeating it changes nothing.

        Raises:
            Problem: 404 no such registration, or the code belongs to another address.
        """

        def decide(registration: Registration) -> Decision[Registration] | None:
            email = self._address(registration, code)
            if email is None:
                raise not_found("registration")
            if email != registration.new_email:
                return Decision(registration, answer=(registration.link, False))
            after = replace(_confirmed(registration, email), link=registration.link + 1, link_known=False)
            codes = codes_of(self._secrets, after)
            reached = registration.new_email_of is None or not registration.contact.reachable  # messages go there
            return Decision(
                replace(after, keys=search_keys_of(after, codes)), [recorded(after, codes)], (after.link, reached)
            )

        result = await self._repository.change(scope, registration_id, decide, self._clock.now())
        if result is None:
            raise not_found("registration")
        generation, reached = result[0]
        if reached:
            await self._outcomes.record(scope, registration_id, "comes", answered="email")
        url = self._registrations.manage_url(scope.tenant, registration_id, generation)
        return {"id": registration_id, "email": "confirmed", "manage_url": url}

    def _address(self, registration: Registration, code: str) -> str | None:
        """The address that this code was sent to."""
        if registration.erased:
            return None
        candidates = (registration.new_email, *(one.email for one in registration.contacts))
        return next(
            (one for one in candidates if one and code_matches(self._secrets, registration.id, one, code)), None
        )


def _confirmed(registration: Registration, email: str) -> Registration:
    """As it stands when the address that waited was confirmed."""
    confirmed = replace(registration, new_email=None, new_email_of=None)
    if registration.new_email_of == "helper" and registration.helper is not None:
        helper = registration.helper
        confirmed = replace(confirmed, helper=replace(helper, contact=replace(helper.contact, email=email)))
    else:
        confirmed = replace(confirmed, contact=replace(registration.contact, email=email))
    is_answered_by_email = messages_go_to(confirmed).email == email
    return replace(confirmed, answered={**confirmed.answered, "email": True}) if is_answered_by_email else confirmed
