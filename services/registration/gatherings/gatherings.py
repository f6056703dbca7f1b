"""Gatherings as they are shown: to everyone, to those who take part, to staff. They are planned in `planning.py`."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import ASCENDING, IndexModel

from chassis.clock import rfc3339
from chassis.http.problems import FieldError, invalid, not_found
from chassis.storage.aggregates import Aggregates
from chassis.storage.group_commit import GroupCommit
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope
from services.registration.domain.ledger import carry_out
from services.registration.domain.moving_on import lapse
from services.registration.seats.documents import ledger_of, support_shown, totals

BY_TIME = [("facts.ends_at", 1), ("_id", 1)]
INDEX = IndexModel(
    [
        ("tenant", ASCENDING),
        ("status", ASCENDING),
        ("facts.open_to", ASCENDING),
        ("facts.ends_at", ASCENDING),
        ("_id", ASCENDING),
    ],
    name="by_time",
)
"""Serves every list of gatherings: of the public, of the desk, of the calendar."""
OPEN_TO = ("residents", "staff", "municipalities")
FILTERS: dict[str, Callable[[str], Document]] = {
    "kind": lambda value: {"facts.kind": value},
    "mode": lambda value: {"facts.mode": {"$in": [value] if value == "hybrid" else [value, "hybrid"]}},
    "support": lambda value: {"facts.support.id": value},
}
KNOWN = 5_000
"""Gatherings that a process keeps ready to be shown, a few kB each."""
SHOWN = {
    "version": 1,
    "series": 1,
    "cancelled_because": 1,
    "seed": 1,
    "seed_commitment": 1,
    "revision": 1,
    "facts": 1,
    "status": 1,
    "taken": 1,
    "waiting": 1,
    "booked": 1,
    "due_at": 1,
    "tenant": 1,
    "published_at": 1,
    "drawn_at": 1,
    "withdrawn": 1,
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
    if "claims" in document and document.get("due_at") and document["due_at"] <= now:
        ledger = ledger_of(document)
        carry_out(ledger, lapse(ledger, now))
        document = {**document, **totals(ledger)}
    facts = plain({key: value for key, value in document["facts"].items() if key != "join_url"})
    answer = {"id": document["_id"], "status": document["status"], **facts, "support": plain(support_shown(document))}
    answer["seats"] = {"capacity": facts["capacity"], "taken": document["taken"], "waiting": document["waiting"]}
    if document.get("seed_commitment"):
        answer["lottery"] = {"seed_commitment": document["seed_commitment"], "seed": document.get("seed")}
    if document.get("series"):
        answer["series"] = document["series"]
    if document["status"] == "cancelled":
        answer["reason"] = document["cancelled_because"]
    return answer


class Gatherings:
    """Reads the aggregate that holds a gathering and its seat ledger."""

    def __init__(self, aggregates: Aggregates) -> None:
        self._all = aggregates
        self._looks: GroupCommit[tuple[str, str], Document | None] = GroupCommit(self._look)
        self._known: OrderedDict[tuple[str, str], tuple[int, dict[str, Any]]] = OrderedDict()

    async def fresh(self, scope: TenantScope, id: str, now: datetime) -> tuple[int | None, dict[str, Any]]:
        """A gathering that is or was published, with the version it is of (None: time alone has changed it since), for pages that
        many look at.

        Never stale all the same: its version is read after each call, and it is read whole where that has risen.
        """
        key = (scope.tenant, id)
        head = await self._looks.submit(key)
        if head is None or not head.get("published_at"):
            raise not_found("gathering")
        if head.get("due_at") and head["due_at"] <= now:
            return None, await self.one(scope, id, now)
        known = self._known.get(key)
        if known is None or known[0] != head["version"]:
            document = await self._all.load(scope, id, SHOWN)
            if document is None:
                raise not_found("gathering")
            known = self._known[key] = document["version"], shown(document, now)
            if len(self._known) > KNOWN:
                self._known.popitem(last=False)
        return known

    async def _look(self, keys: Sequence[tuple[str, str]]) -> Sequence[Document | None]:
        """Where those gatherings stand that were asked for while the former question was on its way."""
        condition = {"_id": {"$in": [id for _, id in keys]}, "tenant": {"$in": [tenant for tenant, _ in keys]}}
        heads = {"tenant": 1, "version": 1, "published_at": 1, "due_at": 1}
        found = await self._all.collection.find(condition, heads).to_list(None)
        by_key = {(document["tenant"], document["_id"]): document for document in found}
        return [by_key.get(key) for key in keys]

    async def one(self, scope: TenantScope, id: str, now: datetime) -> dict[str, Any]:
        """A published gathering with its seats as of now."""
        document = await self._all.load(scope, id, SHOWN)
        if document is None or document["status"] != "published":
            raise not_found("gathering")
        if document.get("due_at") and document["due_at"] <= now:
            document = await self._all.load(scope, id) or document
        return shown(document, now)

    async def at_desk(self, scope: TenantScope, id: str, now: datetime) -> dict[str, Any]:
        """A gathering for its staff, whatever its state, without its claims: however many are registered, it costs the same.

        Raises: Problem 404.
        """
        return shown(await self._current(scope, id, now), now)

    async def titles(self, scope: TenantScope, ids: Collection[str]) -> dict[str, dict[str, Any]]:
        """Title and start of some gatherings, by id."""
        found = self._all.collection.find(
            scope.filter(_id={"$in": list(ids)}), {"facts.title": 1, "facts.starts_at": 1}
        )
        return {one["_id"]: plain(one["facts"]) for one in await found.to_list(None)}

    async def coming(self, scope: TenantScope, now: datetime, limit: int) -> list[str]:
        """Ids of published gatherings that have not ended, those first that end first. Answered by the index alone."""
        condition = scope.filter(status="published")
        condition |= {"facts.open_to": {"$in": list(OPEN_TO)}, "facts.ends_at": {"$gt": now}}
        found = await self._all.collection.find(condition, {"_id": 1}).sort(BY_TIME).limit(limit).to_list(None)
        return [one["_id"] for one in found]

    async def known(self, scope: TenantScope, id: str, now: datetime) -> Document:
        """A gathering for those who take part in it, whatever became of it; `revision` counts its changes, `withdrawn` is support
        that was offered before. Problem 404 where it never was published."""
        document = await self._current(scope, id, now)
        if not document.get("published_at"):
            raise not_found("gathering")
        return {
            **shown(document, now),
            "tenant": scope.tenant,
            "revision": document.get("revision", 0),
            "join_url": document["facts"].get("join_url"),
            "withdrawn": plain(document.get("withdrawn", [])),
        }

    async def planned(self, scope: TenantScope, id: str, now: datetime) -> Document:
        """A gathering for those who plan it, in any state; `facts` are as they are stored. Problem 404."""
        document = await self._current(scope, id, now)
        return {**shown(document, now), "facts": document["facts"], "drawn": bool(document.get("drawn_at"))}

    async def _current(self, scope: TenantScope, id: str, now: datetime) -> Document:
        """As it stands, without its claims except where time alone has changed it since. Raises Problem 404."""
        document = await self._all.load(scope, id, SHOWN)
        if document is not None and document.get("due_at") and document["due_at"] <= now:
            document = await self._all.load(scope, id)
        if document is None:
            raise not_found("gathering")
        return document

    async def of_series(self, scope: TenantScope, series: str, now: datetime) -> list[dict[str, Any]]:
        """All gatherings of a series, in order of time."""
        found = await self._all.collection.find(scope.filter(series=series), SHOWN).limit(200).to_list(None)
        return sorted((shown(one, now) for one in found), key=lambda one: str(one["starts_at"]))

    async def for_calendar(self, scope: TenantScope, now: datetime) -> list[dict[str, Any]]:
        """Public ones, and cancelled ones that would still be ahead, so that they leave people's calendars."""
        condition = scope.filter(status={"$in": ["published", "cancelled"]}, published_at={"$exists": True})
        condition |= {"facts.open_to": "residents", "facts.ends_at": {"$gt": now - timedelta(days=30)}}
        found = await self._all.collection.find(condition, SHOWN).sort(BY_TIME).limit(500).to_list(None)
        return [{**shown(one, now), "tenant": scope.tenant, "revision": one.get("revision", 0)} for one in found]

    async def upcoming(self, scope: TenantScope, now: datetime) -> list[dict[str, Any]]:
        """For staff: drafts too, the next one first; those of the last three days are still among them."""
        condition = scope.filter(status={"$in": ["draft", "published"]})
        condition |= {"facts.open_to": {"$in": list(OPEN_TO)}, "facts.ends_at": {"$gt": now - timedelta(days=3)}}
        found = await self._all.collection.find(condition, SHOWN).sort(BY_TIME).limit(200).to_list(None)
        return sorted((shown(document, now) for document in found), key=lambda one: str(one["starts_at"]))

    async def published(
        self,
        scope: TenantScope,
        now: datetime,
        limit: int,
        after: str | None = None,
        *,
        open_to: Sequence[str] = OPEN_TO,
        filters: Mapping[str, str] | None = None,
    ) -> list[dict[str, Any]]:
        """Published gatherings that have not ended, in the order in which they end. `after`: as `cursor_of` gives it. `filters`:
        values of `kind`, `mode` (hybrid is both others), `support` (an id).

        Raises: Problem 422 the cursor is none.
        """
        condition = scope.filter(status="published")
        condition |= {"facts.open_to": {"$in": list(open_to)}, "facts.ends_at": {"$gt": now}}
        for name, value in (filters or {}).items():
            condition |= FILTERS[name](value)
        if after:
            condition |= _after(after, now)
        found = await self._all.collection.find(condition, SHOWN).sort(BY_TIME).limit(limit).to_list(None)
        return [shown(document, now) for document in found]


def cursor_of(gathering: Mapping[str, Any]) -> str:
    """Where a list goes on after this gathering."""
    ends_at = datetime.fromisoformat(gathering["ends_at"])
    return f"{int(ends_at.timestamp() * 1000)}.{gathering['id']}"


def _after(cursor: str, now: datetime) -> Document:
    moment, _, id = cursor.partition(".")
    try:
        ends_at = datetime.fromtimestamp(int(moment) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        raise invalid(FieldError("/cursor", "Use the cursor of the page before.")) from None
    further = [{"facts.ends_at": {"$gt": ends_at}}, {"facts.ends_at": ends_at, "_id": {"$gt": id}}]
    return {"facts.ends_at": {"$gte": max(ends_at, now)}, "$or": further}
