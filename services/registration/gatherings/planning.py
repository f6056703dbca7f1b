"""Planning gatherings: drafting, publishing, changing, calling off, drawing. Their seats are `services.registration.seats.ledgers`' business."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from chassis.clock import Clock
from chassis.http.problems import FieldError, conflict, invalid, not_found
from chassis.ids import Secrets
from chassis.storage.aggregates import Aggregates, Change, Exists
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope
from contracts.registration import (
    WORTH_TELLING,
    Gathering,
    GatheringCancelled,
    GatheringChanged,
    GatheringDrawn,
    GatheringPublished,
    ParticipantAsked,
    ParticipantOffered,
    ParticipantSupported,
)
from services.registration.domain.gathering import mistakes
from services.registration.domain.lottery import commitment
from services.registration.domain.seats import Ledger
from services.registration.gatherings.gatherings import shown
from services.registration.schemas import Cancellation, GatheringDraft
from services.registration.seats.ledgers import Also, Ledgers
from services.registration.seats.stored_ledger import ledger_of, terms_of, totals

TOLD = ("unconfirmed", "confirmed", "waiting", "offered")
"""Who hears of changes."""


def told(document: Document) -> Gathering:
    """A gathering as the other services know it."""
    facts = document["facts"]
    return Gathering(
        gathering_id=document["_id"],
        series=document.get("series"),
        has_join_url=bool(facts.get("join_url")),
        withdrawn=tuple(document.get("withdrawn") or ()),
        **{k: v for k, v in facts.items() if k != "join_url"},
    )


class Planning:
    """What coordinators do to gatherings. Every answer is (answer, whether it is that of an earlier request)."""

    def __init__(self, aggregates: Aggregates, ledgers: Ledgers, secrets: Secrets, clock: Clock) -> None:
        self._all = aggregates
        self._ledgers = ledgers
        self._secrets = secrets
        self._clock = clock

    async def draft(
        self, scope: TenantScope, body: GatheringDraft, default_language: str, request: IdempotencyKey
    ) -> tuple[dict[str, Any], bool]:
        """Store a draft. Raises Problem 422 naming every field that is wrong."""
        facts = body.model_dump()
        wrong = mistakes(facts, default_language)
        if wrong:
            raise invalid(*(FieldError(*one) for one in wrong))
        return await self.store(scope, request.new_document_id(), facts, request)

    async def store(
        self, scope: TenantScope, id: str, facts: Document, request: IdempotencyKey, series: str | None = None
    ) -> tuple[dict[str, Any], bool]:
        """Store valid facts as a draft, once."""
        now = self._clock.now()
        fields: Document = {
            "status": "draft",
            "facts": facts,
            "claims": {},
            "gone": {},
            "next_turn": 1,
            "taken": 0,
            "waiting": 0,
            "revision": 0,
        }
        if series:
            fields["series"] = series
        if facts["allocation"] == "lottery":
            fields["seed_commitment"] = commitment(self._seed(id))
        answer = shown({"_id": id, **fields}, now)
        try:
            await self._all.create(scope, id, {**fields, "request": request.record(answer, now)}, [], now)
        except Exists as there:
            return request.replay_of_creation(there.document), True
        return answer, False

    async def publish(self, scope: TenantScope, id: str, request: IdempotencyKey) -> tuple[dict[str, Any], bool]:
        """Open it. Repeating it changes nothing."""
        now = self._clock.now()

        def decide(document: Document) -> Change:
            answer = shown({**document, "status": "published"}, now)
            if document["status"] == "published":
                return Change(answer=answer)
            if document["status"] == "cancelled":
                raise conflict("cancelled", "A cancelled gathering can't be published again; make a new one.")
            if document["facts"]["starts_at"] <= now:
                raise conflict("in-the-past", "This gathering has begun already; change its time first.")
            event = GatheringPublished(
                gathering=told(document),
                seed_commitment=document.get("seed_commitment"),
                revision=revision_of(document),
            )
            return Change({"status": "published", "published_at": now}, events=[event], answer=answer)

        return await self.execute(scope, id, decide, request)

    async def cancel(
        self, scope: TenantScope, id: str, body: Cancellation, request: IdempotencyKey
    ) -> tuple[dict[str, Any], bool]:
        """Call it off; everyone who is registered is told why."""
        now = self._clock.now()

        def decide(document: Document) -> Change:
            revision = revision_of(document) + 1
            changes: Document = {"status": "cancelled", "cancelled_because": body.reason, "revision": revision}
            answer = shown({**document, **changes}, now)
            if document["status"] == "cancelled":
                return Change(answer=answer)
            event = GatheringCancelled(gathering_id=id, reason=body.reason, revision=revision)
            return Change(changes, ["due_at"], [] if document["status"] == "draft" else [event], answer)

        return await self.execute(scope, id, decide, request)

    async def change(
        self, scope: TenantScope, id: str, given: dict[str, Any], default_language: str, request: IdempotencyKey
    ) -> tuple[dict[str, Any], bool]:
        """Change what is given, all or nothing; whoever takes part is told of what matters to them.

        Raises: Problem 422 or RequestValidationError, naming every field that is wrong.
        """

        def step(ledger: Ledger, document: Document, now: datetime) -> Also:
            changes, _ = self._changed(ledger, document, given, default_language, now)
            after = {**document, **changes, **totals(ledger), "due_at": None}
            return Also(shown(after, now), changes)

        return await self._ledgers.run(scope, id, step, request=request)

    async def preview(
        self, scope: TenantScope, id: str, given: dict[str, Any], default_language: str
    ) -> dict[str, Any]:
        """What a change would do, without doing it: `changed` fields, `informed` groups that would be told, `offered` groups that
        would be offered seats, `over` seats that would be taken beyond the capacity, `supported` groups that would be told that
        their wishes for support stand otherwise, `asked` groups that would be asked at once whether they come.

        Raises: as `change`.
        """
        document, now = await self._ledgers.snapshot(scope, id), self._clock.now()
        ledger = ledger_of(document)
        ledger.lapse(now)
        ledger.take_events()
        _, changed = self._changed(ledger, document, given, default_language, now)
        ledger.lapse(now)
        events = ledger.take_events()
        informed = sum(claim.status in TOLD for claim in ledger_of(document).claims.values())
        matters = document["status"] == "published" and not WORTH_TELLING.isdisjoint(changed)
        return {
            "changed": list(changed),
            "informed": informed if matters else 0,
            "offered": sum(isinstance(event, ParticipantOffered) for event in events),
            "supported": sum(isinstance(event, ParticipantSupported) and event.because == "offer" for event in events),
            "asked": sum(isinstance(event, ParticipantAsked) for event in events),
            "over": max(0, ledger.taken - ledger.terms.capacity),
        }

    async def draw(self, scope: TenantScope, id: str, request: IdempotencyKey) -> tuple[dict[str, Any], bool]:
        """Draw the lottery; drawing again changes nothing. The answer reveals the seed that the commitment was made to."""
        seed = self._seed(id)

        def step(ledger: Ledger, document: Document, now: datetime) -> dict[str, Any] | Also:
            if document["status"] != "published":
                raise conflict("not-open", "Only a published gathering has a lottery to draw.")
            if document.get("drawn_at"):
                return shown(document, now)
            ledger.lapse(now)
            in_line = tuple(id for id, claim in ledger.claims.items() if not claim.seated)
            if ledger.allocation == "lottery":
                ledger.events.append(GatheringDrawn(gathering_id=id, seed=seed.hex(), registration_ids=in_line))
            ledger.draw(seed, now)
            changes: Document = {"drawn_at": now, "seed": seed.hex()}
            after = {**document, **changes, **totals(ledger), "due_at": None}
            return Also(shown(after, now), changes)

        return await self._ledgers.run(scope, id, step, request=request)

    async def execute(
        self,
        scope: TenantScope,
        id: str,
        decide: Callable[[Document], Change | None],
        request: IdempotencyKey | None = None,
    ) -> tuple[Any, bool]:
        """A change that leaves the ledger as it is. Raises Problem 404."""
        done = await self._all.execute(scope, id, decide, self._clock.now(), request)
        self._ledgers.forget(scope, id)
        if done is None:
            raise not_found("gathering")
        return done

    def _changed(
        self, ledger: Ledger, document: Document, given: Mapping[str, Any], default_language: str, now: datetime
    ) -> tuple[Document, tuple[str, ...]]:
        """Carry a change out on the ledger; the fields to set and the names of those that are different."""
        if document["status"] == "cancelled":
            raise conflict("cancelled", "A cancelled gathering can't be changed.")
        facts = _valid({**document["facts"], **given})
        wrong = mistakes(facts, default_language)
        changed = tuple(sorted(key for key in given if facts[key] != document["facts"].get(key)))
        if "starts_at" in changed and facts["starts_at"] <= now:
            wrong.append(("/starts_at", "The start must be in the future.", {}))
        if "allocation" in changed and document["status"] != "draft":
            wrong.append(("/allocation", "How seats are given out can't change once the gathering is published.", {}))
        if wrong:
            raise invalid(*(FieldError(*one) for one in wrong))
        revision = revision_of(document) + bool(changed)
        changes: Document = {"facts": facts, "revision": revision}
        if "support" in changed and document["status"] == "published":
            changes["withdrawn"] = _withdrawn(document, facts)
        if facts["allocation"] == "lottery":
            changes["seed_commitment"] = commitment(self._seed(document["_id"]))
        if document["status"] == "published" and changed:
            after = told({**document, **changes})
            ledger.events.append(
                GatheringChanged(gathering=after, changed=changed, before=told(document), revision=revision)
            )
        ledger.adopt(terms_of(facts), now)
        return changes, changed

    def _seed(self, id: str) -> bytes:
        return self._secrets.derived("lottery", id)


def revision_of(document: Document) -> int:
    """How often it was changed; those from before this was counted start at 0."""
    revision: int = document.get("revision", 0)
    return revision


def _withdrawn(document: Document, facts: Document) -> list[Document]:
    """Support that was offered at some time and is not any more; the newest label of each."""
    known = {offer["id"]: offer for offer in (*document.get("withdrawn", ()), *document["facts"]["support"])}
    offered = {offer["id"] for offer in facts["support"]}
    return [offer for id, offer in known.items() if id not in offered]


def _valid(facts: dict[str, Any]) -> dict[str, Any]:
    try:
        return GatheringDraft.model_validate(facts).model_dump()
    except ValidationError as error:
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in error.errors()]) from None
