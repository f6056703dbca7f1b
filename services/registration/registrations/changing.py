"""Changing a registration later: who comes, in which language, with which support, how they are reached.

A change that touches seats takes three writes, each of one document: it is noted with the registration (`PendingChange`), then the
seat ledger decides, then the registration becomes what was wanted. A process that dies in between leaves the note, and the
reconciler goes on from there; the ledger's decision carries the key of the request, so it is made once. Whatever else happens to
the registration meanwhile leaves the note alone.

A new e-mail address from the holder has to be confirmed by whoever reads its mails; until then messages go where they went, and
the seats stay. What staff enter, they were told by the person: it counts at once. The same holds for who helps. One new address
waits at a time; the next takes its place. Names alone touch no seats, so they are corrected for as long as they are stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from chassis.clock import Clock
from chassis.http.permissions import Caller
from chassis.http.problems import Problem, conflict, invalid, not_found
from chassis.ids import Secrets, new_id
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope
from services.registration.contact_confirmation.contacts import codes_of, recorded_anew, search_keys_of
from services.registration.domain.claim import Group
from services.registration.domain.commands import ChangeGroup
from services.registration.domain.gathering import check_answering
from services.registration.domain.ledger import Ledger
from services.registration.interface_languages.spoken import Spoken, SpokenLanguages
from services.registration.questions.answering import for_party, read_changes, sees_special
from services.registration.questions.documents import StoredAnswer
from services.registration.registrations.change_rules import (
    changed_registration,
    check_reach_first,
    companions_after,
    contact_facts,
    given_by,
    needs_new_link,
    touches_seats,
)
from services.registration.registrations.documents import Given, PendingChange, Registration
from services.registration.registrations.person_views import person
from services.registration.registrations.registering import RECONCILE_AFTER
from services.registration.registrations.registrations import Registrations
from services.registration.registrations.repository import RegistrationRepository
from services.registration.registrations.schemas import RegistrationChange
from services.registration.seats.documents import Answer
from services.registration.seats.registration_state import RegistrationState, registration_state
from services.registration.seats.repository import SeatLedgers


class RegistrationChanges:
    """Changes of registrations, by their holders and by staff."""

    def __init__(
        self,
        repository: RegistrationRepository,
        registrations: Registrations,
        ledgers: SeatLedgers,
        spoken: SpokenLanguages,
        secrets: Secrets,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._registrations = registrations
        self._spoken = spoken
        self._ledgers = ledgers
        self._secrets = secrets
        self._clock = clock

    async def change(
        self, caller: Caller, registration_id: str, body: RegistrationChange, request: IdempotencyKey
    ) -> tuple[Answer, bool]:
        """Change what is given, all or nothing; (the registration as it stands then, replayed). With a new `manage_url` where the
        former link opens nothing any more.

        Raises:
            Problem: 404 not the holder's; 409 no seats for a larger group, or nothing to change any more; 422 a wish that is
                not offered, too many people, no way left to reach anybody.
        """
        scope, registration = caller.scope, await self._without_pending(caller, registration_id)
        replayed, earlier = await self._repository.repeats(scope, registration_id, request)
        if replayed:
            return self._with_link(scope, earlier), True
        special = sees_special(caller)
        given = given_by(body, await self._changed_language(scope, registration, body))
        if body.answers is not None:
            answers = await self._changed_answers(scope, registration, given, body.answers, special)
            given = replace(given, answers=answers, companions=companions_after(registration, given))
        pending = PendingChange(
            key=request.key or new_id(), fingerprint=request.fingerprint, staff=caller.is_staff, given=given
        )
        after = changed_registration(registration, pending)
        check_reach_first(registration, after)
        if not touches_seats(registration, after):
            answer = await self._finish(scope, registration_id, pending, None, request, special)
        else:
            await self._store_pending(scope, registration_id, pending)
            answer = await self._carry_out(scope, registration, pending, special)
        return self._with_link(scope, answer), False

    async def _changed_language(
        self, scope: TenantScope, registration: Registration, body: RegistrationChange
    ) -> Spoken | None:
        """The language that somebody changes to; None where they keep theirs, also one that was withdrawn. Raises Problem 422."""
        if body.language is None or body.language == registration.added_language:
            return None
        spoken = await self._spoken.get(scope, body.language)
        if spoken.wrong:
            raise invalid(spoken.wrong)
        return spoken

    async def complete(self, scope: TenantScope, registration: Registration) -> None:
        """Complete a pending change whose process died. One that the rules refuse is dropped: its caller never had an answer."""
        if registration.wanted is None:
            return
        try:
            await self._carry_out(scope, registration, registration.wanted)
        except Problem as refused:
            if refused.status >= 500:
                raise

    async def renew_link(self, caller: Caller, registration_id: str, request: IdempotencyKey) -> tuple[Answer, bool]:
        """Make the links that are out open nothing any more; `{id, manage_url}` of the new one. A repeat of the request gives the
        link that the first one gave."""

        def decide(registration: Registration) -> Decision[Registration]:
            if registration.erased:
                raise not_found("registration")
            after = replace(registration, link=registration.link + 1, link_known=True)
            return Decision(after, [recorded_anew(self._secrets, after)], {"id": registration_id, "link": after.link})

        result = await self._repository.change(caller.scope, registration_id, decide, self._clock.now(), request)
        if result is None:
            raise not_found("registration")
        answer, replayed = result
        return self._with_link(caller.scope, answer), replayed

    async def _without_pending(self, caller: Caller, registration_id: str) -> Registration:
        """The registration without a pending change: one that was begun before is completed first."""
        registration = await self._registrations.get_stored(caller, registration_id)
        if registration.wanted:
            await self.complete(caller.scope, registration)
            registration = await self._registrations.get_stored(caller, registration_id)
        return registration

    async def _changed_answers(
        self, scope: TenantScope, registration: Registration, given: Given, answers: Mapping[str, Any], special: bool
    ) -> tuple[StoredAnswer, ...]:
        """The answers that become different, as long as somebody needs them. Raises Problem 409, 422."""
        party = companions_after(registration, given)
        before = for_party(registration.answers, registration.party, party)

        def read(ledger: Ledger) -> Answer:
            check_answering(ledger, registration.id, self._clock.now())
            stored_answers, wrong = read_changes(ledger.state, before, answers, 1 + len(party), special)
            if wrong:
                raise invalid(*wrong)
            return {"answers": stored_answers}

        stored_answers: tuple[StoredAnswer, ...] = (await self._ledgers.view(scope, registration.gathering, read))[
            "answers"
        ]
        return stored_answers

    async def _store_pending(self, scope: TenantScope, id: str, pending: PendingChange) -> None:
        """Note the change with the registration, so that the reconciler completes it if this process dies. Raises Problem 404, 409."""
        now = self._clock.now()

        def decide(registration: Registration) -> Decision[Registration]:
            if registration.erased:
                raise not_found("registration")
            if registration.wanted:
                raise _changed_meanwhile()
            return Decision(replace(registration, wanted=pending, due_at=now + RECONCILE_AFTER))

        await self._repository.change(scope, id, decide, now)

    async def _carry_out(
        self, scope: TenantScope, registration: Registration, pending: PendingChange, special: bool = False
    ) -> Answer:
        """Let the seat ledger decide on a pending change, then write the changed registration."""
        after = changed_registration(registration, pending)
        command = ChangeGroup(
            Group(after.id, after.size, after.language, after.channel, after.support),
            after.size > registration.size,
            pending.staff,
            after.support if after.support != registration.support else (),
            after.language != registration.language,
        )
        idempotency_key = IdempotencyKey(pending.key, pending.fingerprint)

        def view(ledger: Ledger, _: Any) -> Answer:
            return registration_state(ledger, registration.id)

        try:
            state, _ = await self._ledgers.execute(
                scope, registration.gathering, command, view, about=(registration.id,), key=idempotency_key
            )
        except Problem as refused:
            if refused.status < 500:
                await self._drop_pending(scope, registration.id, pending)
            raise
        return await self._finish(scope, registration.id, pending, state, idempotency_key, special)

    async def _drop_pending(self, scope: TenantScope, id: str, pending: PendingChange) -> None:
        """Take back a pending change that was refused; whatever else is due stays due."""

        def decide(registration: Registration) -> Decision[Registration] | None:
            return Decision(replace(registration, wanted=None)) if _is_pending(registration, pending) else None

        await self._repository.change(scope, id, decide, self._clock.now())

    async def _finish(
        self,
        scope: TenantScope,
        id: str,
        pending: PendingChange,
        state: RegistrationState | None,
        request: IdempotencyKey,
        special: bool,
    ) -> Answer:
        """Write the changed registration, with an event where its contact changed. `state`: as the ledger decided, None where it had
        nothing to decide. `special`: the response holds also answers of a special category."""
        decided = state is not None
        if state is None:
            stored = await self._repository.get(scope, id)
            state = {} if stored is None else await self._registrations.status(scope, stored)
        status = state

        def answer(after: Registration) -> Answer:
            return {"id": id, "gathering": after.gathering, **status, **person(after, special)}

        def decide(registration: Registration) -> Decision[Registration]:
            if registration.erased:
                raise not_found("registration")
            if decided and not _is_pending(registration, pending):
                return Decision(registration, answer=answer(registration))  # somebody else completed it
            after = changed_registration(registration, pending)
            if not decided and touches_seats(registration, after):
                raise _changed_meanwhile()
            if needs_new_link(registration, after, pending.staff):
                after = replace(after, link=registration.link + 1, link_known=pending.staff)
            events = (
                [recorded_anew(self._secrets, after)] if contact_facts(after) != contact_facts(registration) else []
            )
            if after != registration:
                after = replace(after, keys=search_keys_of(after, codes_of(self._secrets, after)))
            result = answer(after) | ({"link": after.link} if after.link != registration.link else {})
            if decided:
                after = replace(after, wanted=None, due_at=None)
            return Decision(after, events, result)

        written = await self._repository.change(scope, id, decide, self._clock.now(), request)
        if written is None:
            raise not_found("registration")
        result: Answer = written[0]
        return result

    def _with_link(self, scope: TenantScope, answer: Answer) -> Answer:
        """The answer with the link, which is derived and never stored."""
        if "link" not in answer:
            return answer
        shown = {name: value for name, value in answer.items() if name != "link"}
        return shown | {"manage_url": self._registrations.manage_url(scope.tenant, answer["id"], answer["link"])}


def _is_pending(registration: Registration, pending: PendingChange) -> bool:
    """Whether this change is the pending one of the registration."""
    return registration.wanted is not None and registration.wanted.key == pending.key


def _changed_meanwhile() -> Problem:
    return conflict("changed-meanwhile", "Somebody else changed this registration just now. Look again.")
