"""Settings of a municipality: secrets are write-only, its own sender is used while DNS proves it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import dkim
import pytest

from chassis.identity.tokens import LocalIssuer
from services.notifications.domain.german_time import BERLIN
from services.notifications.settings import sender_check
from tests.service.notifications import own_sender
from tests.service.notifications.name_server import NameServer
from tests.service.notifications.own_sender import URL, check, put
from tests.service.notifications.towns import TENANT, Town
from tests.support.page_forms import form_of

names, town = own_sender.names, own_sender.town  # fixtures for this file


async def test_omitted_settings_stay_and_all_have_defaults(town: Town) -> None:
    shown = (await town.coordinator.get(URL)).json()
    assert shown["reminders"] == [{"days_before": 7}, {"days_before": 1}]
    assert (shown["sender"]["state"], shown["smtp"], shown["quiet_hours"]) == ("unproven", None, None)
    await put(
        town, signature="Ihre Stadt", quiet_hours={"from": "21:00", "until": "08:00"}, reminders=[{"days_before": 3}]
    )
    shown = await put(town, reply_to="rathaus@example.org")
    assert shown["signature"] == {"de": "Ihre Stadt"}
    assert shown["quiet_hours"] == {"from": "21:00", "until": "08:00"}
    assert shown["reminders"] == [{"days_before": 3}]
    every_day = [1, 2, 3, 4, 5, 6, 7]
    assert shown["send_days"] == {"email": every_day, "sms": every_day, "call": every_day}
    shown = await put(town, send_days={"call": [5, 1, 1]})
    assert shown["send_days"] == {"email": every_day, "sms": every_day, "call": [1, 5]}
    assert (await put(town, send_days=None))["send_days"]["call"] == every_day
    assert (await put(town, reminders=None))["reminders"] == [{"days_before": 7}, {"days_before": 1}]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"from_address": "nobody"}, "/from_address"),
        ({"reminders": [{"days_before": 0}]}, "/reminders/0/days_before"),
        ({"quiet_hours": {"from": "25:00", "until": "08:00"}}, "/quiet_hours/from"),
        ({"quiet_hours": {"from": "0٣:00", "until": "08:00"}}, "/quiet_hours/from"),
        ({"from_address": "post@wilhelmshaven"}, "/from_address"),
        ({"smtp": {"url": "smtps://10.0.0.1:465"}}, "/smtp/url"),
        ({"smtp": {"url": "smtps://[::ffff:192.168.0.1]:465"}}, "/smtp/url"),
        ({"smtp": {"url": "smtps://169.254.169.254:25"}}, "/smtp/url"),
        ({"smtp": {"url": "http://mail.example"}}, "/smtp/url"),
        ({"send_days": {"sms": []}}, "/send_days/sms"),
        ({"send_days": {"call": [8]}}, "/send_days/call/0"),
        ({"burned": 1}, "/burned"),
    ],
)
async def test_invalid_settings_are_refused_at_their_field(town: Town, body: Any, pointer: str) -> None:
    answer = await town.coordinator.put(URL, json=body)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_a_password_is_encrypted_and_never_shown(town: Town) -> None:
    smtp = {"url": "smtp://127.0.0.1:2525", "username": "stadt", "password": "very secret"}
    shown = await put(town, smtp=smtp)
    assert shown["smtp"] == {"url": smtp["url"], "username": "stadt", "password_set": True}
    stored = await town.database["settings"].find_one({"_id": TENANT})
    assert b"very secret" not in stored["smtp"]
    assert "very secret" not in str(stored)
    kept = await put(town, smtp={"url": smtp["url"], "username": "stadt"})
    assert kept["smtp"]["password_set"]
    elsewhere = await put(town, smtp={"url": "smtp://127.0.0.1:2626", "username": "stadt"})
    assert not elsewhere["smtp"]["password_set"], "a password is not sent to another server than it was written for"
    exported = (await town.coordinator.get("/notifications/v1/wilhelmshaven/export")).text
    assert "dkim" not in exported
    assert (await put(town, smtp=None))["smtp"] is None


async def test_an_own_sender_is_used_once_proven_signed_and_given_up_when_it_fails(
    town: Town, names: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender_check, "TIMEOUT", 0.5)
    await town.add_gathering()

    async def sends(id: str) -> Any:
        town.service.definition.state["services"].settings.repository.invalidate(TENANT)
        await town.add_person(id)
        await town.enqueue_message(id, "confirmed")
        await town.run()
        return town.sink.mails[-1]["From"].addresses[0]

    assert (await town.coordinator.post(f"{URL}/sender/check")).status_code == 422
    await put(town, from_address="post@stadt.example", from_name="Stadt am Meer")
    found = await check(town)
    assert found["state"] == "unproven"
    sender = await sends("a")
    assert (sender.addr_spec, sender.display_name) == ("post@plattform.example", "Stadt am Meer – Plattform")
    wanted = {one["record"]: one for one in found["records"]}
    names.records = {
        "stadt.example": ["v=spf1 include:plattform.example ~all", "something else"],
        wanted["dkim"]["name"]: [wanted["dkim"]["expected"]],
        "_dmarc.stadt.example": ["v=DMARC1; p=reject; adkim=s"],
    }
    assert (await check(town))["state"] == "delivering"
    assert (await sends("b")).addr_spec == "post@stadt.example"
    envelope = town.sink.envelopes[-1]
    assert envelope.mail_from == "post@plattform.example"
    record = wanted["dkim"]["expected"].encode()
    assert dkim.verify(envelope.content, dnsfunc=lambda *_, **__: record)
    names.records["stadt.example"] = ["v=spf1 include:plattform.example ~all", "v=spf1 -all"]
    assert (await check(town))["state"] == "failing"
    assert (await sends("c")).addr_spec == "post@plattform.example"
    names.silent = True
    town.clock.time += timedelta(hours=6)
    await town.run("check-senders")
    assert (await town.coordinator.get(URL)).json()["sender"]["records"][0]["found"] == "no answer"
    page = (await town.coordinator.get("/notifications/wilhelmshaven/settings", headers={"Accept-Language": "de"})).text
    assert ("keine Antwort; bitte später noch einmal prüfen" in page, "no answer" in page) == (True, False)


async def test_a_municipality_that_stops_sends_nothing_and_goes_on_where_it_stood(town: Town) -> None:
    await town.add_gathering()
    await town.add_person("a")
    await town.enqueue_message("a", "confirmed")
    await put(town, stopped=True)
    await town.run()
    assert town.sink.mails == []
    await put(town, stopped=False)
    town.clock.time += timedelta(minutes=1)
    await town.run()
    assert len(town.sink.mails) == 1


async def test_nobody_is_called_on_days_on_which_nobody_calls(town: Town) -> None:
    """Such calls stand among those for later, unless they may not wait."""
    today = town.clock.time.astimezone(BERLIN).isoweekday()
    await put(town, send_days={"call": [today % 7 + 1]})
    await town.add_gathering()
    for id, kind in (("a", "support-granted"), ("b", "registered")):
        await town.add_person(id, email=None, phone="04421 1234")
        await town.enqueue_message(id, kind)
    await town.run()
    assert [(await town.get_message(f"m-{id}"))["status"] for id in "ab"] == ["to_call", "to_call"]
    assert (await town.get_message("m-a"))["call_after"] > town.clock.time
    assert "call_after" not in await town.get_message("m-b"), "a confirmation"
    token = LocalIssuer(town.service.context.settings).issue(TENANT, "intake")
    now = await town.coordinator.get(
        "/notifications/v1/wilhelmshaven/call-list", headers={"Authorization": f"Bearer {token}"}
    )
    assert [one["registration"] for one in now.json()["items"]] == ["b"]


async def test_the_page_saves_and_says_what_is_wrong(town: Town) -> None:
    page, session = "/notifications/wilhelmshaven/settings", {"sec-fetch-site": "same-origin"}
    fields = form_of((await town.coordinator.get(page)).text, "settings")
    wrong = await town.coordinator.post(
        page, data={**fields, "reminders": "bald", "from_address": "x"}, headers=session
    )
    assert wrong.status_code == 422
    assert 'class="summary"' in wrong.text
    saved = await town.coordinator.post(
        page,
        data={**fields, "reminders": "5, 2", "send_call": ["1", "2"], "from_address": "p@stadt.example", "do": "check"},
        headers=session,
    )
    assert (saved.status_code, saved.headers["location"]) == (303, page), saved.text
    shown = (await town.coordinator.get(page)).text
    assert '<div class="notice done" role="status">' in shown
    assert "Ihre Änderungen sind gespeichert, und wir haben im DNS" in shown
    assert 'role="status"' not in (await town.coordinator.get(page)).text, "it is said once"
    assert "noch nicht erwiesen" in shown
    fields = form_of(shown, "settings")
    assert fields["send_call"] == ["1", "2"]
    never = await town.coordinator.post(page, data={**fields, "send_call": []}, headers=session)
    assert '<p class="error" id="error-send_call">Bitte kreuzen Sie mindestens einen Tag an.' in never.text
    for entry, entered, remedy in (
        ("send_email", [], "Bitte kreuzen Sie mindestens einen Tag an."),
        ("quiet_until", "", "Bitte schreiben Sie eine Uhrzeit, zum Beispiel 20:00."),
        ("smtp_url", "mail.example", "Bitte schreiben Sie smtps://host:port oder smtp+starttls://host:port."),
    ):
        refused = await town.coordinator.post(
            page, data={**fields, "quiet_from": "20:00", entry: entered}, headers=session
        )
        assert f'<p class="error" id="error-{entry}">{remedy}</p>' in refused.text
    assert "_dmarc.stadt.example" in shown
    assert (await town.coordinator.get(URL)).json()["reminders"] == [{"days_before": 5}, {"days_before": 2}]


async def test_a_forged_cookie_shows_no_message_on_the_page(town: Town) -> None:
    page = "/notifications/wilhelmshaven/settings"
    for forged in ("%3Cb%3EIhr%20Konto%20ist%20gesperrt%3C/b%3E", "Call%20this%20number", "%FF"):
        shown = await town.coordinator.get(page, headers={"cookie": f"wk_done={forged}"})
        assert shown.status_code == 200
        assert 'role="status"' not in shown.text
        assert "Konto" not in shown.text
