"""Answers about packs that were asked for."""

from __future__ import annotations

from chassis.clock import rfc3339
from chassis.http.base_schemas import RequestModel, ResponseModel
from services.reporting.council.sentences import Language
from services.reporting.pack_orders.documents import OrderStatus, PackOrder


class PackBody(RequestModel):
    """What a council pack is asked for with. `language`: of the documents; else the municipality's own."""

    language: Language | None = None


class PackResponse(ResponseModel):
    """A council pack and how far it is. `before`: how many are made first, while it waits; `size` in bytes and `ends_at` once it is
    ready."""

    language: Language
    status: OrderStatus
    before: int | None
    asked_at: str
    ready_at: str | None
    ends_at: str | None
    size: int | None

    @classmethod
    def of(cls, order: PackOrder, before: int | None) -> PackResponse:
        ready = order.status == "ready"
        return cls(
            language=order.language,
            status=order.status,
            before=before,
            asked_at=rfc3339(order.asked_at),
            ready_at=rfc3339(order.ready_at) if order.ready_at else None,
            ends_at=rfc3339(order.due_at) if ready and order.due_at else None,
            size=order.size if ready else None,
        )
