"""Gatherings: planned, published, changed, shown. Their seats are `services.registration.ledgers`' business."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from chassis.aggregates import Aggregates, Change, Exists
from chassis.clock import rfc3339
from chassis.idempotency import Request
from chassis.mongo import Document
from chassis.problems import FieldError, conflict, invalid, not_found
from chassis.tenancy import TenantScope
from contracts.registration import Gathering, GatheringCancelled, GatheringPublished
from services.registration.domain.gathering import mistakes
from services.registration.ledgers import ledger_of
from services.registration.schemas import Cancellation, GatheringDraft

SHOWN = {"facts": 1, "status": 1, "taken": 1, "waiting": 1, "due_at": 1, "tenant": 1}


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
    return {"id": document["_id"], "status": document["status"], **facts, "seats": seats}


def told(document: Document) -> Gathering:
    """A gathering as the other services know it."""
    facts = document["facts"]
    return Gathering(
        gathering_id=document["_id"],
        has_join_url=bool(facts.get("join_url")),
        **{k: v for k, v in facts.items() if k != "join_url"},
    )


class Gatherings:
    """The aggregate that holds a gathering and its seat ledger."""

    def __init__(self, aggregates: Aggregates) -> None:
        self._all = aggregates

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
            return Change({"status": "published"}, events=[GatheringPublished(gathering=told(document))], answer=answer)

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

    async def one(self, scope: TenantScope, id: str, now: datetime) -> dict[str, Any]:
        """A published gathering with its seats as of now."""
        document = await self._all.load(scope, id, SHOWN)
        if document is None or document["status"] != "published":
            raise not_found("gathering")
        if document.get("due_at") and document["due_at"] <= now:
            document = await self._all.load(scope, id) or document
        return shown(document, now)

    async def known(self, scope: TenantScope, id: str, now: datetime) -> Document:
        """A gathering for those who take part in it, whatever became of it; `revision` counts its changes. Problem 404 for drafts."""
        document = await self._all.load(scope, id)
        if document is None or document["status"] == "draft":
            raise not_found("gathering")
        return {
            **shown(document, now),
            "revision": document.get("revision", 0),
            "join_url": document["facts"].get("join_url"),
        }

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
        if done is None:
            raise not_found("gathering")
        return done
