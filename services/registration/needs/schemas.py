"""What has to be ordered, as the API tells it."""

from __future__ import annotations

from typing import Literal

from services.registration.shown import ByLanguage, Groups, Shown, Time


class NeededSupport(Shown):
    """A kind of support: how many have it, wait for it, would have it with seats, came too late; `order` None: one may still ask."""

    id: str
    label: ByLanguage
    capacity: int | None
    request_until: Time | None
    counts: Literal["groups", "people"]
    granted: Groups
    waiting: Groups
    with_seat: Groups
    refused: Groups
    languages: dict[str, int]
    order: int | None


class ShownNeeds(Shown):
    support: list[NeededSupport]
    languages: dict[str, Groups]
