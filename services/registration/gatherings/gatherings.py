"""Gatherings as they are shown: to everyone, to those who take part, to staff. They are planned in `planning.py`."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from chassis.clock import rfc3339
from chassis.http.problems import not_found
from chassis.storage.group_commit import GroupCommit
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope
from services.registration.domain.ledger import carry_out
from services.registration.domain.moving_on import lapse
from services.registration.gatherings.repository import OPEN_TO, GatheringRepository
from services.registration.seats.documents import ledger_of, support_shown, totals

KNOWN = 5_000
"""Gatherings that a process keeps ready to be shown, a few kB each."""


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

    def __init__(self, repository: GatheringRepository) -> None:
        self._all = repository
        self._looks: GroupCommit[tuple[str, str], Document | None] = GroupCommit(repository.heads)
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
            document = await self._all.one(scope, id)
            if document is None:
                raise not_found("gathering")
            known = self._known[key] = document["version"], shown(document, now)
            if len(self._known) > KNOWN:
                self._known.popitem(last=False)
        return known

    async def one(self, scope: TenantScope, id: str, now: datetime) -> dict[str, Any]:
        """A published gathering with its seats as of now."""
        document = await self._all.one(scope, id)
        if document is None or document["status"] != "published":
            raise not_found("gathering")
        if document.get("due_at") and document["due_at"] <= now:
            document = await self._all.whole(scope, id) or document
        return shown(document, now)

    async def at_desk(self, scope: TenantScope, id: str, now: datetime) -> dict[str, Any]:
        """A gathering for its staff, whatever its state, without its claims: however many are registered, it costs the same.

        Raises: Problem 404.
        """
        return shown(await self._current(scope, id, now), now)

    async def titles(self, scope: TenantScope, ids: Collection[str]) -> dict[str, dict[str, Any]]:
        """Title and start of some gatherings, by id."""
        return {id: plain(facts) for id, facts in (await self._all.titles(scope, ids)).items()}

    async def coming(self, scope: TenantScope, now: datetime, limit: int) -> list[str]:
        """Ids of published gatherings that have not ended, those first that end first. Answered by the index alone."""
        return await self._all.coming(scope, now, limit)

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
        document = await self._all.one(scope, id)
        if document is not None and document.get("due_at") and document["due_at"] <= now:
            document = await self._all.whole(scope, id)
        if document is None:
            raise not_found("gathering")
        return document

    async def of_series(self, scope: TenantScope, series: str, now: datetime) -> list[dict[str, Any]]:
        """All gatherings of a series, in order of time."""
        found = await self._all.of_series(scope, series)
        return sorted((shown(one, now) for one in found), key=lambda one: str(one["starts_at"]))

    async def for_calendar(self, scope: TenantScope, now: datetime) -> list[dict[str, Any]]:
        """Public ones, and cancelled ones that would still be ahead, so that they leave people's calendars."""
        found = await self._all.for_calendar(scope, now)
        return [{**shown(one, now), "tenant": scope.tenant, "revision": one.get("revision", 0)} for one in found]

    async def upcoming(self, scope: TenantScope, now: datetime) -> list[dict[str, Any]]:
        """For staff: drafts too, the next one first; those of the last three days are still among them."""
        found = await self._all.ended_after(scope, now - timedelta(days=3), ("draft", "published"), OPEN_TO, 200)
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
        found = await self._all.published(scope, now, limit, after, open_to, filters or {})
        return [shown(document, now) for document in found]


def cursor_of(gathering: Mapping[str, Any]) -> str:
    """Where a list goes on after this gathering."""
    ends_at = datetime.fromisoformat(gathering["ends_at"])
    return f"{int(ends_at.timestamp() * 1000)}.{gathering['id']}"
