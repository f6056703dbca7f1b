"""Registering people: the registration is written first, then its claim on seats.

A claim without a registration can't exist; a registration whose claim is missing (its process died in between) is completed
by the reconciler, because every new registration is due for a look until its claim is known to stand. Until then nobody is told of
the person.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

from msgspec.structs import replace

from chassis.clock import Clock
from chassis.http.permissions import Caller
from chassis.http.problems import Problem, forbidden, invalid
from chassis.http.rate_limits import rate_limit_key
from chassis.ids import Secrets
from chassis.operations.failpoints import failpoint
from chassis.operations.metrics import Metrics
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.tenancy import TenantScope
from contracts.contacts import ContactRecorded
from services.registration.contact_confirmation.contacts import (
    codes_of,
    recorded,
    recorded_anew,
    search_keys_of,
    ways_of,
)
from services.registration.domain import commands
from services.registration.domain.claim import Group
from services.registration.domain.ledger import GatheringState, Ledger
from services.registration.domain.likeness import keys
from services.registration.domain.refused import Refused
from services.registration.interface_languages.spoken import Spoken, SpokenLanguages
from services.registration.invitations.codes import invitation_of
from services.registration.metrics import RegistrationMetrics
from services.registration.registrations.admission import Admitted, admit
from services.registration.registrations.documents import Consent, ContactWays, Helper, Registration
from services.registration.registrations.registrations import Registrations
from services.registration.registrations.repository import RegistrationRepository
from services.registration.registrations.schemas import Contact, NewRegistration, WalkIn
from services.registration.seats.documents import Answer
from services.registration.seats.registration_state import registration_state
from services.registration.seats.repository import SeatLedgers

RECONCILE_AFTER = timedelta(seconds=5)
Transition = Literal["confirmation", "cancellation", "acceptance", "reconfirmation"]


class Registering:
    """Signs people up, and carries out what they or staff say of their registration: confirmed, cancelled, accepted, coming."""

    def __init__(
        self,
        repository: RegistrationRepository,
        ledgers: SeatLedgers,
        registrations: Registrations,
        spoken: SpokenLanguages,
        clock: Clock,
        secrets: Secrets,
        metrics: Metrics,
    ) -> None:
        self._repository = repository
        self._registrations = registrations
        self._spoken = spoken
        self._ledgers = ledgers
        self._clock = clock
        self._secrets = secrets
        self._metrics = RegistrationMetrics(metrics)

    async def register(
        self, caller: Caller, gathering_id: str, body: NewRegistration, request: IdempotencyKey
    ) -> tuple[Answer, bool]:
        """Register somebody: write the registration, then claim seats; (answer, replayed). Nothing stays behind when the rules refuse."""
        if not caller.is_staff and body.channel in ("phone", "email"):
            raise forbidden("Registrations by telephone or e-mail are entered by staff.")
        scope = caller.scope
        spoken = await self._spoken.get(scope, body.language)
        existing, admitted = await self._admit(caller, gathering_id, body, spoken, request)
        new_registration, contact = self._new_registration(
            caller, request.new_document_id(), gathering_id, body, spoken, admitted, request
        )
        failpoint("registration.before_insert")
        if existing is None:
            existing = await self._repository.insert_unreleased(
                scope, new_registration, [contact], request, self._clock.now()
            )
        failpoint("registration.after_insert")
        registration = existing or new_registration
        answer = await self._claim(scope, registration, again=existing is not None)
        if existing is None:
            self._metrics.registered.labels(scope.tenant, body.channel, answer["status"]).inc()
        if not registration.unconfirmed or registration.to_reach:
            answer = {**answer, "manage_url": self._registrations.manage_url(scope.tenant, registration.id)}
        return answer, existing is not None

    async def walk_in(
        self, caller: Caller, gathering_id: str, body: WalkIn, request: IdempotencyKey
    ) -> tuple[Answer, bool]:
        """Register a group at the door and check it in, all of it or none; (answer, replayed). Nobody is written to."""
        scope, now, id = caller.scope, self._clock.now(), request.new_document_id()
        spoken = await self._spoken.get(scope, body.language)
        if spoken.wrong:
            raise invalid(spoken.wrong)
        registration = Registration(
            id=id,
            tenant=scope.tenant,
            gathering=gathering_id,
            name=body.name,
            contact=ContactWays(phone=body.phone),
            language=spoken.language,
            added_language=spoken.added,
            party=("",) * (body.people - 1),
            support=tuple(body.support),
            channel="phone",
            consent=Consent(text_version=body.consent.text_version, at=now, by=_who(caller)),
            walk_in=True,
            keys=tuple(keys([body.name], [body.phone], [], self._registrations.door_code(id))),
            request=request.first(None, now),
            due_at=now + RECONCILE_AFTER,
        )
        existing = await self._repository.insert_unreleased(scope, registration, [], request, now)
        return await self._claim(scope, existing or registration, again=existing is not None), existing is not None

    async def transition(
        self, caller: Caller, registration_id: str, kind: Transition, request: IdempotencyKey
    ) -> tuple[Answer, bool]:
        """Confirm the address, cancel, accept an offer, or reconfirm. Repeating it changes nothing."""
        registration = await self._registrations.get_stored(caller, registration_id)
        to_reach = not caller.is_staff and registration.to_reach
        # The first link is only in mails where nobody wishes for another way; a later one may be on paper, and staff have none.
        first = registration.unconfirmed and registration.link == 0 and registration.reach_first in ("any", "email")
        by_mail = first and not caller.is_staff
        command: dict[Transition, commands.Command] = {
            "confirmation": commands.Confirm(registration_id, to_reach, "email" if by_mail else None),
            "acceptance": commands.Accept(registration_id),
            "reconfirmation": commands.Reconfirm(registration_id),
            "cancellation": commands.Cancel(registration_id, "staff" if caller.is_staff else "holder"),
        }

        def view(ledger: Ledger, _: Any) -> Answer:
            return {"id": registration_id, **registration_state(ledger, registration_id)}

        answer, replayed = await self._ledgers.execute(
            caller.scope, registration.gathering, command[kind], view, about=(registration_id,), key=request
        )
        if not replayed:
            self._metrics.transitions.labels(caller.scope.tenant, kind).inc()
        return answer, replayed

    async def reconcile(self, scope: TenantScope, registration: Registration) -> None:
        """Complete the claim of a registration whose process died before it was made; one that is refused is taken back."""
        try:
            await self._claim(scope, registration, again=True)
        except Problem as refused:
            if refused.status not in (409, 422):
                raise
            return
        self._metrics.reconciled.labels(scope.tenant).inc()

    async def _admit(
        self, caller: Caller, gathering_id: str, body: NewRegistration, spoken: Spoken, request: IdempotencyKey
    ) -> tuple[Registration | None, Admitted]:
        """Check the rules before anything is written: (None, what is admitted), or (what an earlier same request wrote, what it was
        admitted with). Raises Problem, Refused."""
        scope = caller.scope

        def admitted(state: GatheringState) -> Admitted:
            invitation = invitation_of(self._secrets, gathering_id, state.terms.invitations, body.code or "")
            return admit(state, body, spoken, invitation, caller.is_staff, self._clock.now())

        try:
            return None, admitted(await self._ledgers.state(scope, gathering_id))
        except (Refused, Problem):
            earlier = await self._repository.made_by(scope, request)
        if earlier is not None:
            return earlier, Admitted(earlier.answers, earlier.invitation)

        def read(ledger: Ledger) -> Answer:
            return {"admitted": admitted(ledger.state)}

        return None, (await self._ledgers.view(scope, gathering_id, read))["admitted"]

    async def _claim(self, scope: TenantScope, registration: Registration, again: bool) -> Answer:
        """Claim seats once; a repetition gets the first answer again. `again`: it may have been claimed, and have ended, before."""
        id = registration.id
        group = Group(
            id,
            registration.size,
            registration.language,
            registration.channel,
            registration.support,
            registration.walk_in,
            registration.to_reach,
            registration.quota,
            registration.invitation,
        )
        command: commands.Command = commands.Register(group, registration.unconfirmed, registration.origins)
        if registration.walk_in:
            command = commands.WalkIn(group)

        def view(ledger: Ledger, _: Any) -> Answer:
            return {"id": id, **registration_state(ledger, id)}

        about = (id,) if again else ()
        try:
            answer, _ = await self._ledgers.execute(scope, registration.gathering, command, view, about=about, first=id)
        except Problem as refused:
            if refused.status in (409, 422):
                await self._repository.take_back(scope, id)
            raise
        if not again:
            self._repository.release(id)
        elif registration.due_at:
            events = [] if registration.walk_in else [recorded_anew(self._secrets, registration)]
            await self._repository.release_now(scope, registration, events, self._clock.now())
        return answer

    def _new_registration(
        self,
        caller: Caller,
        id: str,
        gathering_id: str,
        body: NewRegistration,
        spoken: Spoken,
        admitted: Admitted,
        request: IdempotencyKey,
    ) -> tuple[Registration, ContactRecorded]:
        """Build the registration that somebody asks for, and the event with its contact."""
        now, unconfirmed = self._clock.now(), body.channel in ("web", "helper") and not caller.is_staff
        registration = Registration(
            id=id,
            tenant=caller.scope.tenant,
            gathering=gathering_id,
            name=body.name,
            contact=stored_contact(body.contact),
            reach_first=body.reach_first,
            language=spoken.language,
            added_language=spoken.added,
            party=tuple(body.party),
            support=tuple(body.support),
            answers=admitted.answers,
            channel=body.channel,
            helper=Helper(name=body.helper.name, contact=stored_contact(body.helper.contact)) if body.helper else None,
            consent=Consent(text_version=body.consent.text_version, at=now, by=_who(caller)),
            quota=body.quota or "",
            invitation=admitted.invitation,
            link_known=caller.is_staff,
            unconfirmed=unconfirmed,
            to_reach=unconfirmed and not _by_mail(body),
            request=request.first(None, now),
            due_at=now + RECONCILE_AFTER,
        )
        origins = self._origins(caller, registration) if unconfirmed else ()
        codes = codes_of(self._secrets, registration)
        return replace(registration, origins=origins, keys=search_keys_of(registration, codes)), recorded(
            registration, codes
        )

    def _origins(self, caller: Caller, registration: Registration) -> tuple[str, ...]:
        """Keys of where an unconfirmed registration comes from, worth nothing outside this gathering: its addresses and numbers, and
        the network of somebody who has to be called, because that holds a seat for days."""
        origins = [("person", way) for way in ways_of(registration)]
        if registration.to_reach:
            origins.append(("network", rate_limit_key(caller.address)))
        return tuple(
            f"{kind}:{self._secrets.derived_id('origin', f'{registration.gathering}{chr(0)}{value}')[:12]}"
            for kind, value in origins
        )


def _who(caller: Caller) -> str:
    """Who recorded the consent: the roles of staff, who read it out, or the person themself."""
    return "+".join(sorted(caller.roles)) or "holder"


def _by_mail(body: NewRegistration) -> bool:
    """Whether messages go to an e-mail address: its owner has to confirm it. Somebody without one is called."""
    own, helper = body.contact, body.helper
    return bool(own.email or (not own.reachable and helper is not None and helper.contact.email))


def stored_contact(contact: Contact) -> ContactWays:
    """Turn the contact of a request into the stored one."""
    return ContactWays(**contact.model_dump())
