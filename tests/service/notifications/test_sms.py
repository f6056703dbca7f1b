"""Text messages through real gateways, in the formats they document: refused, away, accepted, over the limit."""

from __future__ import annotations

import asyncio
import base64
from datetime import timedelta
from typing import Any

import httpx
import pytest

from chassis.storage.tenancy import of_document
from services.notifications.delivery.settle import Settling
from tests.service.notifications.sms_gateways import MOBILE, SEVEN, Recorder, configure_sms, send_text_message
from tests.service.notifications.towns import TENANT, Town
from tests.support.waiting import until


@pytest.fixture
async def town(town: Town) -> Town:
    await town.add_gathering()
    return town


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
        await configure_sms(town, **sms)
        town.service.definition.state["services"].settings.repository.invalidate(TENANT)
        gateway.answers = [answer]
        message = await send_text_message(town, f"p{number}")
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
    await configure_sms(town, **SEVEN)
    gateway.answers = [(200, {"success": "202"})]
    await send_text_message(town)
    await town.run()
    message = await town.get_message("m-a")
    assert (message["status"], message["attempts"][0]["outcome"]) == ("to_call", "code 202")


async def test_a_process_that_dies_while_sending_sends_nothing_twice(
    town: Town, gateway: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*_: Any, **__: Any) -> None:
        raise asyncio.CancelledError

    await configure_sms(town, **SEVEN)
    gateway.answers = [(200, {"success": "100"})]
    with monkeypatch.context() as dying:
        dying.setattr(Settling, "sent", dies)
        with pytest.raises(asyncio.CancelledError):
            await send_text_message(town)
    message = await town.get_message("m-a")
    assert (message["status"], len(gateway.taken)) == ("pending", 1)
    await town.run()
    again = await town.get_message("m-a")
    assert (again["status"], again["delivery"], len(gateway.taken)) == ("sent", "unclear", 1)
    assert again["text"]["id"] == message["text"]["id"]


async def test_a_gateway_that_is_away_is_retried_for_an_hour_before_the_next_channel(
    town: Town, gateway: Recorder
) -> None:
    await configure_sms(town, **SEVEN)
    gateway.answers = [(503, {})] * 50
    message = await send_text_message(town)
    assert (message["status"], "text" in message) == ("pending", False)
    for _ in range(40):
        message = await town.get_message("m-a")
        if message["status"] != "pending":
            break
        town.clock.time = max(town.clock.time, message["due_at"])
        await town.run()
    assert message["status"] == "to_call"
    assert 3 < len(gateway.taken) < 40


async def test_over_the_limit_of_texts_a_day_urgent_ones_are_called_and_others_wait(
    town: Town, gateway: Recorder
) -> None:
    await configure_sms(town, **SEVEN)
    town.clock.time = town.clock.time.replace(hour=10)
    limits = town.job("deliver").limits
    limits.most["texts"] = 1
    gateway.answers = [(200, {"success": "100"})]
    assert (await send_text_message(town))["status"] == "sent"

    async def full() -> bool:
        await limits.refresh(town.clock.time)
        return limits.opens_at(TENANT, town.clock.time, "texts") is not None

    await until(full, "the limit")
    assert (await send_text_message(town, "b"))["status"] == "to_call"
    await town.add_person("c", **MOBILE)
    await town.enqueue_message("c", "gathering-changed")
    await town.add_person("d", email="d@example.org")
    await town.enqueue_message("d", "gathering-changed")
    await town.run()
    waiting = await town.get_message("m-c")
    assert (waiting["status"], waiting["due_at"] - town.clock.time > timedelta(hours=10)) == ("pending", True)
    assert (await town.get_message("m-d"))["status"] == "sent"
    town.clock.time = waiting["due_at"]
    await limits.refresh(town.clock.time)
    gateway.answers = [(200, {"success": "100"})]
    await town.run()
    assert (await town.get_message("m-c"))["status"] == "sent"
    assert len(gateway.taken) == 2


async def test_who_wishes_for_texts_gets_them_beside_an_address_and_the_mail_when_they_fail(
    town: Town, gateway: Recorder
) -> None:
    await configure_sms(town, **SEVEN)
    gateway.answers = [(200, {"success": "100"}), (200, {"success": "202"})]
    assert (await send_text_message(town, "a", email="a@example.org", reach_first="sms"))["status"] == "sent"
    assert len(gateway.taken) == 1
    assert not town.sink.mails
    await send_text_message(town, "b", email="b@example.org", reach_first="sms")
    await town.run()
    assert (await town.get_message("m-b"))["status"] == "sent"
    assert [mail["To"].addresses[0].addr_spec for mail in town.sink.mails] == ["b@example.org"]


async def test_the_number_beside_an_address_gets_ten_an_hour(town: Town, gateway: Recorder) -> None:
    await configure_sms(town, **SEVEN)
    gateway.answers = [(200, {"success": "100"}) for _ in range(12)]
    for number in range(11):
        await send_text_message(town, f"p{number}", email=f"{number}@example.org", reach_first="sms")
    assert len(gateway.taken) == 10
    assert (await town.get_message("m-p10"))["status"] == "pending"


async def test_who_unsubscribed_is_not_texted_instead(town: Town, gateway: Recorder) -> None:
    await configure_sms(town, **SEVEN)
    await town.add_gathering("later", thanks={"de": "Danke!"})
    contact = {**MOBILE, "email": "a@example.org", "reach_first": "sms"}
    await town.add_person("a", status="arrived", gathering="later", **contact)
    link = town.service.definition.state["services"].unsubscribe.link(
        of_document({"tenant": TENANT}), "a", "gathering-thanks"
    )
    assert (await town.coordinator.post(httpx.URL(link).path)).status_code == 200
    await town.enqueue_message("a", "gathering-thanks", gathering="later")
    await town.run()
    assert ((await town.get_message("m-a"))["status"], gateway.taken) == ("suppressed", [])
