"""Webhooks: signed, retried, ended by 410, and never delivered inside our own network."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from chassis.identity.tokens import LocalIssuer
from contracts import registration as r
from services.notifications.domain.facts import Contact
from services.notifications.webhooks import manage_staff
from services.notifications.webhooks.deliver import PAUSES
from services.notifications.webhooks.event_handlers import OFFERED
from services.notifications.webhooks.signing import MOST_FORMER
from tests.service.notifications.crowds import admit_town
from tests.service.notifications.records import record_of
from tests.service.notifications.towns import TENANT, Town
from tests.support.page_forms import form_of

URL, PAGE = "/notifications/v1/wilhelmshaven/webhooks", "/notifications/wilhelmshaven/webhooks"


@dataclass
class Endpoint:
    """Answers with the next of `answers`, else 204."""

    answers: list[bytes] = field(default_factory=list)
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    address: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)}
        self.taken.append((headers, await reader.readexactly(int(headers["content-length"]))))
        answer = self.answers.pop(0) if self.answers else b"204 OK"
        writer.write(b"HTTP/1.1 " + answer + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()


@pytest.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    found = Endpoint()
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    found.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/events"
    yield found
    server.close()


async def make(town: Town, endpoint: Endpoint, *events: str) -> Any:
    answer = await town.coordinator.post(URL, json={"url": endpoint.address, "events": list(events or ("*",))})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def happens(town: Town, number: int = 1, tenant: str = TENANT) -> None:
    event = r.ParticipantArrived(gathering_id="g", registration_id=f"r{number}")
    # The consumer has a clock of its own.
    town.clock.time = max(town.clock.time, datetime.now(UTC) + timedelta(seconds=1))
    await town.service.context.processor.handle([record_of("g", event, number, tenant)])  # type: ignore[union-attr]
    await town.run("fan-out-webhooks")
    await town.run("deliver-webhooks")


def verified(secret: str, headers: dict[str, str], body: bytes) -> list[bool]:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = "v1," + base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
    return [hmac.compare_digest(one, wanted) for one in headers["webhook-signature"].split(" ")]


def test_no_event_with_personal_data_can_be_chosen() -> None:
    assert OFFERED
    assert not [name for name in OFFERED if name.startswith("contacts.")]
    assert not {"name", "email", "phone"} & set(r.ParticipantRegistered.model_fields)
    assert Contact().email is None


async def test_an_event_is_delivered_signed_and_once(town: Town, endpoint: Endpoint) -> None:
    made = await make(town, endpoint)
    began = town.clock.time
    for _ in range(2):
        await happens(town)
    ((headers, body),) = endpoint.taken
    assert verified(made["secret"], headers, body) == [True]
    assert int(began.timestamp()) <= int(headers["webhook-timestamp"]) <= town.clock.time.timestamp()
    payload = orjson.loads(body)
    assert payload["type"] == "registration.participant.arrived.v1"
    assert payload["data"] == {
        "gathering_id": "g",
        "registration_id": "r1",
        "people": None,
        "meeting": None,
        "here": None,
    }
    log = (await town.coordinator.get(f"{URL}/{made['id']}/deliveries")).json()["items"]
    assert [(one["status"], [tried["outcome"] for tried in one["attempts"]]) for one in log] == [("delivered", ["204"])]
    assert "secret" not in (await town.coordinator.get(URL)).text


async def test_foreign_and_unsubscribed_events_are_not_delivered(town: Town, endpoint: Endpoint) -> None:
    await make(town, endpoint, "registration.gathering.published.v1")
    await happens(town)
    await happens(town, 1, "wolfsburg")
    assert endpoint.taken == []
    assert await town.database["webhook_events"].count_documents({}) == 0


async def test_a_delivery_is_retried_for_three_days_with_the_same_bytes(town: Town, endpoint: Endpoint) -> None:
    made = await make(town, endpoint)
    endpoint.answers = [b"500 X", b"302 X"] + [b"503 X"] * 20
    await happens(town)
    assert sum(PAUSES, timedelta()) > timedelta(days=3)
    for pause in PAUSES:
        town.clock.time += pause - timedelta(seconds=1)
        before = len(endpoint.taken)
        await town.run("deliver-webhooks")
        assert len(endpoint.taken) == before, "not before its time"
        town.clock.time += timedelta(seconds=1)
        await town.run("deliver-webhooks")
    assert len(endpoint.taken) == len(PAUSES) + 1
    assert len({body for _, body in endpoint.taken}) == 1
    assert len({headers["webhook-id"] for headers, _ in endpoint.taken}) == 1
    assert (await town.coordinator.get(URL)).json()["items"][0]["disabled"] == "failing"
    endpoint.answers = []
    (delivery,) = (await town.coordinator.get(f"{URL}/{made['id']}/deliveries")).json()["items"]
    assert delivery["status"] == "failed"
    assert (await town.coordinator.post(f"{URL}/{made['id']}/secret")).json()["disabled"] is None
    again = await town.coordinator.post(f"{URL}/{made['id']}/deliveries/{delivery['id']}/retry")
    assert again.status_code == 202
    await town.run("deliver-webhooks")
    assert len(endpoint.taken) == len(PAUSES) + 2


async def test_410_disables_an_endpoint_and_retry_after_is_honoured(town: Town, endpoint: Endpoint) -> None:
    await town.add_coordinator("boss", "boss@example.org")
    await make(town, endpoint)
    endpoint.answers = [b"429 X\r\nRetry-After: 600", b"410 X"]
    await happens(town)
    town.clock.time += timedelta(seconds=599)
    await town.run("deliver-webhooks")
    assert len(endpoint.taken) == 1
    town.clock.time += timedelta(seconds=1)
    await town.run("deliver-webhooks")
    assert len(endpoint.taken) == 2
    assert (await town.coordinator.get(URL)).json()["items"][0]["disabled"] == "gone"
    await happens(town, 2)
    assert len(endpoint.taken) == 2
    told_of = await town.database["intents"].find({"kind": "webhook-disabled"}).to_list(None)
    assert [one["contact"] for one in told_of] == ["boss"]


async def test_an_endpoint_that_ended_is_taken_up_again_without_a_new_secret(town: Town, endpoint: Endpoint) -> None:
    await town.add_coordinator("boss", "boss@example.org")
    made = await make(town, endpoint)
    session = {"sec-fetch-site": "same-origin"}
    for ended in (1, 2):
        endpoint.answers = [b"410 X"]
        await happens(town, ended)
        assert (await town.coordinator.get(URL)).json()["items"][0]["disabled"] == "gone"
        assert await town.database["intents"].count_documents({"kind": "webhook-disabled"}) == ended, "told each time"
        page = (await town.coordinator.get(PAGE)).text
        assert 'value="resume"' in page
        sent = form_of(page, made["id"])
        assert (await town.coordinator.post(f"{PAGE}/{made['id']}", data={**sent, "do": "resume"}, headers=session)).status_code == 303  # fmt: skip
        assert 'value="resume"' not in (await town.coordinator.get(PAGE)).text
    await happens(town, 3)
    assert verified(made["secret"], *endpoint.taken[-1]) == [True]


async def test_what_is_delivered_again_reaches_an_endpoint_that_had_ended(town: Town, endpoint: Endpoint) -> None:
    made = await make(town, endpoint)
    endpoint.answers = [b"410 X"]
    await happens(town)
    (delivery,) = (await town.coordinator.get(f"{URL}/{made['id']}/deliveries")).json()["items"]
    await town.coordinator.post(f"{URL}/{made['id']}/deliveries/{delivery['id']}/retry")
    await town.run("deliver-webhooks")
    (delivery,) = (await town.coordinator.get(f"{URL}/{made['id']}/deliveries")).json()["items"]
    assert delivery["status"] == "delivered"
    assert (await town.coordinator.get(URL)).json()["items"][0]["disabled"] is None


async def test_all_that_failed_is_sent_again_in_order_and_bounded(
    town: Town, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manage_staff, "MOST_RETRIED", 3)
    made = await make(town, endpoint)
    for number in range(1, 6):
        endpoint.answers = [b"410 X"]
        await happens(town, number)
        await town.coordinator.post(f"{URL}/{made['id']}/secret")  # it is taken up again, and what failed stays failed
    endpoint.taken.clear()
    page = f"{PAGE}/{made['id']}"
    shown = (await town.coordinator.get(page, headers={"Accept-Language": "de"})).text
    assert "5 Zustellungen sind gescheitert." in shown
    sent = form_of(shown, f"webhooks/{made['id']}")
    session = {"sec-fetch-site": "same-origin"}
    assert (await town.coordinator.post(page, data={**sent, "do": "retry-failed"}, headers=session)).status_code == 303
    town.clock.time += timedelta(seconds=1)
    await town.run("deliver-webhooks")
    assert [orjson.loads(body)["data"]["registration_id"] for _, body in endpoint.taken] == ["r1", "r2", "r3"]
    again = await town.coordinator.post(f"{URL}/{made['id']}/deliveries/retry")
    assert (again.status_code, again.json()) == (202, {"retried": 2, "remaining": 0})
    town.clock.time += timedelta(seconds=1)
    await town.run("deliver-webhooks")
    assert [orjson.loads(body)["data"]["registration_id"] for _, body in endpoint.taken[3:]] == ["r4", "r5"]
    nothing = await town.coordinator.post(f"{URL}/{made['id']}/deliveries/retry")
    assert nothing.json() == {"retried": 0, "remaining": 0}
    assert "retry-failed" not in (await town.coordinator.get(page)).text


async def test_a_changed_secret_signs_beside_the_former_one_for_a_day(town: Town, endpoint: Endpoint) -> None:
    first = await make(town, endpoint)
    second = (await town.coordinator.post(f"{URL}/{first['id']}/secret")).json()
    await happens(town)
    headers, body = endpoint.taken[-1]
    assert verified(first["secret"], headers, body) == [False, True]
    assert verified(second["secret"], headers, body) == [True, False]
    town.clock.time += timedelta(days=1)
    await happens(town, 2)
    headers, body = endpoint.taken[-1]
    assert verified(second["secret"], headers, body) == [True]


async def test_a_secret_that_is_changed_twice_in_a_day_leaves_the_receiver_its_first(
    town: Town, endpoint: Endpoint
) -> None:
    first = await make(town, endpoint)
    second, third = [(await town.coordinator.post(f"{URL}/{first['id']}/secret")).json() for _ in range(2)]
    await happens(town)
    headers, body = endpoint.taken[-1]
    places = [verified(one["secret"], headers, body).index(True) for one in (third, second, first)]
    assert places == [0, 1, 2]
    for _ in range(10):
        await town.coordinator.post(f"{URL}/{first['id']}/secret")
    await happens(town, 2)
    headers, body = endpoint.taken[-1]
    assert len(verified(first["secret"], headers, body)) == 1 + MOST_FORMER
    town.clock.time += timedelta(days=1)
    await happens(town, 3)
    assert len(verified(first["secret"], *endpoint.taken[-1])) == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"url": "https://10.1.2.3/x", "events": ["*"]}, "/url"),
        ({"url": "https://[fd00::1]/x", "events": ["*"]}, "/url"),
        ({"url": "https://169.254.169.254/latest", "events": ["*"]}, "/url"),
        ({"url": "ftp://example.org", "events": ["*"]}, "/url"),
        ({"url": "https://a:b@example.org", "events": ["*"]}, "/url"),
        ({"url": "http://127.0.0.1/x", "events": ["contacts.contact.recorded.v1"]}, "/events/0"),
        ({"url": "http://127.0.0.1/x", "events": []}, "/events"),
    ],
)
async def test_invalid_endpoints_are_refused(town: Town, body: Any, pointer: str) -> None:
    answer = await town.coordinator.post(URL, json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_creating_is_idempotent_and_foreign_endpoints_are_not_found(town: Town, endpoint: Endpoint) -> None:
    body, headers = {"url": endpoint.address, "events": ["*"]}, {"Idempotency-Key": "k"}
    first = await town.coordinator.post(URL, json=body, headers=headers)
    again = await town.coordinator.post(URL, json=body, headers=headers)
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (await town.coordinator.post(URL, json={**body, "events": [OFFERED[0]]}, headers=headers)).status_code == 422
    id = first.json()["id"]
    await admit_town(town, "wolfsburg")
    token = LocalIssuer(town.service.context.settings).issue("wolfsburg", "coordinator")
    foreign = town.client({"Authorization": f"Bearer {token}"})
    url = URL.replace(TENANT, "wolfsburg")
    assert (await foreign.get(url)).json()["items"] == []
    for method, path in (
        ("DELETE", f"/{id}"),
        ("GET", f"/{id}/deliveries"),
        ("POST", f"/{id}/secret"),
        ("POST", f"/{id}/deliveries/x/retry"),
        ("POST", f"/{id}/deliveries/retry"),
    ):
        assert (await foreign.request(method, url + path)).status_code == 404
    assert [one["id"] for one in (await town.coordinator.get(URL)).json()["items"]] == [id]


async def test_the_page_creates_shows_and_removes_endpoints(town: Town, endpoint: Endpoint) -> None:
    page, session = "/notifications/wilhelmshaven/webhooks", {"sec-fetch-site": "same-origin"}
    fields = form_of((await town.coordinator.get(page)).text, "webhooks")
    wrong = await town.coordinator.post(
        page, data={**fields, "url": "https://10.0.0.1", "events": "*"}, headers=session
    )
    assert wrong.status_code == 422
    made = await town.coordinator.post(page, data={**fields, "url": endpoint.address, "events": "*"}, headers=session)
    assert "whsec_" in made.text
    assert "whsec_" not in (await town.coordinator.get(page)).text
    await happens(town)
    id = (await town.coordinator.get(URL)).json()["items"][0]["id"]
    shown = (await town.coordinator.get(f"{page}/{id}")).text
    assert "zugestellt" in shown
    token = form_of((await town.coordinator.get(page)).text, f"webhooks/{id}")["form_token"]
    gone = await town.coordinator.post(f"{page}/{id}", data={"form_token": token, "do": "remove"}, headers=session)
    assert gone.status_code == 303
    assert (await town.coordinator.get(URL)).json()["items"] == []
