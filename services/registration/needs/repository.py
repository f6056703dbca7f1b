"""Stores which support of a gathering was ordered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pymongo import ASCENDING, DESCENDING, IndexModel

from chassis.storage.documents import from_stored, projection_of, to_stored
from chassis.storage.mongo import Database
from chassis.storage.tenancy import TenantScope
from services.registration.needs.documents import SupportOrder


class OrderRepository:
    """Orders go with their municipality; there is nothing of people in them."""

    def __init__(self, database: Database) -> None:
        self._orders = database["support_orders"]

    async def ensure_indexes(self) -> None:
        tenant = ("tenant", ASCENDING)
        by_gathering = IndexModel([tenant, ("gathering", ASCENDING)], name="gathering")
        await self._orders.create_indexes([by_gathering, IndexModel([tenant, ("at", DESCENDING)], name="newest")])

    async def note(self, scope: TenantScope, gathering: str, support: str, number: int, now: datetime) -> SupportOrder:
        """Store how many are ordered now, in place of what was noted before."""
        order = SupportOrder(
            id=f"{scope.tenant}:{gathering}:{support}",
            tenant=scope.tenant,
            gathering=gathering,
            support=support,
            number=number,
            at=now,
        )
        await self._orders.replace_one(scope.filter(_id=order.id), to_stored(order), upsert=True)
        return order

    async def numbers(self, scope: TenantScope, gatherings: Sequence[str]) -> dict[tuple[str, str], int]:
        """How many were ordered, by gathering and kind of support."""
        condition = scope.filter(gathering={"$in": list(gatherings)})
        documents = await self._orders.find(condition, projection_of(SupportOrder)).to_list(None)
        orders = [from_stored(SupportOrder, one) for one in documents]
        return {(order.gathering, order.support): order.number for order in orders}

    async def newest(self, scope: TenantScope, limit: int) -> list[SupportOrder]:
        """The newest orders first."""
        cursor = self._orders.find(scope.filter(), projection_of(SupportOrder)).sort("at", -1).limit(limit)
        return [from_stored(SupportOrder, one) for one in await cursor.to_list(None)]
