"""What got stuck can be read, mended, tried again and set aside on pages: all of it by the operator, a municipality's by its coordinator."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest

from chassis.identity.tokens import LocalIssuer
from chassis.messaging.records import Record
from chassis.service import Service
from chassis.settings import Settings
from contracts import registration as r
from contracts.envelope import Envelope
from kommune.services import build
from tests.support.page_forms import form_of
from tests.support.waiting import patience

LISTED, OWN = "/notifications/dead-letters", "/notifications/wilhelmshaven/dead-letters"
CHANGED: dict[str, Any] = {"gathering_id": "g", "registration_id": "r1", "size": "two", "support": []}


def record(
    key: str, sequence: int, value: Any, model: Any = r.ParticipantArrived, topic: str = "registration.v1"
) -> Record:
    data = value if isinstance(value, bytes) else orjson.dumps(value)
    envelope = Envelope(
        f"e{key}{sequence}", model.event_type, "/t", "2026-11-30T16:30:00Z", key, "wilhelmshaven", sequence, data
    )
    return Record(topic, 0, sequence, key, data, tuple(envelope.headers()))


@dataclass
class Stuck:
    service: Service
    operator: httpx.AsyncClient
    coordinator: httpx.AsyncClient
    stranger: httpx.AsyncClient

    async def press(self, who: httpx.AsyncClient, page: str, ends: str = "", **entered: str) -> httpx.Response:
        shown = await who.get(page)
        assert shown.status_code == 200, shown.text
        return await who.post(page, data={**form_of(shown.text, ends), **entered})


@pytest.fixture
async def stuck(settings: Settings) -> AsyncIterator[Stuck]:
    service = build("notifications", settings)
    await service.prepare()
    database = service.context.database
    facts = {"status": "admitted", "name": {"de": "Wilhelmshaven"}, "languages": ["de"], "seq": 1}
    for tenant in ("wilhelmshaven", "wolfsburg"):
        await database["tenants"].insert_one({"_id": tenant, "tenant": tenant, **facts})
    transport = httpx.ASGITransport(service.app(works=False), raise_app_exceptions=False)

    def client(tenant: str, role: str) -> httpx.AsyncClient:
        headers = {
            "Authorization": f"Bearer {LocalIssuer(settings).issue(tenant, role)}",
            "Accept": "text/html",
            "Accept-Language": "de",
        }
        return httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers)

    yield Stuck(
        service, client("-", "operator"), client("wilhelmshaven", "coordinator"), client("wolfsburg", "coordinator")
    )
    await database.drop()
    await database.close()


async def test_poison_is_read_in_words_mended_and_what_waits_behind_it_goes_on(stuck: Stuck) -> None:
    processor, database = stuck.service.context.processor, stuck.service.context.database
    assert processor is not None
    await processor.handle(
        [
            record("g", 1, {"gathering_id": "g", "people": 2}),
            record("g", 2, {"gathering_id": "g", "registration_id": "r2"}),
        ]
    )
    id = "registration.v1:0:1"
    for page in (stuck.operator, LISTED), (stuck.coordinator, OWN):
        text = (await page[0].get(page[1])).text
        assert "Eine Anmeldung" in text
        assert "registration_id" in text
        assert "frühere Nachricht" in text
    assert (await stuck.stranger.get("/notifications/wolfsburg/dead-letters")).text.count("card") == 0
    assert (await stuck.stranger.get(f"/notifications/wolfsburg/dead-letters/{id}")).status_code == 404
    assert (await stuck.coordinator.get(LISTED)).status_code == 403
    one = (await stuck.coordinator.get(f"{OWN}/{id}")).text
    assert "hier ist der Fehler" in one
    wrong = await stuck.press(stuck.coordinator, f"{OWN}/{id}", id, **{"value.people": "many"})
    assert wrong.status_code == 422
    assert "Dieser Wert passt noch nicht" in wrong.text
    mended = await stuck.press(stuck.coordinator, f"{OWN}/{id}", id, **{"value.registration_id": "r1"})
    assert (mended.status_code, mended.headers["location"]) == (303, OWN)
    assert await database["parked"].count_documents({}) == 0
    assert (await database["progress"].find_one({"_id": "registration.v1:g"}))["seq"] == 2


async def test_personal_values_are_never_shown(stuck: Stuck) -> None:
    processor = stuck.service.context.processor
    assert processor is not None
    from contracts.contacts import ContactRecorded

    contact = {
        "contact_id": "c",
        "kind": "registration",
        "name": "Olena Kovalenko",
        "language": 7,
        "codes": {"manage": "s3cret"},
    }
    await processor.handle([record("c", 1, contact, ContactRecorded, "contacts.v1")])
    text = (await stuck.operator.get(f"{LISTED}/contacts.v1:0:1")).text
    assert "language" in text
    assert "Olena" not in text
    assert "s3cret" not in text


async def test_what_can_not_be_read_is_given_up_and_the_rest_goes_on(stuck: Stuck) -> None:
    processor, database = stuck.service.context.processor, stuck.service.context.database
    assert processor is not None
    await processor.handle([record("g", 1, b"no json"), record("g", 2, {"gathering_id": "g", "registration_id": "r2"})])
    again = await stuck.press(stuck.operator, LISTED, do="retry registration.v1:0:1")
    assert again.status_code == 422
    assert "noch immer nicht" in again.text
    done = await stuck.press(stuck.operator, LISTED, do="dismiss registration.v1:0:1")
    assert done.status_code == 303
    assert await database["parked"].count_documents({}) == 0


async def test_a_poison_scheduled_document_is_set_aside_and_taken_up_again(stuck: Stuck) -> None:
    database = stuck.service.context.database
    now = datetime.now(UTC)
    await database["intents"].insert_one(
        {"_id": "m-1", "tenant": "wilhelmshaven", "kind": "no-such-kind", "contact": "c", "status": "pending", "attempts": [], "version": 1,
         "at": now, "due_at": now - timedelta(hours=1)}
    )  # fmt: skip
    job = next(one for one in stuck.service.definition.jobs if one.name == "deliver")
    async with patience("three failures"):
        while (found := await database["intents"].find_one({"_id": "m-1"})).get("failures", 0) < 3:
            await job.attempt(found)
    text = (await stuck.coordinator.get(OWN)).text
    assert "Eine Nachricht" in text
    assert "KeyError" in text
    assert "m-1" not in (await stuck.stranger.get("/notifications/wolfsburg/dead-letters")).text
    assert (await stuck.press(stuck.coordinator, OWN, do="aside deliver m-1")).status_code == 303
    aside = await database["intents"].find_one({"_id": "m-1"})
    assert "due_at" not in aside
    assert "zur Seite gelegt" in (await stuck.operator.get(LISTED)).text
    assert (await stuck.press(stuck.operator, LISTED, do="take-up deliver m-1")).status_code == 303
    again = await database["intents"].find_one({"_id": "m-1"})
    assert ("set_aside" in again, "failures" in again) == (False, False)
    assert again["due_at"] <= datetime.now(UTC)
    assert "m-1" not in (await stuck.operator.get(LISTED)).text
