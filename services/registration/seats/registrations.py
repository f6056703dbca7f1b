"""Registering people: the registration is written first, then its claim on seats.

A claim without a registration can't exist; a registration whose claim is missing (its process died in between) is completed
by the reconciler, because every new registration is due for a look until its claim is known to stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from chassis.clock import Clock
from chassis.http.permissions import Caller
from chassis.http.problems import FieldError, Problem, forbidden, invalid, not_found
from chassis.ids import Secrets
from chassis.operations.failpoints import failpoint
from chassis.operations.metrics import Metrics
from chassis.storage.aggregates import Aggregates
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope, of_document
from services.registration.domain.door_code import door_code
from services.registration.domain.gathering import Status, check_open, check_party
from services.registration.domain.likeness import keys
from services.registration.domain.seats import Ledger, Newcomer, Refused
from services.registration.domain.terms import call_by
from services.registration.metrics import RegistrationMetrics
from services.registration.schemas import NewRegistration, WalkIn
from services.registration.seats.batches import Batches
from services.registration.seats.contacts import codes_of, found_by, recorded, to_be_reached
from services.registration.seats.ledgers import Answer, Ledgers
from services.registration.seats.standing import gone, standing

RECONCILE_AFTER = timedelta(seconds=5)
Transition = Literal["confirmation", "cancellation", "acceptance", "reconfirmation"]


class Registrations:
    """People's registrations of all gatherings."""

    def __init__(
        self,
        aggregates: Aggregates,
        ledgers: Ledgers,
        clock: Clock,
        secrets: Secrets,
        metrics: Metrics,
        public_url: str,
    ) -> None:
        self._all = aggregates
        self._ledgers = ledgers
        self._clock = clock
        self._secrets = secrets
        self._public_url = public_url
        self._metrics = RegistrationMetrics(metrics)
        self._batches = Batches(aggregates, metrics)

    def code(self, registration_id: str) -> str:
        """The code of the link that belongs to a registration."""
        return self._secrets.code("manage", registration_id)

    def door_code(self, registration_id: str) -> str:
        """The code by which the group is let in at the door."""
        return door_code(self._secrets.derived("door", registration_id))

    def manage_url(self, tenant: str, registration_id: str) -> str:
        return f"{self._public_url}/registration/{tenant}/my/{registration_id}/{self.code(registration_id)}"

    async def register(
        self, caller: Caller, gathering_id: str, body: NewRegistration, request: IdempotencyKey
    ) -> tuple[Answer, bool]:
        """Write the registration, claim seats; (answer, replayed). Nothing stays behind when the rules refuse."""
        if not caller.is_staff and body.channel in ("phone", "email"):
            raise forbidden("Registrations by telephone or e-mail are entered by staff.")
        scope, id = caller.scope, request.new_document_id()
        document = self._document(caller, id, gathering_id, body, request)
        existing = await self._refused_or_repeated(scope, gathering_id, body, request)
        failpoint("registration.before_insert")
        if existing is None:
            existing = await self._batches.add(document)
        failpoint("registration.after_insert")
        if existing is not None:
            request.replay_of_creation(existing)
            document = existing
        answer = await self._claim(scope, document)
        if existing is None:
            self._metrics.registered.labels(scope.tenant, body.channel, answer["status"]).inc()
        if not document["unconfirmed"] or document.get("to_reach"):
            answer = {**answer, "manage_url": self.manage_url(scope.tenant, id)}
        return answer, existing is not None

    async def walk_in(
        self, caller: Caller, gathering_id: str, body: WalkIn, request: IdempotencyKey
    ) -> tuple[Answer, bool]:
        """A group at the door gets seats and is here, all of it or none; (answer, replayed). Nobody is written to."""
        scope, now, id = caller.scope, self._clock.now(), request.new_document_id()
        door = self.door_code(id)
        person = {"name": body.name, "contact": {"phone": body.phone}, "language": body.language}
        fields = person | {
            "gathering": gathering_id,
            "party": [""] * (body.people - 1),
            "support": body.support,
            "channel": "phone",
            "helper": None,
            "consent": {"text_version": body.consent.text_version, "at": now, "by": _who(caller)},
            "unconfirmed": False,
            "walk_in": True,
            "keys": keys([body.name], [body.phone], [], door),
            "request": request.record(None, now),
            "due_at": now + RECONCILE_AFTER,
        }
        document = self._all.new(scope, id, fields, [], now)
        existing = await self._batches.add(document)
        if existing is not None:
            request.replay_of_creation(existing)
        try:
            return await self._claim(scope, existing or document), existing is not None
        except Problem as refused:
            if refused.status == 409:
                await self._all.collection.delete_one(scope.filter(_id=id))
            raise

    async def one(self, caller: Caller, registration_id: str) -> Answer:
        """A registration as it stands, for its holder or staff."""
        document = await self.held(caller, registration_id)
        status = await self.status(caller.scope, document)
        return {"id": registration_id, "gathering": document["gathering"], **status, **person(document)}

    async def transition(
        self, caller: Caller, registration_id: str, kind: Transition, request: IdempotencyKey
    ) -> tuple[Answer, bool]:
        """Confirm the address, cancel, accept an offer, say once more that one comes. Repeating it changes nothing."""
        document = await self.held(caller, registration_id)
        by: Literal["holder", "staff"] = "staff" if caller.is_staff else "holder"

        def step(ledger: Ledger, gathering: Document, now: datetime) -> Answer:
            if gathering["status"] != "published" and kind != "cancellation":
                raise Refused("gathering-cancelled", "This gathering does not take place.")
            if kind == "confirmation":
                claim = ledger.claims.get(registration_id)
                if by == "holder" and document.get("to_reach") and claim is not None and not claim.confirmed:
                    raise Refused("call-first", "We call you first and ask whether you come. You need not do anything.")
                ledger.confirm(registration_id, now)
            elif kind == "acceptance":
                ledger.accept(registration_id, now)
            elif kind == "reconfirmation":
                ledger.reconfirm(registration_id, now)
            elif not ledger.cancel(registration_id, now, by):
                return {"id": registration_id, **gone(gathering, registration_id)}
            return {"id": registration_id, **standing(ledger, gathering, registration_id)}

        answer, replayed = await self._ledgers.run(caller.scope, document["gathering"], step, request=request)
        if not replayed:
            self._metrics.transitions.labels(caller.scope.tenant, kind).inc()
        return answer, replayed

    async def standing(self, scope: TenantScope, gathering_id: str, ids: Sequence[str]) -> dict[str, Answer]:
        """Where each of these registrations of one gathering stands now, by id."""

        def read(ledger: Ledger, gathering: Document, now: datetime) -> Answer:
            claims, ended = ledger.claims, gathering["gone"]
            # What is not known was written just now: its claim stands in a moment.
            early: Answer = {"status": "unconfirmed"}
            return {id: standing(ledger, gathering, id) if id in claims or id in ended else early for id in ids}

        return await self._ledgers.view(scope, gathering_id, read)

    async def reconcile(self, document: Document) -> None:
        """Complete the claim of a registration whose process died before it was made."""
        scope = of_document(document)
        try:
            answer = await self._claim(scope, document)
        except Problem as refused:
            if refused.status != 409:
                raise
            answer = {"status": "refused"}
        if answer["status"] != "refused":
            self._metrics.reconciled.labels(scope.tenant).inc()
        await self._batches.settle_now([document["_id"]])

    async def _refused_or_repeated(
        self, scope: TenantScope, gathering_id: str, body: NewRegistration, request: IdempotencyKey
    ) -> Document | None:
        """Raise what the rules say before anything is written, unless this repeats an earlier request: then its document."""

        def check(facts: Document, status: Status, now: datetime) -> None:
            check_open(facts, status, now)
            wrong = check_party(facts, 1 + len(body.party), list(body.support))
            if wrong:
                raise invalid(*(FieldError(*one) for one in wrong))

        def step(ledger: Ledger, gathering: Document, now: datetime) -> Answer:
            check(gathering["facts"], gathering["status"], now)
            return {}

        try:
            facts, status = await self._ledgers.facts(scope, gathering_id)
            check(facts, status, self._clock.now())
        except (Refused, Problem):
            pass
        else:
            return None
        try:
            await self._ledgers.run(scope, gathering_id, step)
        except Problem:
            earlier = await self._all.load(scope, request.key) if request.key else None
            if earlier is None:
                raise
            return earlier
        return None

    async def _claim(self, scope: TenantScope, document: Document) -> Answer:
        """Claim seats once; the first answer ever after."""
        id, size = document["_id"], 1 + len(document["party"])
        walk_in = bool(document.get("walk_in"))
        support = tuple(document["support"])
        to_reach = bool(document.get("to_reach"))
        newcomer = Newcomer(id, size, document["language"], document["channel"], support, walk_in, to_reach)

        def step(ledger: Ledger, gathering: Document, now: datetime) -> Answer:
            earlier = gathering["claims"].get(id) or gathering["gone"].get(id)
            if earlier is not None and earlier.get("f") is not None:
                first: Answer = earlier["f"]
                return first
            if not walk_in:
                check_open(gathering["facts"], gathering["status"], now)
            elif size > ledger.free:
                raise Refused("no-room", "There are not enough free seats for a group of this size.")
            minutes = timedelta(minutes=gathering["facts"]["confirm_minutes"])
            by = call_by(now, gathering["facts"]["starts_at"], minutes) if to_reach else now + minutes
            ledger.register(newcomer, now, by if document["unconfirmed"] else None)
            if walk_in:
                ledger.arrive(id, now)
            return {"id": id, **standing(ledger, gathering, id)}

        answer, _ = await self._ledgers.run(scope, document["gathering"], step, claim_of=id)
        self._batches.settle(id)
        return answer

    def _document(
        self, caller: Caller, id: str, gathering_id: str, body: NewRegistration, request: IdempotencyKey
    ) -> Document:
        now, unconfirmed = self._clock.now(), body.channel in ("web", "helper") and not caller.is_staff
        fields = {
            "gathering": gathering_id,
            "name": body.name,
            "contact": body.contact.model_dump(),
            "language": body.language,
            "party": body.party,
            "support": body.support,
            "channel": body.channel,
            "helper": body.helper.model_dump() if body.helper else None,
            "consent": {"text_version": body.consent.text_version, "at": now, "by": _who(caller)},
            "unconfirmed": unconfirmed,
            "request": request.record(None, now),
            "due_at": now + RECONCILE_AFTER,
        }
        if unconfirmed and not _by_mail(body):
            fields["to_reach"] = True
        codes = codes_of(self._secrets, id, to_reach=to_be_reached(fields))
        fields["keys"] = found_by(fields, codes)
        return self._all.new(caller.scope, id, fields, [recorded(id, fields, codes)], now)

    async def held(self, caller: Caller, registration_id: str) -> Document:
        """The registration, if the caller is staff or holds its link."""
        if not caller.is_staff and not self._secrets.holds("manage", registration_id, caller.link):
            raise not_found("registration")
        document = await self._all.load(caller.scope, registration_id)
        if document is None or document.get("erased"):
            raise not_found("registration")
        return document

    async def status(self, scope: TenantScope, document: Document) -> Answer:
        """Where a registration stands now."""
        id = document["_id"]
        return (await self.standing(scope, document["gathering"], [id]))[id]


def person(document: Document) -> Answer:
    """A registration's person as registered. `new_email`: an address that its owner still has to confirm, of the person or, with
    `new_email_of`, of the helper. `to_reach`: they gave
    none when they signed up themselves; while unconfirmed they are called and asked whether they come."""
    shown = {key: document.get(key) for key in ("name", "contact", "language", "party", "support", "channel", "helper")}
    if document.get("to_reach"):
        shown["to_reach"] = True
    return shown | {name: document[name] for name in ("new_email", "new_email_of") if document.get(name)}


def _who(caller: Caller) -> str:
    """Who read out what is done with the data, or the person themself."""
    return "+".join(sorted(caller.roles)) or "holder"


def _by_mail(body: NewRegistration) -> bool:
    """Whether messages go to an e-mail address: its owner has to confirm it. Somebody without one is called."""
    own, helper = body.contact, body.helper
    return bool(own.email or (not own.reachable and helper is not None and helper.contact.email))
