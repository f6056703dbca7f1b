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
from typing import Any, Literal

from msgspec.structs import replace

from chassis.clock import Clock
from chassis.http.permissions import Caller
from chassis.http.problems import FieldError, Problem, conflict, invalid, not_found
from chassis.ids import Secrets, new_id
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope
from contracts.registration import AnsweredFrom
from services.registration.contact_confirmation.contacts import codes_of, messages_go_to, recorded_anew, search_keys_of
from services.registration.domain.claim import Group
from services.registration.domain.commands import ChangeGroup
from services.registration.domain.gathering import check_answering
from services.registration.domain.ledger import Ledger
from services.registration.interface_languages.spoken import Spoken, SpokenLanguages
from services.registration.questions.answering import changed_answers, for_party, given_later, sees_special
from services.registration.questions.documents import StoredAnswer
from services.registration.registrations.documents import ContactWays, Given, Helper, PendingChange, Registration
from services.registration.registrations.person_views import person
from services.registration.registrations.reach_first import unmet
from services.registration.registrations.registering import RECONCILE_AFTER, Registrations, stored_contact
from services.registration.registrations.repository import RegistrationRepository
from services.registration.registrations.schemas import RegistrationChange
from services.registration.seats.documents import Answer
from services.registration.seats.registration_state import RegistrationState, registration_state
from services.registration.seats.repository import SeatLedgers

