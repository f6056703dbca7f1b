"""Gatherings as they are shown: to everyone, to those who take part, to staff. They are planned in `planning.py`."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from chassis.http.problems import not_found
from chassis.storage.group_commit import GroupCommit
from chassis.storage.pagination import cursor_at
from chassis.storage.tenancy import TenantScope
from services.registration.domain.ledger import Ledger, carry_out
from services.registration.domain.moving_on import lapse
from services.registration.gatherings.documents import Gathering, Head
from services.registration.gatherings.repository import OPEN_TO, GatheringRepository
from services.registration.json_values import as_json, values
from services.registration.seats.documents import totals

MOST_CACHED = 5_000
"""Gatherings that a process keeps ready to be shown, a few kB each."""


def public_json(gathering: Gathering) -> dict[str, Any]:
    """A gathering as anyone may see it; never with the join address, nor with whom invitations were given to."""
    facts = as_json(gathering.facts)
    del facts["join_url"]
    facts["support"] = _support(facts["support"], gathering.booked)
    facts["quotas"] = quotas = _quotas(facts["quotas"], dict(gathering.kept), gathering.released)
    facts["takes_code"] = any(not invitation["withdrawn"] for invitation in facts.pop("invitations"))
    capacity, taken = gathering.facts.capacity, gathering.taken
    free = max(0, capacity - taken - sum(quota["left"] for quota in quotas))
    answer = {"id": gathering.id, "status": gathering.status, **facts}
    answer["seats"] = {"capacity": capacity, "taken": taken, "waiting": gathering.waiting, "free": free}
    if gathering.seed_commitment:
        answer["lottery"] = {"seed_commitment": gathering.seed_commitment, "seed": gathering.seed}
    if gathering.series:
        answer["series"] = gathering.series
    if gathering.status == "cancelled":
        answer["reason"] = gathering.cancelled_because
    return answer


def _quotas(
    quotas: Sequence[dict[str, Any]], left: Mapping[str, int], released: Collection[str]
) -> list[dict[str, Any]]:
    """The quotas with what is left of each; all of it before anybody signed up."""
    return [
        {
            **quota,
            "left": 0 if quota["id"] in released else left.get(quota["id"], quota["seats"]),
            "released": quota["id"] in released,
        }
        for quota in quotas
    ]


def _support(offers: Sequence[dict[str, Any]], counted: Sequence[tuple[str, int, int]]) -> list[dict[str, Any]]:
    """The offers with what is booked of them (groups or people) and how many groups are in line."""
    booked = {id: booked for id, booked, _ in counted}
    waiting = {id: waiting for id, _, waiting in counted}
    return [{**offer, "booked": booked.get(offer["id"], 0), "waiting": waiting.get(offer["id"], 0)} for offer in offers]


class Gatherings:
    """Reads the aggregate that holds a gathering and its seat ledger."""

    def __init__(self, repository: GatheringRepository) -> None:
        self._repository = repository
        self._heads: GroupCommit[tuple[str, str], Head | None] = GroupCommit(repository.heads)
        self._cache: OrderedDict[tuple[str, str], tuple[int, dict[str, Any]]] = OrderedDict()

    async def get_with_version(self, scope: TenantScope, id: str, now: datetime) -> tuple[int | None, dict[str, Any]]:
        """A gathering that is or was published, with the version it is of (None: time alone has changed it since), for pages that
        many look at.

        Never stale all the same: its version is read after each call, and it is read whole where that has risen.
        """
        key = (scope.tenant, id)
        head = await self._heads.submit(key)
        if head is None or not head.is_public:
            raise not_found("gathering")
        if head.due_at is not None and head.due_at <= now:
            return None, await self.get(scope, id, now)
        cached = self._cache.get(key)
        if cached is None or cached[0] != head.version:
            loaded = await self._repository.with_version(scope, id)
            if loaded is None:
                raise not_found("gathering")
            version, gathering = loaded
            cached = self._cache[key] = version, public_json(gathering)
            if len(self._cache) > MOST_CACHED:
                self._cache.popitem(last=False)
        return cached

    async def get(self, scope: TenantScope, id: str, now: datetime) -> dict[str, Any]:
        """A published gathering with its seats as of now."""
        gathering = await self._current(scope, id, now)
        if gathering.status != "published":
            raise not_found("gathering")
        return public_json(gathering)

    async def get_for_desk(self, scope: TenantScope, id: str, now: datetime) -> dict[str, Any]:
        """A gathering for its staff, whatever its state, with `former_questions`, without its claims: however many are registered, it costs the same.

        Raises: Problem 404.
        """
        gathering = await self._current(scope, id, now)
        return {**public_json(gathering), "former_questions": as_json(gathering.former_questions)}

    async def titles(self, scope: TenantScope, ids: Collection[str]) -> dict[str, dict[str, Any]]:
        """Title and start of some gatherings, by id."""
        return {id: as_json(titled) for id, titled in (await self._repository.titles(scope, ids)).items()}

    async def list_upcoming_ids(self, scope: TenantScope, now: datetime, limit: int) -> list[str]:
        """Ids of published gatherings that have not ended, those first that end first. Answered by the index alone."""
        return await self._repository.coming(scope, now, limit)

    async def get_for_participants(self, scope: TenantScope, id: str, now: datetime) -> dict[str, Any]:
        """A gathering for those who take part in it, whatever became of it; `revision` counts its changes, `withdrawn` is support
        that was offered before, `former_questions` what was asked before. Problem 404 where it never was published."""
        gathering = await self._current(scope, id, now)
        if not gathering.published_at:
            raise not_found("gathering")
        return {
            **public_json(gathering),
            "tenant": scope.tenant,
            "revision": gathering.revision,
            "changed_at": gathering.changed_at or gathering.published_at,
            "join_url": gathering.facts.join_url,
            "withdrawn": as_json(gathering.withdrawn),
            "former_questions": as_json(gathering.former_questions),
        }

    async def get_for_planning(self, scope: TenantScope, id: str, now: datetime) -> dict[str, Any]:
        """A gathering for those who plan it, in any state; `facts` with times as such, `former_quotas` ids of those that ended. Problem
        404."""
        gathering = await self._current(scope, id, now)
        return {
            **public_json(gathering),
            "facts": values(gathering.facts),
            "drawn": gathering.drawn_at is not None,
            "former_quotas": list(gathering.released),
        }

    async def _current(self, scope: TenantScope, id: str, now: datetime) -> Gathering:
        """Load a gathering as of now, without its claims except where a deadline passed since. Raises Problem 404."""
        gathering = await self._repository.get(scope, id)
        if gathering is not None and gathering.changes_by_time(now):
            with_ledger = await self._repository.with_ledger(scope, id)
            gathering = None if with_ledger is None else after_deadlines(*with_ledger, now)
        if gathering is None:
            raise not_found("gathering")
        return gathering

    async def list_series(self, scope: TenantScope, series: str, now: datetime) -> list[dict[str, Any]]:
        """All gatherings of a series, in order of time."""
        gatherings = await self._repository.of_series(scope, series)
        return sorted((public_json(one) for one in gatherings), key=lambda one: str(one["starts_at"]))

    async def list_for_calendar(self, scope: TenantScope, now: datetime, of: str = "") -> list[dict[str, Any]]:
        """List public gatherings for calendars, and cancelled ones that would still be ahead, so that they leave people's calendars. `of`: only a series or one
        gathering, by its id, from the first to the last.

        Raises: Problem 404 there is no such series or gathering.
        """
        gatherings = await (
            self._repository.for_calendar_of(scope, of) if of else self._repository.for_calendar(scope, now)
        )
        if of and not gatherings:
            raise not_found("gathering")
        return [
            {
                **public_json(gathering),
                "tenant": scope.tenant,
                "revision": gathering.revision,
                "changed_at": gathering.changed_at or gathering.published_at,
            }
            for gathering in gatherings
        ]

    async def list_for_staff(self, scope: TenantScope, now: datetime) -> list[dict[str, Any]]:
        """Gatherings to come, for staff: drafts too, the next one first; those of the last three days are still among them."""
        gatherings = await self._repository.ended_after(
            scope, now - timedelta(days=3), ("draft", "published"), OPEN_TO, 200
        )
        return sorted((public_json(one) for one in gatherings), key=lambda one: str(one["starts_at"]))

    async def list_published(
        self,
        scope: TenantScope,
        now: datetime,
        limit: int,
        after: str | None = None,
        *,
        open_to: Sequence[str] = OPEN_TO,
        filters: Mapping[str, str] | None = None,
    ) -> list[dict[str, Any]]:
        """Published gatherings that have not ended, in the order in which they end. `after`: the place that a cursor names. `filters`:
        values of `kind`, `mode` (hybrid is both others), `support` (an id).

        Raises: Problem 422 the cursor is none.
        """
        gatherings = await self._repository.published(scope, now, limit, after, open_to, filters or {})
        return [public_json(one) for one in gatherings]


def after_deadlines(gathering: Gathering, ledger: Ledger, now: datetime) -> Gathering:
    """The gathering with the deadlines that passed just now taken into account."""
    carry_out(ledger, lapse(ledger, now))
    counted = totals(ledger)
    booked = tuple((id, booked, waiting) for id, booked, waiting in counted["booked"])
    return replace(
        gathering,
        taken=counted["taken"],
        waiting=counted["waiting"],
        booked=booked,
        kept=tuple((id, left) for id, left in counted.get("kept", ())),
        released=tuple(sorted(ledger.state.released)),
    )


def cursor_of(gathering: Mapping[str, Any]) -> str:
    """The cursor from which a list goes on after this gathering."""
    ends_at = datetime.fromisoformat(gathering["ends_at"])
    return cursor_at(f"{int(ends_at.timestamp() * 1000)}.{gathering['id']}")
