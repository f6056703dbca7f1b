"""Gatherings: planned, published, changed, shown. Their seats are `services.registration.ledgers`' business."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from chassis.aggregates import Aggregates, Change, Exists
from chassis.clock import rfc3339
from chassis.idempotency import Request
from chassis.ids import Secrets
from chassis.mongo import Document
from chassis.problems import FieldError, conflict, invalid, not_found
from chassis.tenancy import TenantScope
from contracts.registration import Gathering, GatheringCancelled, GatheringChanged, GatheringDrawn, GatheringPublished
from services.registration.domain.gathering import mistakes
from services.registration.domain.lottery import commitment
from services.registration.domain.seats import Ledger
from services.registration.ledgers import Also, Ledgers, ledger_of
from services.registration.schemas import Cancellation, GatheringDraft

SHOWN = {
    "seed": 1,
    "seed_commitment": 1,
    "revision": 1,
    "facts": 1,
    "status": 1,
    "taken": 1,
    "waiting": 1,
    "due_at": 1,
    "tenant": 1,
}


def plain(value: Any) -> Any:
    """Stored values as JSON has them."""
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def shown(document: Document, now: datetime) -> dict[str, Any]:
    """A gathering as anyone may see it; never with the join address. Deadlines that passed just now are taken into account."""
    taken, waiting = document["taken"], document["waiting"]
    if "claims" in document and document.get("due_at") and document["due_at"] <= now:
        ledger = ledger_of(document)
        ledger.lapse(now)
        taken, waiting = ledger.taken, ledger.waiting
    facts = plain({key: value for key, value in document["facts"].items() if key != "join_url"})
    seats = {"capacity": facts["capacity"], "taken": taken, "waiting": waiting}
    lottery = {"seed_commitment": document["seed_commitment"], "seed": document.get("seed")} if document.get("seed_commitment") else None  # fmt: skip
    return {
        "id": document["_id"], "status": document["status"], **facts, "seats": seats, **({"lottery": lottery} if lottery else {}),
    }  # fmt: skip


def told(document: Document) -> Gathering:
    """A gathering as the other services know it."""
    facts = document["facts"]
    return Gathering(
        gathering_id=document["_id"],
        has_join_url=bool(facts.get("join_url")),
        **{k: v for k, v in facts.items() if k != "join_url"},
    )


def _valid(facts: dict[str, Any]) -> dict[str, Any]:
    try:
        return GatheringDraft.model_validate(facts).model_dump()
    except ValidationError as error:
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in error.errors()]) from None


class Gatherings:
    """The aggregate that holds a gathering and its seat ledger."""

    def __init__(self, aggregates: Aggregates, ledgers: Ledgers, secrets: Secrets) -> None:
        self._all = aggregates
        self._ledgers = ledgers
        self._secrets = secrets

    async def draft(
        self, scope: TenantScope, body: GatheringDraft, default_language: str, request: Request, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        """Store a draft; (answer, replayed). Raises Problem 422 naming every field that is wrong."""
        facts = body.model_dump()
        wrong = mistakes(facts, default_language)
        if wrong:
            raise invalid(*(FieldError(pointer, detail) for pointer, detail in wrong))
        id = request.new_document_id()
        fields: Document = {
            "status": "draft",
            "facts": facts,
            "claims": {},
            "gone": {},
            "next_turn": 1,
            "taken": 0,
            "waiting": 0,
        }
        if facts["allocation"] == "lottery":
            fields["seed_commitment"] = commitment(self._seed(id))
        answer = shown({"_id": id, **fields}, now)
        try:
            await self._all.create(scope, id, {**fields, "request": request.record(answer, now)}, [], now)
        except Exists as there:
            return request.replay_of_creation(there.document), True
        return answer, False

    async def publish(
        self, scope: TenantScope, id: str, request: Request, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        """Open it for everyone. Repeating it changes nothing."""

        def decide(document: Document) -> Change:
            answer = shown({**document, "status": "published"}, now)
            if document["status"] == "published":
                return Change(answer=answer)
            if document["status"] == "cancelled":
                raise conflict("cancelled", "A cancelled gathering can't be published again; make a new one.")
            if document["facts"]["starts_at"] <= now:
                raise conflict("in-the-past", "This gathering has begun already; change its time first.")
            commitment = document.get("seed_commitment")
            event = GatheringPublished(gathering=told(document), seed_commitment=commitment)
            return Change({"status": "published", "published_at": now}, events=[event], answer=answer)

        return await self._execute(scope, id, decide, request, now)

    async def cancel(
        self, scope: TenantScope, id: str, body: Cancellation, request: Request, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        """Call it off; everyone who is registered is told why."""

        def decide(document: Document) -> Change:
            answer = shown({**document, "status": "cancelled"}, now)
            if document["status"] == "cancelled":
                return Change(answer=answer)
            events = [] if document["status"] == "draft" else [GatheringCancelled(gathering_id=id, reason=body.reason)]
            return Change({"status": "cancelled", "cancelled_because": body.reason}, ["due_at"], events, answer)

        return await self._execute(scope, id, decide, request, now)

    async def change(
        self, scope: TenantScope, id: str, given: dict[str, Any], default_language: str, request: Request
    ) -> tuple[dict[str, Any], bool]:
        """Change what is given, all or nothing; whoever takes part is told.

        Raises: Problem 422 or RequestValidationError, naming every field that is wrong.
        """

        def step(ledger: Ledger, document: Document, now: datetime) -> Also:
            if document["status"] == "cancelled":
                raise conflict("cancelled", "A cancelled gathering can't be changed.")
            facts = _valid({**document["facts"], **given})
            wrong = mistakes(facts, default_language)
            if "starts_at" in given and facts["starts_at"] <= now:
                wrong.append(("/starts_at", "The start must be in the future."))
            if facts["allocation"] != document["facts"]["allocation"] and document["status"] != "draft":
                wrong.append(("/allocation", "How seats are given out can't change once the gathering is published."))
            if wrong:
                raise invalid(*(FieldError(pointer, detail) for pointer, detail in wrong))
            changed = tuple(sorted(key for key in given if facts[key] != document["facts"].get(key)))
            changes: Document = {"facts": facts, "revision": document.get("revision", 0) + bool(changed)}
            if facts["allocation"] == "lottery":
                changes["seed_commitment"] = commitment(self._seed(id))
            after = {**document, **changes}
            if document["status"] == "published" and changed:
                ledger.events.append(GatheringChanged(gathering=told(after), changed=changed))
            ledger.starts_at, ledger.offer = facts["starts_at"], timedelta(hours=facts["offer_hours"])
            ledger.resize(facts["capacity"], now)
            return Also(
                shown({**after, "taken": ledger.taken, "waiting": ledger.waiting, "due_at": None}, now), changes
            )

        return await self._ledgers.run(scope, id, step, request=request)

    async def draw(self, scope: TenantScope, id: str, request: Request) -> tuple[dict[str, Any], bool]:
        """Draw the lottery; drawing again changes nothing. The answer reveals the seed that the commitment was made to."""
        seed = self._seed(id)

        def step(ledger: Ledger, document: Document, now: datetime) -> dict[str, Any] | Also:
            if document["status"] != "published":
                raise conflict("not-open", "Only a published gathering has a lottery to draw.")
            if document.get("drawn_at"):
                return shown(document, now)
            in_line = tuple(id for id, claim in ledger.claims.items() if not claim.seated)
            ledger.draw(seed, now)
            ledger.events.insert(0, GatheringDrawn(gathering_id=id, seed=seed.hex(), registration_ids=in_line))
            changes: Document = {"drawn_at": now, "seed": seed.hex()}
            after = {**document, **changes, "taken": ledger.taken, "waiting": ledger.waiting, "due_at": None}
            return Also(shown(after, now), changes)

        return await self._ledgers.run(scope, id, step, request=request)

    def _seed(self, id: str) -> bytes:
        return self._secrets.derived("lottery", id)

    async def one(self, scope: TenantScope, id: str, now: datetime) -> dict[str, Any]:
        """A published gathering with its seats as of now."""
        document = await self._all.load(scope, id, SHOWN)
        if document is None or document["status"] != "published":
            raise not_found("gathering")
        if document.get("due_at") and document["due_at"] <= now:
            document = await self._all.load(scope, id) or document
        return shown(document, now)

    async def known(self, scope: TenantScope, id: str, now: datetime) -> Document:
        """A gathering for those who take part in it, whatever became of it; `revision` counts its changes. Problem 404 where it never was published."""
        document = await self._all.load(scope, id)
        if document is None or not document.get("published_at"):
            raise not_found("gathering")
        return {
            **shown(document, now),
            "tenant": scope.tenant,
            "revision": document.get("revision", 0),
            "join_url": document["facts"].get("join_url"),
        }

    async def for_calendar(self, scope: TenantScope, now: datetime) -> list[dict[str, Any]]:
        """Published ones, and cancelled ones that would still be ahead, so that they leave people's calendars."""
        condition = scope.filter(
            **{"published_at": {"$exists": True}, "facts.ends_at": {"$gt": now - timedelta(days=30)}}
        )
        found = await self._all.collection.find(condition, SHOWN).sort("_id", 1).limit(500).to_list(None)
        return [{**shown(one, now), "tenant": scope.tenant, "revision": one.get("revision", 0)} for one in found]

    async def upcoming(self, scope: TenantScope, now: datetime) -> list[dict[str, Any]]:
        """For staff: drafts too, the next one first; those of the last three days are still among them."""
        condition = scope.filter(**{"status": {"$ne": "cancelled"}, "facts.ends_at": {"$gt": now - timedelta(days=3)}})
        found = await self._all.collection.find(condition, SHOWN).sort("facts.starts_at", 1).limit(200).to_list(None)
        return [shown(document, now) for document in found]

    async def published(self, scope: TenantScope, now: datetime, limit: int, after: str | None) -> list[dict[str, Any]]:
        """Published gatherings that have not ended, in order of their ids (time of creation)."""
        condition = scope.filter(
            status="published", **{"facts.ends_at": {"$gt": now}}, **({"_id": {"$gt": after}} if after else {})
        )
        found = await self._all.collection.find(condition, SHOWN).sort("_id", 1).limit(limit).to_list(None)
        return [shown(document, now) for document in found]

    async def _execute(
        self, scope: TenantScope, id: str, decide: Any, request: Request, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        done = await self._all.execute(scope, id, decide, now, request)
        self._ledgers.forget(scope, id)
        if done is None:
            raise not_found("gathering")
        return done
