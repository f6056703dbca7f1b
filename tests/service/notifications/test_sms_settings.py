"""The account with a gateway: what is kept of it, what is shown, what is refused."""

from __future__ import annotations

import pytest

from tests.service.notifications.sms_gateways import SETTINGS, SEVEN, Recorder, configure_sms, send_text_message
from tests.service.notifications.towns import TENANT, Town
from tests.support.page_forms import form_of


@pytest.fixture
async def town(town: Town) -> Town:
    await town.add_gathering()
    return town


async def test_keys_are_encrypted_and_private_hosts_refused(town: Town, gateway: Recorder) -> None:
    shown = await configure_sms(town, **SEVEN)
    assert (shown["key_set"], shown["secret_set"], shown["price_cents"]) == (True, True, 7.5)
    assert "k3y" not in str(shown)
    stored = await town.database["settings"].find_one({"_id": TENANT})
    assert b"k3y" not in stored["sms"]
    kept = await configure_sms(town, **{**SEVEN, "key": "", "secret": ""})
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
    await configure_sms(town, gateway="fake")
    assert (await send_text_message(town, "ok"))["delivery"] == "handed_over"
    assert "+4915123456789@sms.invalid" in str(town.sink.mails[-1]["To"])
    assert (await send_text_message(town, "no", phone_e164="+4915123456792"))["failed"] == ["sms"]
    assert (await send_text_message(town, "away", phone_e164="+4915123456793"))["status"] == "pending"
    assert (await send_text_message(town, "lost", phone_e164="+4915123456794"))["delivery"] == "unclear"


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
