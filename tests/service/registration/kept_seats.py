"""Gatherings that keep seats for groups, in tests."""

from __future__ import annotations

from typing import Any

import httpx

from tests.service.registration.conftest import People

BASE = "/registration/v1/wilhelmshaven"
WOMEN: dict[str, Any] = {"id": "frauenplatz", "label": {"de": "Frauen", "en": "Women"}, "seats": 2}
DISTRICT: dict[str, Any] = {"id": "stadtteil", "label": {"de": "Menschen aus Fedderwardergroden"}, "seats": 1}


async def small_gathering(people: People, capacity: int, **more: Any) -> str:
    """A published gathering with few seats; its id."""
    return await people.gathering(capacity=capacity, party_max=min(capacity, 2), **more)


async def set_quotas(people: People, id: str, *quotas: dict[str, Any], **more: Any) -> httpx.Response:
    """Keep seats for these groups and no others."""
    return await people.coordinator.patch(f"{BASE}/gatherings/{id}", json={"quotas": list(quotas), **more})


async def shown_gathering(people: People, id: str) -> dict[str, Any]:
    """The gathering as everybody sees it."""
    gathering: dict[str, Any] = (await people.public.get(f"{BASE}/gatherings/{id}")).json()
    return gathering


async def statuses_of(people: People, *made: httpx.Response) -> list[str]:
    """How the groups of these answers stand now."""
    ids = [one.json()["id"] for one in made]
    return [(await people.intake.get(f"{BASE}/registrations/{id}")).json()["status"] for id in ids]


def mistakes(answer: httpx.Response) -> dict[str, str]:
    """What a refusal says, by the place in the request."""
    assert answer.status_code == 422, answer.text
    return {one["pointer"]: one["detail"] for one in answer.json()["errors"]}
