"""The call list in use: who is to be called, and what came of a call."""

from __future__ import annotations

from typing import Any

import httpx

from chassis.storage.tenancy import of_document
from tests.service.registration.towns import Town

NOTIFICATIONS = "/notifications/v1/wilhelmshaven"
PHONE = {"phone": "0151 23456789"}


async def calls_due(town: Town) -> list[Any]:
    answer = await town.coordinator.get(town.everything.url(f"{NOTIFICATIONS}/call-list"))
    items: list[Any] = answer.json()["items"]
    return items


async def press_outcome(town: Town, call: Any, outcome: str) -> httpx.Response:
    path = town.everything.url(f"{NOTIFICATIONS}/call-list/{call['id']}/outcome")
    return await town.coordinator.post(path, json={"outcome": outcome})


async def called(town: Town, call: Any, outcome: str) -> None:
    """What came of a call reaches registration, which carries it out."""
    assert (await press_outcome(town, call, outcome)).status_code == 200
    await town.everything.spread("intents", "notifications")
    registration = town.everything.services["registration"]
    outcomes = registration.app(works=False).state.registration.call_outcomes
    for found in await registration.context.database["calls"].find({}).to_list(None):
        await outcomes.carry_out(of_document(found), outcomes.calls.read(found))
    assert await registration.context.database["calls"].count_documents({}) == 0
    await town.settle()
