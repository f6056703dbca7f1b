"""Asking for council packs, making them in turn, and ending them after a day.

A pack takes some seconds of processor time and a few dozen megabytes while it is made. However many are asked for at once, one process
makes `AT_ONCE` side by side; an order that waits is a small document, and a pack that is ready is kept in the database.
"""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import msgspec

from chassis.clock import Clock
from chassis.http.problems import Problem, not_found
from chassis.storage.aggregates import Exists
from chassis.storage.mongo import Document
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope, of_document
from services.reporting.council.packs import PACK, CouncilPacks, Request
from services.reporting.council.sentences import Language
from services.reporting.pack_orders.documents import PackOrder
from services.reporting.pack_orders.repository import PackOrderRepository
from services.reporting.results.profiles import Profiles

KEPT = timedelta(days=1)


class PackOrders:
    """Takes orders, makes packs and ends them. A pack shows the figures of the moment when it was made; who wants newer ones asks
    again."""

    def __init__(self, orders: PackOrderRepository, council: CouncilPacks, profiles: Profiles, clock: Clock) -> None:
        self._orders = orders
        self._council = council
        self._profiles = profiles
        self._clock = clock

    async def ask(self, scope: TenantScope, assessment: str, language: Language, address: str) -> PackOrder:
        """Ask for a pack; one that is waited for already is not made twice. Raises Problem: 404, or `AssessmentNotClosed`."""
        await self._profiles.get_closed(scope, assessment)
        now = self._clock.now()
        order = PackOrder(
            id=_id(assessment, language),
            tenant=scope.tenant,
            assessment=assessment,
            language=language,
            address=address,
            status="asked",
            asked_at=now,
            due_at=now,
        )
        try:
            await self._orders.add(scope, order, (), now)
        except Exists:

            def change(before: PackOrder) -> Decision[PackOrder] | None:
                return Decision(order) if before.status == "ready" else None

            await self._orders.change(scope, order.id, change, now)
        return await self.get(scope, assessment, language)

    async def get(self, scope: TenantScope, assessment: str, language: Language) -> PackOrder:
        """How far an order is. Raises Problem 404: nobody asked, it is over, or the self-check was deleted."""
        await self._profiles.get_closed(scope, assessment)
        order = await self._orders.get(scope, _id(assessment, language))
        if order is None:
            raise not_found("pack")
        return order

    async def list_all(self, scope: TenantScope, assessment: str) -> list[PackOrder]:
        """All that were asked for, by language. Raises Problem: 404, or `AssessmentNotClosed`."""
        await self._profiles.get_closed(scope, assessment)
        return await self._orders.get_many(scope, [_id(assessment, language) for language in get_args(Language)])

    async def count_before(self, order: PackOrder) -> int | None:
        """How many are made first, while it waits."""
        return await self._orders.count_before(order.asked_at) if order.status == "asked" else None

    async def get_content(self, scope: TenantScope, assessment: str, language: Language) -> bytes:
        """The archive. Raises Problem: 404 as `get`; 409 it is not ready."""
        order = await self.get(scope, assessment, language)
        content = await self._orders.get_pack(scope, order.id) if order.status == "ready" else None
        if content is None:
            raise Problem(
                409, "pack-not-ready", "Not ready yet", "The pack is still being made. Look again in a moment."
            )
        return content

    async def carry_out(self, document: Document) -> None:
        """Make a pack that was asked for; end one whose day is over."""
        scope, order = of_document(document), self._orders.read(document)
        if order.status == "ready":
            return await self._orders.end(scope, order.id, order.asked_at)
        await self._advance(scope, order, status="making")
        try:
            content = await self._council.make_file(
                scope, Request(order.assessment, order.language, order.address), PACK
            )
        except Problem:  # The self-check was deleted meanwhile: there is nothing to be told of it any more.
            return await self._orders.end(scope, order.id, order.asked_at)
        await self._orders.store_pack(scope, order.id, content)
        now = self._clock.now()
        await self._advance(scope, order, status="ready", ready_at=now, due_at=now + KEPT, size=len(content))

    async def _advance(self, scope: TenantScope, order: PackOrder, **changes: object) -> None:
        def change(before: PackOrder) -> Decision[PackOrder]:
            return Decision(msgspec.structs.replace(before, **changes))

        await self._orders.change(scope, order.id, change, self._clock.now())


def _id(assessment: str, language: Language) -> str:
    return f"{assessment}:{language}"
