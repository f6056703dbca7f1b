"""Delivery reports of gateways: twice, late, out of order, before the answer, forged."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.service.notifications.sms_gateways import (
    SEVEN,
    Recorder,
    configure_sms,
    delivery_report,
    post_report,
    send_text_message,
    signed_by_seven,
)
from tests.service.notifications.towns import TENANT, Town


@pytest.fixture
async def town(town: Town) -> Town:
    await town.add_gathering()
    return town


@pytest.mark.parametrize("answer", [None, (200, {"success": "700"}), (500, {}), (200, "what")])
async def test_a_text_that_may_have_been_accepted_is_never_sent_again(
    town: Town, gateway: Recorder, answer: tuple[int, Any] | None
) -> None:
    shown = await configure_sms(town, **SEVEN)
    gateway.answers = [answer]
    message = await send_text_message(town)
    assert (message["status"], message["delivery"]) == ("sent", "unclear")
    await town.run()
    assert len(gateway.taken) == 1
    body = delivery_report(message["text"]["id"], "DELIVERED")
    assert (await post_report(town, shown, body, signed_by_seven(town, shown, body))).json() == {"texts": 1}
    assert (await town.get_message("m-a"))["delivery"] == "delivered"


async def test_repeated_and_unordered_reports_are_applied_once(town: Town, gateway: Recorder) -> None:
    shown = await configure_sms(town, **SEVEN)
    gateway.answers = [(200, {"success": "100"})]
    id = (await send_text_message(town))["text"]["id"]

    async def tells(status: str) -> dict[str, Any]:
        body = delivery_report(id, status)
        for _ in range(2):
            assert (await post_report(town, shown, body, signed_by_seven(town, shown, body))).status_code == 200
        return await town.get_message("m-a")

    refused = await tells("FAILED")
    assert (refused["status"], refused["delivery"], refused["failed"]) == ("pending", "refused", ["sms"])
    await town.run()
    assert (await town.get_message("m-a"))["status"] == "to_call"
    delivered = await tells("DELIVERED")
    assert (delivered["status"], delivered["delivery"]) == ("sent", "delivered"), (
        "no call to who got the text after all"
    )
    assert "due_at" not in delivered
    later = await tells("BUFFERED")
    assert (later["delivery"], len(later["attempts"])) == ("delivered", len(delivered["attempts"]))


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
    shown = await configure_sms(town, **SEVEN)
    gateway.answers = [answer]

    async def tell(sent: Any) -> None:
        body = delivery_report(sent["foreign_id"], told)
        assert (await post_report(town, shown, body, signed_by_seven(town, shown, body))).json() == {"texts": 1}

    gateway.before_answering = tell
    await send_text_message(town)
    await town.run()
    message = await town.get_message("m-a")
    assert (message["status"], message["delivery"], len(gateway.taken)) == (status, delivery, 1)
    assert "unclear: interrupted" not in [one["outcome"] for one in message["attempts"]]


async def test_reports_need_a_valid_signature(town: Town, gateway: Recorder) -> None:
    shown = await configure_sms(town, **SEVEN)
    gateway.answers = [(200, {"success": "100"})]
    body = delivery_report((await send_text_message(town))["text"]["id"], "FAILED")
    good = signed_by_seven(town, shown, body)
    assert (await post_report(town, shown, body, signed_by_seven(town, shown, body, age=31))).status_code == 403
    assert (await post_report(town, shown, body, signed_by_seven(town, shown, body, secret=b"x"))).status_code == 403
    assert (await post_report(town, shown, body)).status_code == 403
    path = httpx.URL(shown["report_url"]).path
    assert (await post_report(town, shown, body, good, path[:-1] + "x")).status_code == 404
    assert (await post_report(town, shown, body, good, path.replace("/seven/", "/lox24/"))).status_code == 404
    assert (await post_report(town, shown, b"{", signed_by_seven(town, shown, b"{"))).status_code == 422
    assert (await town.get_message("m-a"))["status"] == "sent"
    unknown = delivery_report("f" * 32, "DELIVERED")
    assert (await post_report(town, shown, unknown, signed_by_seven(town, shown, unknown))).json() == {"texts": 0}


async def test_unsigned_reports_need_the_secret_url(town: Town, gateway: Recorder) -> None:
    for sms, answer, told in (
        ({"gateway": "lox24", "key": "1:k", "sender": "Stadt"}, (201, {}), lambda id: {"name": "sms.delivery", "data": {"callback_data": id, "dlr_code": 1}}),
        ({"gateway": "link_mobility", "user": "u", "key": "k", "partner": "1", "sender": "Stadt"}, (200, {"resultCode": 1005}), lambda id: {"refId": id, "resultCode": 1001}),
    ):  # fmt: skip
        shown = await configure_sms(town, **sms)
        town.service.definition.state["services"].settings.repository.invalidate(TENANT)
        gateway.answers = [answer]
        message = await send_text_message(town, sms["gateway"])
        assert (await post_report(town, shown, told(message["text"]["id"]))).json() == {"texts": 1}
        assert (await town.get_message(message["_id"]))["delivery"] == "delivered"