Whose = Literal["helper"] | None
"""Whose address: that of who helps, or the person's own."""


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
        scope, registration = caller.scope, await self._current(caller, registration_id)
        replayed, earlier = await self._repository.repeats(scope, registration_id, request)
        if replayed:
            return self._with_link(scope, earlier), True
        special = sees_special(caller)
        given = _given(body, await self._spoken_anew(scope, registration, body))
        if body.answers is not None:
            answers = await self._answers(scope, registration, given, body.answers, special)
            given = replace(given, answers=answers, companions=_companions(registration, given))
        pending = PendingChange(
            key=request.key or new_id(), fingerprint=request.fingerprint, staff=caller.is_staff, given=given
        )
        after = _resolved(registration, pending)
        _check_wish(registration, after)
        if not _touches_seats(registration, after):
            answer = await self._finish(scope, registration_id, pending, None, request, special)
        else:
            await self._note(scope, registration_id, pending)
            answer = await self._carry_out(scope, registration, pending, special)
        return self._with_link(scope, answer), False

    async def _spoken_anew(
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
        """Go on with a change whose process died. One that the rules refuse is dropped: its caller never had an answer."""
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

        def decide(found: Registration) -> Decision[Registration]:
            if found.erased:
                raise not_found("registration")
            after = replace(found, link=found.link + 1, link_known=True)
            return Decision(after, [recorded_anew(self._secrets, after)], {"id": registration_id, "link": after.link})

        done = await self._repository.change(caller.scope, registration_id, decide, self._clock.now(), request)
        if done is None:
            raise not_found("registration")
        answer, replayed = done
        return self._with_link(caller.scope, answer), replayed

    async def _current(self, caller: Caller, registration_id: str) -> Registration:
        """The registration, after a change that was begun before is through."""
        registration = await self._registrations.held(caller, registration_id)
        if registration.wanted:
            await self.complete(caller.scope, registration)
            registration = await self._registrations.held(caller, registration_id)
        return registration

    async def _answers(
        self, scope: TenantScope, registration: Registration, given: Given, answers: Mapping[str, Any], special: bool
    ) -> tuple[StoredAnswer, ...]:
        """The answers that become different, as long as somebody needs them. Raises Problem 409, 422."""
        party = _companions(registration, given)
        before = for_party(registration.answers, registration.party, party)

        def read(ledger: Ledger) -> Answer:
            check_answering(ledger, registration.id, self._clock.now())
            found, wrong = given_later(ledger.state, before, answers, 1 + len(party), special)
            if wrong:
                raise invalid(*wrong)
            return {"answers": found}

        found: tuple[StoredAnswer, ...] = (await self._ledgers.view(scope, registration.gathering, read))["answers"]
        return found

    async def _note(self, scope: TenantScope, id: str, pending: PendingChange) -> None:
        now = self._clock.now()

        def decide(found: Registration) -> Decision[Registration]:
            if found.erased:
                raise not_found("registration")
            if found.wanted:
                raise _changed_meanwhile()
            return Decision(replace(found, wanted=pending, due_at=now + RECONCILE_AFTER))

        await self._repository.change(scope, id, decide, now)

    async def _carry_out(
        self, scope: TenantScope, found: Registration, pending: PendingChange, special: bool = False
    ) -> Answer:
        """Let the ledger decide what is wanted, then make it so."""
        after = _resolved(found, pending)
        command = ChangeGroup(
            Group(after.id, after.size, after.language, after.channel, after.support),
            after.size > found.size,
            pending.staff,
            after.support if after.support != found.support else (),
            after.language != found.language,
        )
        idempotency_key = IdempotencyKey(pending.key, pending.fingerprint)

        def view(ledger: Ledger, _: Any) -> Answer:
            return registration_state(ledger, found.id)

        try:
            state, _ = await self._ledgers.execute(
                scope, found.gathering, command, view, about=(found.id,), key=idempotency_key
            )
        except Problem as refused:
            if refused.status < 500:
                await self._drop(scope, found.id, pending)
            raise
        return await self._finish(scope, found.id, pending, state, idempotency_key, special)

    async def _drop(self, scope: TenantScope, id: str, pending: PendingChange) -> None:
        """What was wanted is not to be; whatever else is due stays due."""

        def decide(found: Registration) -> Decision[Registration] | None:
            return Decision(replace(found, wanted=None)) if _waits(found, pending) else None

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
        """The registration becomes what was wanted, and the others are told how its person is reached. `state`: as the ledger
        decided, None where it had nothing to decide. `special`: the answer tells also answers of a special kind."""
        decided = state is not None
        if state is None:
            there = await self._repository.get(scope, id)
            state = {} if there is None else await self._registrations.status(scope, there)
        known = state

        def answer(after: Registration) -> Answer:
            return {"id": id, "gathering": after.gathering, **known, **person(after, special)}

        def decide(found: Registration) -> Decision[Registration]:
            if found.erased:
                raise not_found("registration")
            if decided and not _waits(found, pending):
                return Decision(found, answer=answer(found))  # somebody else completed it
            after = _resolved(found, pending)
            if not decided and _touches_seats(found, after):
                raise _changed_meanwhile()
            if _needs_new_link(found, after, pending.staff):
                after = replace(after, link=found.link + 1, link_known=pending.staff)
            events = [recorded_anew(self._secrets, after)] if _contact_of(after) != _contact_of(found) else []
            if after != found:
                after = replace(after, keys=search_keys_of(after, codes_of(self._secrets, after)))
            result = answer(after) | ({"link": after.link} if after.link != found.link else {})
            if decided:
                after = replace(after, wanted=None, due_at=None)
            return Decision(after, events, result)

        done = await self._repository.change(scope, id, decide, self._clock.now(), request)
        if done is None:
            raise not_found("registration")
        result: Answer = done[0]
        return result

    def _with_link(self, scope: TenantScope, answer: Answer) -> Answer:
        """The answer with the link, which is derived and never stored."""
        if "link" not in answer:
            return answer
        shown = {name: value for name, value in answer.items() if name != "link"}
        return shown | {"manage_url": self._registrations.manage_url(scope.tenant, answer["id"], answer["link"])}


def _given(body: RegistrationChange, spoken: Spoken | None) -> Given:
    helper = body.helper
    return Given(
        name=body.name,
        contact=stored_contact(body.contact) if body.contact else None,
        reach_first=body.reach_first,
        language=spoken.language if spoken else None,
        added_language=spoken.added if spoken else None,
        party=tuple(body.party) if body.party is not None else None,
        support=tuple(body.support) if body.support is not None else None,
        helper=Helper(name=helper.name, contact=stored_contact(helper.contact)) if helper else None,
    )


def _companions(registration: Registration, given: Given) -> tuple[str, ...]:
    """Who comes along after the change."""
    return registration.party if given.party is None else given.party


def _resolved(found: Registration, pending: PendingChange) -> Registration:
    """As the registration will stand, given how it stands now.

    Raises: Problem 422.
    """
    given = pending.given
    contact, helper = given.contact or found.contact, given.helper or found.helper
    if (given.contact or given.helper) and not (contact.reachable or (helper and helper.contact.reachable)):
        place = "/contact" if given.contact else "/helper/contact"
        raise invalid(FieldError(place, "Give an e-mail address, a telephone number or a postal address."))
    waits: dict[Whose, str | None] = {}
    if given.contact:
        waits[None] = _to_confirm(contact, found.contact, pending.staff)
        contact = replace(contact, email=found.contact.email) if waits[None] else contact
    if given.helper and helper:
        waits["helper"] = _to_confirm(helper.contact, found.helpers_contact, pending.staff)
        if waits["helper"]:
            helper = replace(helper, contact=replace(helper.contact, email=found.helpers_contact.email))
    to_confirm = [(whose, email) for whose, email in waits.items() if email]
    if len(to_confirm) > 1:
        raise invalid(
            FieldError("/helper/contact/email", "Change one e-mail address first; when it is confirmed, the other one.")
        )
    new_email_of, new_email = found.new_email_of, found.new_email
    if to_confirm:
        new_email_of, new_email = to_confirm[0]
    elif found.new_email_of in waits:
        new_email_of = new_email = None
    party = _companions(found, given)
    # Who came along when the answers were given may not be who does now: another change may have been faster.
    answers = for_party(given.answers or (), party if given.companions is None else given.companions, party)
    after = replace(
        found,
        answers=changed_answers(for_party(found.answers, found.party, party), answers),
        name=found.name if given.name is None else given.name,
        language=found.language if given.language is None else given.language,
        added_language=found.added_language if given.language is None else given.added_language or "",
        party=party,
        support=found.support if given.support is None else given.support,
        contact=contact,
        reach_first=found.reach_first if given.reach_first is None else given.reach_first,
        helper=helper,
        new_email=new_email,
        new_email_of=new_email_of,
    )
    return replace(after, answered=_answered(found, after, pending.staff))


def _check_wish(before: Registration, after: Registration) -> None:
    """Raises Problem 422 where a wish can't be met any more, or never could. What was not touched stays."""

    def wrong(one: Registration) -> list[FieldError]:
        ways = messages_go_to(one)
        return unmet(one.reach_first, replace(ways, email=ways.email or one.new_email))

    if (mistakes := wrong(after)) and (after.reach_first != before.reach_first or not wrong(before)):
        raise invalid(*mistakes)


def _answered(before: Registration, after: Registration, by_staff: bool) -> dict[AnsweredFrom, bool]:
    """Nobody has answered from where messages did not go before; what staff enter of somebody they registered is as it was at first."""
    answered, was, now = dict(before.answered), messages_go_to(before), messages_go_to(after)
    numbers = [one.phone_e164 or one.phone for one in (was, now)]
    ways: dict[AnsweredFrom, list[str | None]] = {"email": [was.email, now.email], "phone": numbers}
    for way, (former, present) in ways.items():
        if present is None or (former != present and by_staff and not before.unconfirmed):
            answered.pop(way, None)
        elif former != present:
            answered[way] = False
    return answered


def _to_confirm(new: ContactWays, old: ContactWays, by_staff: bool) -> str | None:
    """The address that whoever reads its mails has to confirm before messages go there."""
    return new.email if new.email != old.email and not by_staff else None


def _needs_new_link(before: Registration, after: Registration, by_staff: bool) -> bool:
    """Whether the former link may be in other hands: staff corrected where it was sent to, or somebody else helps."""
    helper_moved = _moved(before.helpers_contact, after.helpers_contact)
    if by_staff:
        return helper_moved or _moved(before.contact, after.contact)
    return helper_moved and _helper_name(before) != _helper_name(after)


def _moved(before: ContactWays, after: ContactWays) -> bool:
    """Whether somebody is not reached any more where they were."""
    return any(old and old != new for old, new in zip(before.all, after.all, strict=True))


def _helper_name(registration: Registration) -> str | None:
    return registration.helper.name if registration.helper else None


def _waits(found: Registration, pending: PendingChange) -> bool:
    """Whether this change is still to be made."""
    return found.wanted is not None and found.wanted.key == pending.key


def _touches_seats(before: Registration, after: Registration) -> bool:
    """Other names of as many people are no business of the seat ledger."""
    return (before.size, before.support, before.language) != (after.size, after.support, after.language)


def _contact_of(registration: Registration) -> tuple[object, ...]:
    """All that the others are told of how somebody is reached."""
    one = registration
    return one.name, one.contact, one.reach_first, one.language, one.helper, one.new_email, one.new_email_of, one.link


def _changed_meanwhile() -> Problem:
    return conflict("changed-meanwhile", "Somebody else changed this registration just now. Look again.")
