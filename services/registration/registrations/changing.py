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

import copy
from collections.abc import Callable
from typing import Any

from chassis.clock import Clock
from chassis.http.permissions import Caller
from chassis.http.problems import FieldError, Problem, conflict, invalid, not_found
from chassis.ids import Secrets, new_id
from chassis.storage.aggregates import Change
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope, of_document
from services.registration.contact_confirmation.contacts import codes_of, found_by, reachable, recorded
from services.registration.domain.claim import Group
from services.registration.domain.commands import ChangeGroup
from services.registration.domain.ledger import Ledger
from services.registration.registrations.documents import PendingChange, from_pending, to_pending
from services.registration.registrations.links import generation_of
from services.registration.registrations.registering import RECONCILE_AFTER, Registrations, person
from services.registration.registrations.repository import RegistrationRepository
from services.registration.schemas import RegistrationChange
from services.registration.seats.documents import Answer
from services.registration.seats.registration_state import RegistrationState, registration_state
from services.registration.seats.repository import SeatLedgers

SEATS = ("party", "support", "language")
"""Fields that the seat ledger, and everybody who listens to it, knows of."""
CONTACT = ("name", "contact", "language", "helper", "new_email", "new_email_of", "link")
"""Fields that are part of the contact."""
WAYS = ("email", "phone", "post")


class RegistrationChanges:
    """Changes of registrations, by their holders and by staff."""

    def __init__(
        self,
        repository: RegistrationRepository,
        registrations: Registrations,
        ledgers: SeatLedgers,
        secrets: Secrets,
        clock: Clock,
    ) -> None:
        self._all = repository.aggregates
        self._registrations = registrations
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
        document = await self._current(caller, registration_id)
        replayed, earlier = request.replay_in(document)
        if replayed:
            return self._with_link(caller.scope, earlier), True
        pending = PendingChange(body.given, request.key or new_id(), request.fingerprint, caller.is_staff)
        if not _touches_seats(document, _resolved(document, pending)):
            answer = await self._finish(caller.scope, registration_id, pending, None, request)
        else:
            await self._all.execute(caller.scope, registration_id, self._noted(pending), self._clock.now())
            answer = await self._carry_out(caller.scope, document, pending)
        return self._with_link(caller.scope, answer), False

    async def complete(self, document: Document) -> None:
        """Go on with a change whose process died. One that the rules refuse is dropped: its caller never had an answer."""
        pending = to_pending(document)
        if pending is None:
            return
        try:
            await self._carry_out(of_document(document), document, pending)
        except Problem as refused:
            if refused.status >= 500:
                raise

    async def renew_link(self, caller: Caller, registration_id: str, request: IdempotencyKey) -> tuple[Answer, bool]:
        """Make the links that are out open nothing any more; `{id, manage_url}` of the new one. A repeat of the request gives the
        link that the first one gave."""

        def decide(found: Document) -> Change:
            if found.get("erased"):
                raise not_found("registration")
            generation = generation_of(found) + 1
            told = self._recorded({**found, "link": generation})
            return Change({"link": generation}, events=[told], answer={"id": registration_id, "link": generation})

        done = await self._all.execute(caller.scope, registration_id, decide, self._clock.now(), request)
        if done is None:
            raise not_found("registration")
        answer, replayed = done
        return self._with_link(caller.scope, answer), replayed

    async def _current(self, caller: Caller, registration_id: str) -> Document:
        """The registration, after a change that was begun before is through."""
        document = await self._registrations.held(caller, registration_id)
        if document.get("wanted"):
            await self.complete(document)
            document = await self._registrations.held(caller, registration_id)
        return document

    def _noted(self, pending: PendingChange) -> Callable[[Document], Change]:
        def decide(found: Document) -> Change:
            if found.get("erased"):
                raise not_found("registration")
            if found.get("wanted"):
                raise conflict("changed-meanwhile", "Somebody else changed this registration just now. Look again.")
            return Change({"wanted": from_pending(pending), "due_at": self._clock.now() + RECONCILE_AFTER})

        return decide

    async def _carry_out(self, scope: TenantScope, document: Document, pending: PendingChange) -> Answer:
        """Let the ledger decide what is wanted, then make it so."""
        id, fields = document["_id"], _resolved(document, pending)
        wanted = {**document, **fields}
        size, support = 1 + len(wanted["party"]), tuple(wanted["support"])
        command = ChangeGroup(
            Group(id, size, wanted["language"], wanted["channel"], support),
            len(wanted["party"]) > len(document["party"]),
            pending.by_staff,
            tuple(fields.get("support", ())),
            "language" in fields,
        )
        once = IdempotencyKey(pending.key, pending.fingerprint)

        def view(ledger: Ledger, _: Any) -> Answer:
            return registration_state(ledger, id)

        try:
            state, _ = await self._ledgers.execute(scope, document["gathering"], command, view, about=(id,), key=once)
        except Problem as refused:
            if refused.status < 500:
                await self._all.execute(scope, id, lambda found: _dropped(found, pending), self._clock.now())
            raise
        return await self._finish(scope, id, pending, state, once)

    async def _finish(
        self,
        scope: TenantScope,
        id: str,
        pending: PendingChange,
        state: RegistrationState | None,
        request: IdempotencyKey,
    ) -> Answer:
        """The registration becomes what was wanted, and the others are told how its person is reached. `state`: as the ledger
        decided, None where it had nothing to decide."""
        decided = state is not None
        if state is None:
            document = await self._all.load(scope, id)
            state = {} if document is None else await self._registrations.status(scope, document)
        known = state

        def answer(after: Document) -> Answer:
            return {"id": id, "gathering": after["gathering"], **known, **person(after)}

        def decide(found: Document) -> Change:
            if found.get("erased"):
                raise not_found("registration")
            note = to_pending(found)
            if decided and (note is None or note.key != pending.key):
                return Change(answer=answer(found))  # somebody else completed it
            fields = _resolved(found, pending)
            if not decided and _touches_seats(found, fields):
                raise conflict("changed-meanwhile", "Somebody else changed this registration just now. Look again.")
            if _new_link(found, fields, pending.by_staff):
                fields["link"] = generation_of(found) + 1
            after = {**found, **fields}
            told = [self._recorded(after)] if any(name in CONTACT for name in fields) else []
            keys = {"keys": found_by(after, codes_of(self._secrets, id, after))} if fields else {}
            result = answer(after) | ({"link": fields["link"]} if "link" in fields else {})
            return Change(fields | keys, ["wanted", "due_at"] if decided else [], told, result)

        done = await self._all.execute(scope, id, decide, self._clock.now(), request)
        if done is None:
            raise not_found("registration")
        result: Answer = done[0]
        return result

    def _recorded(self, registration: Document) -> Any:
        id = registration["_id"]
        return recorded(id, registration, codes_of(self._secrets, id, registration))

    def _with_link(self, scope: TenantScope, answer: Answer) -> Answer:
        """The answer with the link, which is derived and never stored."""
        if "link" not in answer:
            return answer
        shown = {name: value for name, value in answer.items() if name != "link"}
        return shown | {"manage_url": self._registrations.manage_url(scope.tenant, answer["id"], answer["link"])}


