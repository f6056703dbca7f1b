"""Quotas as coordinators send them and as they are told, and what whoever signs up says about them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from chassis.http.base_schemas import Labels, RequestModel
from chassis.text.text_types import Identifier, Moment, bounded_integer
from services.registration.domain.quotas import MOST_QUOTAS
from services.registration.domain.terms import MOST_SEATS
from services.registration.response_models import ByLanguage, StrictResponse, Time

QuotaId = Annotated[Identifier, Field(max_length=50)]
"""Short: it stands with each claim that uses it."""


def _only_one(value: Any) -> Any:
    if isinstance(value, list | tuple):
        raise ValueError("quota: a group counts towards one; send the id of that one, not a list")
    return value


Declared = Annotated[QuotaId | None, BeforeValidator(_only_one)]
"""What a group declares to belong to, if it wants to say."""


class Quota(RequestModel):
    """Kept seats as a coordinator writes them: `seats` are kept for whoever declares to belong to the group that `label` names,
    `until` then or the start. `by_invitation`: only for whoever has the code of an invitation that opens them."""

    id: QuotaId
    label: Labels
    seats: Annotated[int, bounded_integer(1, MOST_SEATS)]
    until: Moment | None = None
    by_invitation: bool = False


Quotas = Annotated[list[Quota], Field(max_length=MOST_QUOTAS)]


class QuotaResponse(StrictResponse):
    """Kept seats as everybody sees them. `left`: seats kept and not yet taken. `released`: they are general now."""

    id: str
    label: ByLanguage
    seats: int
    until: Time | None
    by_invitation: bool
    left: int
    released: bool
