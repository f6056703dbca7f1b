"""Text messages through real gateways, in the formats they document: refused, away, accepted without an answer, reported twice and late."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest

from chassis.settings import Settings
from chassis.storage.tenancy import of_document
from services.notifications.sms import gateway_client, link_mobility, lox24, seven, sipgate
from tests.service.notifications.towns import TENANT, Town, town_on
from tests.support.page_forms import form_of
from tests.support.waiting import until

SETTINGS = f"/notifications/v1/{TENANT}/settings"
MOBILE = {"email": None, "phone": "0151 23456789", "phone_e164": "+4915123456789", "post": "Weg 1\n26382 Wilhelmshaven"}
SEVEN = {"gateway": "seven", "sender": "Stadt", "key": "k3y", "secret": "signing", "price_cents": 7.5}


@dataclass
class Recorder:
    """A gateway that answers with the next of `answers`; None: takes it and says nothing."""

    answers: list[tuple[int, Any] | None] = field(default_factory=list)
    taken: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    address: str = ""
    before_answering: Callable[[Any], Awaitable[None]] | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *rest = head.split("\r\n")
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in rest if ": " in line)}
        body = await reader.readexactly(int(headers["content-length"]))
        self.taken.append((first.split(" ")[1], headers, orjson.loads(body)))
        if self.before_answering is not None:
            await self.before_answering(orjson.loads(body))
        answer = self.answers.pop(0) if self.answers else (200, {})
        if answer is not None:
            content = b"" if answer[0] == 204 else orjson.dumps(answer[1])
            writer.write(
                f"HTTP/1.1 {answer[0]} X\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n".encode()
            )
            writer.write(content)
            await writer.drain()
        writer.close()


@pytest.fixture
async def gateway(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Recorder]:
    found = Recorder()
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    found.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    for module, path in ((seven, "/api/sms"), (sipgate, "/v2/sessions/sms"), (lox24, "/sms"), (link_mobility, "")):
        monkeypatch.setattr(module, "URL", found.address + path)
    monkeypatch.setattr(gateway_client, "TIMEOUT", 2.0)
    yield found
    server.close()


@pytest.fixture
async def town(settings: Settings) -> AsyncIterator[Town]:
    async with town_on(settings) as found:
        await found.gathering()
        yield found


async def account(town: Town, **sms: Any) -> Any:
    answer = await town.coordinator.put(SETTINGS, json={"sms": sms})
    assert answer.status_code == 200, answer.text
    return answer.json()["sms"]


async def texted(town: Town, id: str = "a", **contact: Any) -> dict[str, Any]:
    await town.person(id, status="offered", **{**MOBILE, **contact})
    await town.owe(id, "offered")
    await town.run()
    return await town.message(f"m-{id}")


async def reports(town: Town, shown: Any, body: Any, headers: Any = None, path: str = "") -> httpx.Response:
    url = path or httpx.URL(shown["report_url"]).path
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    return await town.coordinator.post(
        url, content=content, headers={"Content-Type": "application/json", **(headers or {})}
    )


def signed_by_seven(town: Town, shown: Any, body: bytes, age: int = 0, secret: bytes = b"signing") -> dict[str, str]:
    stamp, nonce = str(int(town.clock.time.timestamp()) - age), "n" * 32
    text = "\n".join((stamp, nonce, "POST", shown["report_url"], hashlib.md5(body).hexdigest()))
    mac = hmac.digest(secret, text.encode(), hashlib.sha256).hex()
    return {"X-Timestamp": stamp, "X-Nonce": nonce, "X-Signature": mac}


def dlr(id: str, status: str) -> bytes:
    return orjson.dumps({"webhook_event": "dlr", "data": {"msg_id": "77", "foreign_id": id, "status": status}})


async def test_each_gateway_is_called_in_its_own_format(town: Town, gateway: Recorder) -> None:
    basic = "Basic " + base64.b64encode(b"token:k3y").decode()
    cases: list[tuple[dict[str, Any], tuple[int, Any], str, dict[str, str], dict[str, Any]]] = [
        (SEVEN, (200, {"success": "100"}), "/api/sms", {"x-api-key": "k3y"}, {"from": "Stadt", "performance_tracking": False}),
        ({"gateway": "sipgate", "user": "token", "key": "k3y", "partner": "s0"}, (204, None), "/v2/sessions/sms", {"authorization": basic},
         {"smsId": "s0", "recipient": "+4915123456789"}),
        ({"gateway": "lox24", "key": "123:k3y", "sender": "Stadt"}, (201, {"uuid": "1"}), "/sms", {"x-lox24-auth-token": "123:k3y"},
         {"sender_id": "Stadt", "phone": "+4915123456789", "is_text_deleted": True, "is_unicode": False}),
        ({"gateway": "link_mobility", "user": "token", "key": "k3y", "partner": "30978", "sender": "Stadt"}, (200, {"resultCode": 1005}),
         "/sms/send", {"authorization": basic},
         {"source": "Stadt", "destination": "+4915123456789", "platformPartnerId": "30978", "useDeliveryReport": True}),
    ]  # fmt: skip
    for number, (sms, answer, path, headers, body) in enumerate(cases):
        await account(town, **sms)
        town.service.definition.state["services"].settings.repository.invalidate(TENANT)
        gateway.answers = [answer]
        message = await texted(town, f"p{number}")
        assert (message["status"], message["delivery"]) == ("sent", "handed_over"), sms
        where, sent_headers, sent = gateway.taken[-1]
        assert where == path
        assert headers.items() <= sent_headers.items()
        assert body.items() <= sent.items()
        assert (
            message["text"]["id"] in (sent.get("foreign_id"), sent.get("callback_data"), sent.get("refId"))
            or sms["gateway"] == "sipgate"
        )


async def test_200_with_an_error_is_a_refusal_and_the_next_channel_is_tried(town: Town, gateway: Recorder) -> None:
    await account(town, **SEVEN)
    gateway.answers = [(200, {"success": "202"})]
    await texted(town)
    await town.run()
    message = await town.message("m-a")
    assert (message["status"], message["attempts"][0]["outcome"]) == ("to_call", "code 202")


@pytest.mark.parametrize("answer", [None, (200, {"success": "700"}), (500, {}), (200, "what")])
async def test_a_text_that_may_have_been_accepted_is_never_sent_again(
    town: Town, gateway: Recorder, answer: tuple[int, Any] | None
) -> None:
    shown = await account(town, **SEVEN)
    gateway.answers = [answer]
    message = await texted(town)
    assert (message["status"], message["delivery"]) == ("sent", "unclear")
    await town.run()
    assert len(gateway.taken) == 1
    body = dlr(message["text"]["id"], "DELIVERED")
    assert (await reports(town, shown, body, signed_by_seven(town, shown, body))).json() == {"texts": 1}
    assert (await town.message("m-a"))["delivery"] == "delivered"


async def test_a_process_that_dies_while_sending_sends_nothing_twice(town: Town, gateway: Recorder) -> None:
    await account(town, **SEVEN)
    gateway.answers = [(200, {"success": "100"})]
    message = await texted(town)
    await town.database["intents"].update_one(
        {"_id": "m-a"},
        {"$set": {"status": "pending", "due_at": town.clock.time, "attempts": []}, "$unset": {"delivery": ""}},
    )
    await town.run()
    again = await town.message("m-a")
    assert (again["status"], again["delivery"], len(gateway.taken)) == ("sent", "unclear", 1)
    assert again["text"]["id"] == message["text"]["id"]


async def test_a_gateway_that_is_away_is_retried_for_an_hour_before_the_next_channel(
    town: Town, gateway: Recorder
) -> None:
    await account(town, **SEVEN)
    gateway.answers = [(503, {})] * 50
    message = await texted(town)
    assert (message["status"], "text" in message) == ("pending", False)
    for _ in range(40):
        message = await town.message("m-a")
        if message["status"] != "pending":
            break
        town.clock.time = max(town.clock.time, message["due_at"])
        await town.run()
    assert message["status"] == "to_call"
    assert 3 < len(gateway.taken) < 40


async def test_repeated_and_unordered_reports_are_applied_once(town: Town, gateway: Recorder) -> None:
    shown = await account(town, **SEVEN)
    gateway.answers = [(200, {"success": "100"})]
    id = (await texted(town))["text"]["id"]

    async def tells(status: str) -> dict[str, Any]:
        body = dlr(id, status)
        for _ in range(2):
            assert (await reports(town, shown, body, signed_by_seven(town, shown, body))).status_code == 200
        return await town.message("m-a")

    refused = await tells("FAILED")
    assert (refused["status"], refused["delivery"], refused["failed"]) == ("pending", "refused", ["sms"])
    await town.run()
    assert (await town.message("m-a"))["status"] == "to_call"
    delivered = await tells("DELIVERED")
    assert (delivered["status"], delivered["delivery"]) == ("sent", "delivered"), (
        "no call to who got the text after all"
    )
    assert "due_at" not in delivered
    later = await tells("BUFFERED")
    assert (later["delivery"], len(later["attempts"])) == ("delivered", len(delivered["attempts"]))


async def test_over_the_limit_of_texts_a_day_urgent_ones_are_called_and_others_wait(
    town: Town, gateway: Recorder
) -> None:
    await account(town, **SEVEN)
    town.clock.time = town.clock.time.replace(hour=10)
    limits = town.job("deliver").limits
    limits.most["texts"] = 1
    gateway.answers = [(200, {"success": "100"})]
    assert (await texted(town))["status"] == "sent"

    async def full() -> bool:
        await limits.refresh(town.clock.time)
        return limits.opens(TENANT, town.clock.time, "texts") is not None

    await until(full, "the limit")
    assert (await texted(town, "b"))["status"] == "to_call"
    await town.person("c", **MOBILE)
    await town.owe("c", "gathering-changed")
    await town.person("d", email="d@example.org")
    await town.owe("d", "gathering-changed")
    await town.run()
    waiting = await town.message("m-c")
    assert (waiting["status"], waiting["due_at"] - town.clock.time > timedelta(hours=10)) == ("pending", True)
    assert (await town.message("m-d"))["status"] == "sent"
    town.clock.time = waiting["due_at"]
    await limits.refresh(town.clock.time)
    gateway.answers = [(200, {"success": "100"})]
    await town.run()
    assert (await town.message("m-c"))["status"] == "sent"
    assert len(gateway.taken) == 2


@pytest.mark.parametrize(
    ("told", "answer", "status", "delivery"),
    [
        ("DELIVERED", (200, {"success": "100"}), "sent", "delivered"),
        ("DELIVERED", None, "sent", "delivered"),
        ("TRANSMITTED", None, "sent", "handed_over"),
        ("FAILED", (200, {"success": "100"}), "to_call", "refused"),
    ],
)
async def test_a_report_that_comes_before_the_gateway_answers_is_kept(
    town: Town, gateway: Recorder, told: str, answer: tuple[int, Any] | None, status: str, delivery: str
) -> None:
    shown = await account(town, **SEVEN)
    gateway.answers = [answer]

    async def tell(sent: Any) -> None:
        body = dlr(sent["foreign_id"], told)
        assert (await reports(town, shown, body, signed_by_seven(town, shown, body))).json() == {"texts": 1}

    gateway.before_answering = tell
    await texted(town)
    await town.run()
    message = await town.message("m-a")
    assert (message["status"], message["delivery"], len(gateway.taken)) == (status, delivery, 1)
    assert "unclear: interrupted" not in [one["outcome"] for one in message["attempts"]]


async def test_reports_need_a_valid_signature(town: Town, gateway: Recorder) -> None:
    shown = await account(town, **SEVEN)
    gateway.answers = [(200, {"success": "100"})]
    body = dlr((await texted(town))["text"]["id"], "FAILED")
    good = signed_by_seven(town, shown, body)
    assert (await reports(town, shown, body, signed_by_seven(town, shown, body, age=31))).status_code == 403
    assert (await reports(town, shown, body, signed_by_seven(town, shown, body, secret=b"x"))).status_code == 403
    assert (await reports(town, shown, body)).status_code == 403
    path = httpx.URL(shown["report_url"]).path
    assert (await reports(town, shown, body, good, path[:-1] + "x")).status_code == 404
    assert (await reports(town, shown, body, good, path.replace("/seven/", "/lox24/"))).status_code == 404
    assert (await reports(town, shown, b"{", signed_by_seven(town, shown, b"{"))).status_code == 422
    assert (await town.message("m-a"))["status"] == "sent"
    unknown = dlr("f" * 32, "DELIVERED")
    assert (await reports(town, shown, unknown, signed_by_seven(town, shown, unknown))).json() == {"texts": 0}


async def test_unsigned_reports_need_the_secret_url(town: Town, gateway: Recorder) -> None:
    for sms, answer, told in (
        ({"gateway": "lox24", "key": "1:k", "sender": "Stadt"}, (201, {}), lambda id: {"name": "sms.delivery", "data": {"callback_data": id, "dlr_code": 1}}),
        ({"gateway": "link_mobility", "user": "u", "key": "k", "partner": "1", "sender": "Stadt"}, (200, {"resultCode": 1005}), lambda id: {"refId": id, "resultCode": 1001}),
    ):  # fmt: skip
        shown = await account(town, **sms)
        town.service.definition.state["services"].settings.repository.invalidate(TENANT)
        gateway.answers = [answer]
        message = await texted(town, sms["gateway"])
        assert (await reports(town, shown, told(message["text"]["id"]))).json() == {"texts": 1}
        assert (await town.message(message["_id"]))["delivery"] == "delivered"


async def test_keys_are_encrypted_and_private_hosts_refused(town: Town, gateway: Recorder) -> None:
    shown = await account(town, **SEVEN)
    assert (shown["key_set"], shown["secret_set"], shown["price_cents"]) == (True, True, 7.5)
    assert "k3y" not in str(shown)
    stored = await town.database["settings"].find_one({"_id": TENANT})
    assert b"k3y" not in stored["sms"]
    kept = await account(town, **{**SEVEN, "key": "", "secret": ""})
    assert kept["key_set"], "left out, it stays"
    for sms, pointer in (
        ({"gateway": "webhook", "url": "https://10.0.0.1/x", "secret": "s"}, "/sms/url"),
        ({"gateway": "link_mobility", "user": "u", "key": "k", "partner": "1", "sender": "S", "url": "http://169.254.169.254"}, "/sms/url"),
        ({"gateway": "sipgate", "user": "u", "key": "k"}, "/sms/partner"),
        ({"gateway": "seven", "key": "k", "sender": "much too long a name"}, "/sms/sender"),
    ):  # fmt: skip
        answer = await town.coordinator.put(SETTINGS, json={"sms": sms})
        assert answer.status_code == 422, sms
        assert answer.json()["errors"][0]["pointer"].startswith(pointer), answer.json()
    url = f"/notifications/v1/{TENANT}/templates/offered/ru/preview"
    preview = (await town.coordinator.post(url)).json()["sms"]
    assert (preview["alphabet"], preview["cost_cents"]) == ("UCS-2", preview["parts"] * 7.5)


async def test_the_gateway_for_development_fails_on_demand(town: Town) -> None:
    await account(town, gateway="fake")
    assert (await texted(town, "ok"))["delivery"] == "handed_over"
    assert "+4915123456789@sms.invalid" in str(town.sink.mails[-1]["To"])
    assert (await texted(town, "no", phone_e164="+4915123456792"))["failed"] == ["sms"]
    assert (await texted(town, "away", phone_e164="+4915123456793"))["status"] == "pending"
    assert (await texted(town, "lost", phone_e164="+4915123456794"))["delivery"] == "unclear"


async def test_the_page_of_settings_says_what_is_missing_and_never_shows_a_secret(town: Town) -> None:
    page = form_of((await town.coordinator.get(f"/notifications/{TENANT}/settings")).text)
    sent = {
        **page,
        "sms_gateway": "seven",
        "sms_key": "k3y",
        "signature_uk": "Ваше місто",
        "digest_at": "07:30",
        "do": "save",
    }
    headers = {"Origin": "http://test", "Accept": "text/html"}
    answer = await town.coordinator.post(f"/notifications/{TENANT}/settings", data=sent, headers=headers)
    assert answer.status_code == 303, answer.text
    shown = (await town.coordinator.get(SETTINGS)).json()
    assert (shown["sms"]["gateway"], shown["signature"]["uk"], shown["digest"]["at"]) == (
        "seven",
        "Ваше місто",
        "07:30",
    )
    wrong = {**sent, "sms_gateway": "sipgate", "sms_key": "0ther"}
    answer = await town.coordinator.post(f"/notifications/{TENANT}/settings", data=wrong, headers=headers)
    assert answer.status_code == 422
    assert "0ther" not in answer.text


async def test_who_wishes_for_texts_gets_them_beside_an_address_and_the_mail_when_they_fail(
    town: Town, gateway: Recorder
) -> None:
    await account(town, **SEVEN)
    gateway.answers = [(200, {"success": "100"}), (200, {"success": "202"})]
    assert (await texted(town, "a", email="a@example.org", reach_first="sms"))["status"] == "sent"
    assert len(gateway.taken) == 1
    assert not town.sink.mails
    await texted(town, "b", email="b@example.org", reach_first="sms")
    await town.run()
    assert (await town.message("m-b"))["status"] == "sent"
    assert [mail["To"].addresses[0].addr_spec for mail in town.sink.mails] == ["b@example.org"]


async def test_the_number_beside_an_address_gets_ten_an_hour(town: Town, gateway: Recorder) -> None:
    await account(town, **SEVEN)
    gateway.answers = [(200, {"success": "100"}) for _ in range(12)]
    for number in range(11):
        await texted(town, f"p{number}", email=f"{number}@example.org", reach_first="sms")
    assert len(gateway.taken) == 10
    assert (await town.message("m-p10"))["status"] == "pending"


async def test_who_unsubscribed_is_not_texted_instead(town: Town, gateway: Recorder) -> None:
    await account(town, **SEVEN)
    await town.gathering("later", thanks={"de": "Danke!"})
    contact = {**MOBILE, "email": "a@example.org", "reach_first": "sms"}
    await town.person("a", status="arrived", gathering="later", **contact)
    link = town.service.definition.state["services"].unsubscribe.link(
        of_document({"tenant": TENANT}), "a", "gathering-thanks"
    )
    assert (await town.coordinator.post(httpx.URL(link).path)).status_code == 200
    await town.owe("a", "gathering-thanks", gathering="later")
    await town.run()
    assert ((await town.message("m-a"))["status"], gateway.taken) == ("suppressed", [])
