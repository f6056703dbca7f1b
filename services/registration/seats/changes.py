"""Changing a registration later: who comes, in which language, with which support, how they are reached.

A change that touches seats takes three writes, each of one document: what is wanted is noted with the registration, then the
seat ledger decides, then the registration becomes what was wanted. A process that dies in between leaves the note, and the
reconciler goes on from there; the ledger's decision carries the key of the request, so it is made once.

A new e-mail address from the holder has to be confirmed by whoever reads its mails; until then messages go where they went, and
the seats stay. What staff enter, they were told by the person: it counts at once. The same holds for who helps. One new address
waits at a time; the next takes its place. Names alone touch no seats, so they are corrected for as long as they are stored.
"""

from __future__ import annotations

from datetime import datetime

from chassis.clock import Clock
from chassis.http.permissions import Caller
from chassis.http.problems import FieldError, Problem, conflict, invalid, not_found
from chassis.ids import Secrets, new_id
from chassis.storage.aggregates import Aggregates, Change
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope, of_document
from services.registration.domain.gathering import check_open, check_party
from services.registration.domain.seats import Ledger, Newcomer, Refused
from services.registration.schemas import RegistrationChange
from services.registration.seats.contacts import codes_of, found_by, reachable, reads, recorded, to_be_reached
from services.registration.seats.ledgers import Answer, Ledgers
from services.registration.seats.reaching import Reaching
from services.registration.seats.registrations import RECONCILE_AFTER, Registrations, person
from services.registration.seats.standing import standing

SEATS = ("party", "support", "language")
"""Fields that the seat ledger, and everybody who listens to it, knows of."""
REACHED = ("name", "contact", "language", "helper", "new_email", "new_email_of")
"""Fields that are part of the contact."""