def _resolved(document: Document, pending: PendingChange) -> Document:
    """The fields that will be different, given what stands there now.

    Raises: Problem 422.
    """
    if pending.settled:
        return {name: value for name, value in pending.given.items() if value != document.get(name)}
    given = copy.deepcopy(pending.given)
    after = {**document, **given}
    contact, helper = given.get("contact"), given.get("helper")
    if (contact or helper) and not (reachable(after["contact"]) or reachable(_helpers(after))):
        place = "/contact" if contact else "/helper/contact"
        raise invalid(FieldError(place, "Give an e-mail address, a telephone number or a postal address."))
    pairs = ((None, contact, document["contact"]), ("helper", _helpers(given), _helpers(document)))
    to_confirm = []
    for whose, new, old in pairs:
        if not new:
            continue
        if new["email"] and new["email"] != old.get("email") and not pending.by_staff:
            to_confirm.append((whose, new["email"]))
            new["email"] = old.get("email")
        elif document.get("new_email_of") == whose:
            given["new_email"] = given["new_email_of"] = None
    if len(to_confirm) > 1:
        raise invalid(
            FieldError("/helper/contact/email", "Change one e-mail address first; when it is confirmed, the other one.")
        )
    for whose, email in to_confirm:
        given["new_email"], given["new_email_of"] = email, whose
    return {name: value for name, value in given.items() if value != document.get(name)}


def _new_link(document: Document, fields: Document, by_staff: bool) -> bool:
    """Whether the former link may be in other hands: staff corrected where it was sent to, or somebody else helps."""
    after = {**document, **fields}
    helper_moved = _moved(_helpers(document), _helpers(after))
    if by_staff:
        return helper_moved or _moved(document["contact"], after["contact"])
    return helper_moved and document["helper"]["name"] != after["helper"]["name"]


def _moved(before: Document, after: Document) -> bool:
    """Whether somebody is not reached any more where they were."""
    return any(before.get(way) and before.get(way) != after.get(way) for way in WAYS)


def _dropped(found: Document, pending: PendingChange) -> Change | None:
    """What was wanted is not to be; whatever else is due stays due."""
    note = to_pending(found)
    return Change(unset=["wanted"]) if note is not None and note.key == pending.key else None


def _touches_seats(document: Document, fields: Document) -> bool:
    """Other names of as many people are no business of the seat ledger."""
    if fields.keys().isdisjoint(SEATS):
        return False
    return not fields.keys().isdisjoint({"support", "language"}) or len(fields["party"]) != len(document["party"])


def _helpers(registration: Document) -> Document:
    """How whoever helps is reached, empty where nobody does."""
    return (registration.get("helper") or {}).get("contact") or {}