class Changes:
    """Changes of registrations, by their holders and by staff."""

    def __init__(
        self,
        aggregates: Aggregates,
        registrations: Registrations,
        reaching: Reaching,
        ledgers: Ledgers,
        secrets: Secrets,
        clock: Clock,
    ) -> None:
        self._reaching = reaching
        self._all = aggregates
        self._registrations = registrations
        self._ledgers = ledgers
        self._secrets = secrets
        self._clock = clock

    async def change(
        self, caller: Caller, registration_id: str, body: RegistrationChange, request: IdempotencyKey
    ) -> tuple[Answer, bool]:
        """Change what is given, all or nothing; (the registration as it stands then, replayed).

        Raises:
            Problem: 404 not the holder's; 409 no seats for a larger group, or nothing to change any more; 422 a wish that is
                not offered, too many people, no way left to reach anybody.
        """
        document = await self._current(caller, registration_id)
        replayed, earlier = request.replay_in(document)
        if replayed:
            return earlier, True
        fields = self._wanted(document, body, caller.is_staff)
        if not _touches_seats(document, fields):
            return await self._finish(caller.scope, document, fields, {}, request), False
        note = {
            "fields": fields,
            "key": request.key or new_id(),
            "fingerprint": request.fingerprint,
            "staff": caller.is_staff,
        }
        now = self._clock.now()
        change = Change({"wanted": note, "due_at": now + RECONCILE_AFTER})
        await self._all.commit(caller.scope, document, change, now)
        return await self._carry_out(caller.scope, {**document, "wanted": note}), False

    async def complete(self, document: Document) -> None:
        """Go on with a change whose process died. One that the rules refuse is dropped: its caller never had an answer."""
        try:
            await self._carry_out(of_document(document), document)
        except Problem as refused:
            if refused.status >= 500:
                raise

    async def confirm_address(self, scope: TenantScope, registration_id: str, code: str) -> Answer:
        """The new address is read by whoever gave it: from now on messages go there. Repeating it changes nothing.

        Raises:
            Problem: 404 no such registration, or the code belongs to another address.
        """
        document = await self._all.load(scope, registration_id)
        known = (
            [document.get("new_email"), document["contact"].get("email"), _helpers(document).get("email")]
            if document and not document.get("erased")
            else []
        )
        email = next((e for e in known if e and reads(self._secrets, registration_id, e, code)), None)
        if document is None or email is None:
            raise not_found("registration")
        if email == document.get("new_email"):
            fields = _confirmed(document, email)
            await self._finish(scope, document, fields, {}, IdempotencyKey(None, ""))
            if "contact" in fields or not reachable(document["contact"]):  # messages go there
                await self._reaching.reached(scope, registration_id, "comes")
        return {"id": registration_id, "email": "confirmed"}

    async def _current(self, caller: Caller, registration_id: str) -> Document:
        """The registration, after a change that was begun before is through."""
        document = await self._registrations.held(caller, registration_id)
        if document.get("wanted"):
            await self.complete(document)
            document = await self._registrations.held(caller, registration_id)
        return document

    def _wanted(self, document: Document, body: RegistrationChange, by_staff: bool) -> Document:
        """The fields that will be different."""
        given = body.given
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
            if new["email"] and new["email"] != old.get("email") and not by_staff:
                to_confirm.append((whose, new["email"]))
                new["email"] = old.get("email")
            elif document.get("new_email_of") == whose:
                given["new_email"] = given["new_email_of"] = None
        if len(to_confirm) > 1:
            raise invalid(
                FieldError(
                    "/helper/contact/email", "Change one e-mail address first; when it is confirmed, the other one."
                )
            )
        for whose, email in to_confirm:
            given["new_email"], given["new_email_of"] = email, whose
        return {name: value for name, value in given.items() if value != document.get(name)}

    async def _carry_out(self, scope: TenantScope, document: Document) -> Answer:
        """Let the ledger decide what is wanted, then make it so."""
        note, id = document["wanted"], document["_id"]
        wanted = {**document, **note["fields"]}
        group = Newcomer(id, 1 + len(wanted["party"]), wanted["language"], wanted["channel"], tuple(wanted["support"]))
        grows = len(wanted["party"]) > len(document["party"])

        def step(ledger: Ledger, gathering: Document, now: datetime) -> Answer:
            facts = gathering["facts"]
            if gathering["status"] != "published":
                raise Refused("gathering-cancelled", "This gathering does not take place.")
            if facts["ends_at"] <= now:
                raise Refused("over", "This gathering is over.")
            if grows and not note["staff"]:
                check_open(facts, gathering["status"], now)
            wrong = check_party(facts, group.size if grows else 1, list(note["fields"].get("support", ())))
            if wrong:
                raise invalid(*(FieldError(*one) for one in wrong))
            ledger.change(group, now, told="language" in note["fields"])
            return standing(ledger, gathering, id)

        once = IdempotencyKey(note["key"], note["fingerprint"])
        try:
            answer, _ = await self._ledgers.run(scope, document["gathering"], step, request=once)
        except Problem as refused:
            if refused.status < 500:
                await self._all.execute(scope, id, lambda found: _dropped(found, note), self._clock.now())
            raise
        return await self._finish(scope, document, note["fields"], answer, once)

    async def _finish(
        self, scope: TenantScope, document: Document, fields: Document, standing: Answer, request: IdempotencyKey
    ) -> Answer:
        """The registration becomes what was wanted, and the others are told how its person is reached."""
        id, now, note = document["_id"], self._clock.now(), document.get("wanted")
        standing = standing or await self._registrations.status(scope, document)

        def answer(after: Document) -> Answer:
            return {"id": id, "gathering": after["gathering"], **standing, **person(after)}

        def decide(found: Document) -> Change:
            if found.get("erased"):
                raise not_found("registration")
            if note is not None and (found.get("wanted") or {}).get("key") != note["key"]:
                return Change(answer=answer(found))  # somebody else completed it
            if note is None and found["version"] != document["version"]:
                raise conflict("changed-meanwhile", "Somebody else changed this registration just now. Look again.")
            after = {**found, **fields}
            codes = codes_of(self._secrets, id, after.get("new_email"), to_be_reached(after))
            told = [recorded(id, after, codes)] if any(name in REACHED for name in fields) else []
            sets = {**fields, "keys": found_by(after, codes)} if fields else {}
            return Change(sets, ["wanted", "due_at"] if note else [], told, answer(after))

        done = await self._all.execute(scope, id, decide, now, request)
        if done is None:
            raise not_found("registration")
        result: Answer = done[0]
        return result


def _dropped(found: Document, note: Document) -> Change | None:
    """What was wanted is not to be; whatever else is due stays due."""
    return Change(unset=["wanted"]) if (found.get("wanted") or {}).get("key") == note["key"] else None


def _touches_seats(document: Document, fields: Document) -> bool:
    """Other names of as many people are no business of the seat ledger."""
    if fields.keys().isdisjoint(SEATS):
        return False
    return not fields.keys().isdisjoint({"support", "language"}) or len(fields["party"]) != len(document["party"])


def _helpers(registration: Document) -> Document:
    """How whoever helps is reached, empty where nobody does."""
    return (registration.get("helper") or {}).get("contact") or {}


def _confirmed(document: Document, email: str) -> Document:
    """The fields that change when the address that waited was confirmed."""
    done: Document = {"new_email": None, "new_email_of": None}
    if document.get("new_email_of") == "helper":
        return {**done, "helper": {**document["helper"], "contact": {**_helpers(document), "email": email}}}
    return {**done, "contact": {**document["contact"], "email": email}}
