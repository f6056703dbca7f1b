"""Settings of a municipality: secrets are write-only, its own sender is used while DNS proves it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import dkim
import pytest
from aiosmtpd.smtp import SMTP, AuthResult

from chassis.identity.tokens import LocalIssuer
from chassis.settings import Settings
from services.notifications.domain.german_time import BERLIN
from services.notifications.mail import circuit_breaker
from services.notifications.settings import sender_check
from tests.service.notifications.name_server import NameServer, name_server
from tests.service.notifications.towns import TENANT, Town, signed_in, town_on
from tests.support.page_forms import form_of

URL = "/notifications/v1/wilhelmshaven/settings"


@pytest.fixture
async def names() -> AsyncIterator[NameServer]:
    async with name_server() as found:
        yield found


@pytest.fixture
async def town(settings: Settings, names: NameServer) -> AsyncIterator[Town]:
    async with town_on(settings, dns_resolver=names.address, mail_from="Plattform <post@plattform.example>") as found:
        yield found


async def put(town: Town, **body: Any) -> Any:
    answer = await town.coordinator.put(URL, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def check(town: Town) -> Any:
    return (await town.coordinator.post(f"{URL}/sender/check")).json()["sender"]


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
    await town.gathering()

    async def sends(id: str) -> Any:
        town.service.definition.state["services"].settings.repository.invalidate(TENANT)
        await town.person(id)
        await town.owe(id, "confirmed")
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
    await town.gathering()
    await town.person("a")
    await town.owe("a", "confirmed")
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
    await town.gathering()
    for id, kind in (("a", "support-granted"), ("b", "registered")):
        await town.person(id, email=None, phone="04421 1234")
        await town.owe(id, kind)
    await town.run()
    assert [(await town.message(f"m-{id}"))["status"] for id in "ab"] == ["to_call", "to_call"]
    assert (await town.message("m-a"))["call_after"] > town.clock.time
    assert "call_after" not in await town.message("m-b"), "a confirmation"
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


async def test_a_server_of_ones_own_that_is_silent_is_left_alone_and_slows_nobody_else(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(circuit_breaker, "SHORTEST", 300.0)  # longer than this takes on any machine
    await put(town, from_address="rathaus@stadt.example", smtp={"url": "smtp://127.0.0.1:9"})  # nobody listens there
    await town.database["settings"].update_one({}, {"$set": {"sender_state": "delivering"}})
    town.clock.time += timedelta(minutes=10)
    await town.gathering()
    for id in "abc":
        await town.person(id)
        await town.owe(id, "confirmed")
    await town.run()
    found = [await town.message(f"m-{id}") for id in "abc"]
    assert [one["status"] for one in found] == ["pending"] * 3
    assert sorted(len(one["attempts"]) for one in found) == [0, 0, 1], "the others did not try it"
    assert all(one["retrying"] and one["due_at"] > town.clock.time for one in found)
    await put(town, smtp=None)
    town.clock.time += timedelta(minutes=10)
    await town.run()
    assert [(await town.message(f"m-{id}"))["status"] for id in "abc"] == ["sent"] * 3


@dataclass
class OwnServer:
    """A municipality's own mail server, which does what it is told; `commands` are refused with their answer."""

    login: bool = True
    commands: dict[str, str] = field(default_factory=dict)
    mails: list[Any] = field(default_factory=list)
    port: int = 0
    sessions: list[SMTP] = field(default_factory=list)
    listening: asyncio.Server | None = None

    async def start(self) -> None:
        def session() -> SMTP:
            self.sessions.append(
                SMTP(
                    self,
                    auth_require_tls=False,
                    authenticator=lambda *_: AuthResult(success=self.login, handled=False, auth_data=b""),
                )
            )
            return self.sessions[-1]

        self.listening = await asyncio.get_running_loop().create_server(session, "127.0.0.1", self.port)
        self.port = self.listening.sockets[0].getsockname()[1]

    def stop(self) -> None:
        if self.listening is not None:
            self.listening.close()
        for session in self.sessions:
            if session.transport is not None:
                session.transport.close()
        self.sessions.clear()

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        envelope.mail_from = address
        return self.commands.get("MAIL", "250 2.1.0 OK")

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        envelope.rcpt_tos.append(address)
        return self.commands.get("RCPT", "250 2.1.5 OK")

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(envelope)
        return "250 kept"


@pytest.fixture
async def own_server() -> AsyncIterator[OwnServer]:
    server = OwnServer()
    await server.start()
    yield server
    server.stop()


async def proven(town: Town, names: NameServer, own_server: OwnServer) -> Any:
    """The sender of a municipality that sends by its own server, with all that DNS has to say; as it is shown."""
    url = f"smtp://127.0.0.1:{own_server.port}"
    smtp = {"url": url, "username": "stadt", "password": "a password"}
    await put(town, from_address="post@stadt.example", from_name="Stadt am Meer", smtp=smtp)
    wanted = {one["record"]: one for one in (await check(town))["records"]}
    names.records = {
        "stadt.example": ["v=spf1 ~all"],
        wanted["dkim"]["name"]: [wanted["dkim"]["expected"]],
        "_dmarc.stadt.example": ["v=DMARC1; p=reject"],
    }
    return await check(town)


async def breaks_login(own_server: OwnServer) -> None:
    own_server.login = False
    own_server.stop()
    await own_server.start()


async def breaks_sender(own_server: OwnServer) -> None:
    own_server.commands["MAIL"] = "553 5.7.1 not an address of yours"


async def breaks_relaying(own_server: OwnServer) -> None:
    own_server.commands["RCPT"] = "554 5.7.1 relay access denied"


async def falls_silent(own_server: OwnServer) -> None:
    own_server.stop()


async def is_busy(own_server: OwnServer) -> None:
    own_server.commands["MAIL"] = "451 4.3.0 later"


@pytest.mark.parametrize(
    ("breaks", "tries", "words"),
    [
        (breaks_login, 1, "nimmt den Benutzernamen oder das Passwort nicht an"),
        (breaks_sender, 1, "lässt diese Adresse nicht senden (553 5.7.1)"),
        (breaks_relaying, 1, "lässt diese Adresse nicht senden (554 5.7.1)"),
        (falls_silent, 3, "Ihr Mailserver antwortet nicht"),
        (is_busy, 3, "nimmt im Moment nichts an (451 4.3.0)"),
    ],
)
async def test_the_platform_stands_in_for_an_own_server_that_fails_and_steps_back_when_it_answers(
    town: Town,
    names: NameServer,
    own_server: OwnServer,
    monkeypatch: pytest.MonkeyPatch,
    breaks: Callable[[OwnServer], Awaitable[None]],
    tries: int,
    words: str,
) -> None:
    monkeypatch.setattr(circuit_breaker, "SHORTEST", 0.0)
    assert (await proven(town, names, own_server))["state"] == "delivering"
    await town.gathering()

    async def sends(id: str) -> None:
        await town.person(id)
        await town.owe(id, "confirmed")
        await town.run()

    await sends("a")
    assert [one.rcpt_tos for one in own_server.mails] == [["a@example.org"]]
    await breaks(own_server)
    for attempt in range(tries):
        assert town.sink.mails == []
        assert (await town.coordinator.get(URL)).json()["sender"]["state"] == "delivering", attempt
        await (sends("b") if attempt == 0 else town.run())
        town.clock.time += timedelta(minutes=1)
    shown = (await town.coordinator.get(URL)).json()["sender"]
    assert (shown["state"], bool(shown["server_failure"])) == ("failing", True)
    await town.run()
    assert town.sink.mails[-1]["From"].addresses[0].addr_spec == "post@plattform.example"
    assert town.sink.mails[-1]["From"].addresses[0].display_name == "Stadt am Meer – Plattform"
    assert (await town.message("m-b"))["status"] == "sent"
    assert await town.database["returned_mails"].count_documents({}) == 0, "nobody's address is to blame"
    page = (await town.coordinator.get(PAGE, headers={"Accept-Language": "de"})).text
    assert words in page
    assert "wieder versucht, und sofort, wenn Sie speichern" in page

    own_server.login, own_server.commands = True, {}
    own_server.stop()
    await own_server.start()
    town.clock.time += timedelta(minutes=30)
    await town.run("check-senders")
    shown = (await town.coordinator.get(URL)).json()["sender"]
    assert (shown["state"], shown["server_failure"]) == ("delivering", "")
    await sends("c")
    assert [one.rcpt_tos for one in own_server.mails] == [["a@example.org"], ["c@example.org"]]


async def test_a_server_that_refuses_the_login_is_never_given_a_mail_of_residents(
    town: Town, names: NameServer, own_server: OwnServer
) -> None:
    own_server.login = False
    shown = await proven(town, names, own_server)
    assert (shown["state"], shown["server_failure"]) == ("unproven", "SMTPAuthenticationError")
    assert all(one["ok"] for one in shown["records"])
    await town.gathering()
    await town.person("a")
    await town.owe("a", "confirmed")
    await town.run()
    assert town.sink.mails[-1]["From"].addresses[0].addr_spec == "post@plattform.example"


async def test_a_recipient_whom_an_own_server_does_not_know_comes_back_and_leaves_the_server_in_use(
    town: Town, names: NameServer, own_server: OwnServer
) -> None:
    await proven(town, names, own_server)
    own_server.commands["RCPT"] = "550 5.1.1 no such mailbox"
    await town.gathering()
    await town.person("a")
    await town.owe("a", "confirmed")
    await town.run()
    assert (await town.database["returned_mails"].find_one({}))["reason"] == "no-mailbox"
    assert (await check(town))["state"] == "delivering"


async def test_what_is_saved_again_unchanged_stays_proven(town: Town, names: NameServer, own_server: OwnServer) -> None:
    await proven(town, names, own_server)
    session = {"sec-fetch-site": "same-origin"}
    fields = form_of((await town.coordinator.get(PAGE)).text, "settings")
    saved = await town.coordinator.post(PAGE, data={**fields, "signature_de": "Ihre Stadt"}, headers=session)
    assert saved.status_code == 303
    shown = (await town.coordinator.get(URL)).json()
    assert (shown["sender"]["state"], shown["signature"]) == ("delivering", {"de": "Ihre Stadt"})


PAGE = "/notifications/wilhelmshaven/settings"


async def colleague(town: Town, id: str, email: str, *, invited: bool) -> None:
    """Somebody who works here; `invited`: under the key of their address, as everybody after the first coordinator is."""
    contact = {"_id": id, "tenant": TENANT, "name": "Karla", "language": "de", "email": email}
    await town.database["contacts"].insert_one(contact)
    key = town.service.context.secrets.email_key(email) if invited else None
    await town.database["coordinators"].insert_one({"_id": id, "tenant": TENANT, "key": key})


async def press_test(town: Town, email: str | None) -> Any:
    headers = signed_in(town, email)
    fields = form_of((await town.coordinator.get(PAGE, headers=headers)).text, "settings/test")
    answer = await town.coordinator.post(f"{PAGE}/test", data=fields, headers=headers)
    if answer.status_code == 303:
        cookies = f"{headers['Cookie']}; {answer.headers['set-cookie'].partition(';')[0]}"
        return await town.coordinator.get(PAGE, headers={**headers, "Cookie": cookies})
    return answer


@pytest.mark.parametrize("invited", [True, False])
async def test_a_coordinator_sends_a_test_mail_to_themselves_from_a_sender_that_is_not_proven_yet(
    town: Town, invited: bool
) -> None:
    await colleague(town, "first", "first@stadt.example", invited=False)
    await colleague(town, "karla", "karla@stadt.example", invited=invited)
    assert "from_address" in (await put(town, from_name="Stadt am Meer"))
    shown = await press_test(town, "karla@stadt.example")
    assert "Eine Test-E-Mail ist zu Ihnen unterwegs." in shown.text
    assert town.sink.envelopes[-1].rcpt_tos == ["karla@stadt.example"]
    assert town.sink.mails[-1]["From"].addresses[0].addr_spec == "post@plattform.example"
    await put(town, from_address="post@stadt.example")
    await press_test(town, "karla@stadt.example")
    mail = town.sink.mails[-1]
    assert (mail["From"].addresses[0].addr_spec, mail["Subject"]) == ("post@stadt.example", "Test des Absenders")
    assert "DKIM-Signature" in mail
    assert (await town.coordinator.get(URL)).json()["sender"]["state"] == "unproven", "a test proves nothing"


async def test_a_test_mail_goes_to_nobody_but_who_is_signed_in(town: Town) -> None:
    await colleague(town, "karla", "karla@stadt.example", invited=True)
    for stranger in ("other@stadt.example", None):
        refused = await press_test(town, stranger)
        assert refused.status_code == 422
        assert "Ihre E-Mail-Adresse ist hier nicht bekannt." in refused.text
    told = await town.coordinator.post(f"{URL}/sender/test")
    assert (told.status_code, told.json()["type"].rpartition(":")[2]) == (409, "no-address")
    assert town.sink.mails == []


@pytest.mark.parametrize(
    ("smtp", "answer", "words"),
    [
        ({"url": "smtp://127.0.0.1:9"}, "", "Der Mailserver antwortet nicht."),
        ({"url": "smtps://{port}"}, "", "Das Zertifikat des Mailservers ist nicht gültig."),
        ({"url": "smtp+starttls://{port}"}, "", "bietet an diesem Port keine Verschlüsselung an"),
        ({"url": "smtp://{port}"}, "452 4.3.1 full", "nimmt im Moment nichts an (452 4.3.1)"),
        ({"url": "smtp://{port}"}, "550 5.7.1 not from here", "lehnt sie ab (550 5.7.1)"),
    ],
    ids=["nobody listens", "no TLS", "no STARTTLS", "full", "refused"],
)
async def test_why_a_test_mail_did_not_go_out_is_said_in_words(
    town: Town, smtp: dict[str, str], answer: str, words: str
) -> None:
    await colleague(town, "karla", "karla@stadt.example", invited=True)
    here = town.service.context.settings.smtp_url.partition("://")[2]
    town.sink.answers = [answer] if answer else []
    await put(town, from_address="post@stadt.example", smtp={"url": smtp["url"].format(port=here)})
    refused = await press_test(town, "karla@stadt.example")
    assert refused.status_code == 422
    assert words in refused.text
    assert town.sink.mails == []
    assert 'value="post@stadt.example"' in refused.text, "the form still shows what is saved"
    fields = form_of(refused.text, "settings")
    headers = signed_in(town, "karla@stadt.example")
    saved = await town.coordinator.post(PAGE, data={**fields, "from_name": "Amt"}, headers=headers)
    assert saved.status_code == 303, saved.text


async def test_a_wrong_password_is_named(town: Town) -> None:
    await colleague(town, "karla", "karla@stadt.example", invited=True)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(
            town.sink, auth_require_tls=False, authenticator=lambda *_: AuthResult(success=False, handled=False)
        ),
        "127.0.0.1",
        0,
    )
    url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        smtp = {"url": url, "username": "stadt", "password": "wrong"}
        await put(town, from_address="post@stadt.example", smtp=smtp)
        refused = await press_test(town, "karla@stadt.example")
    finally:
        server.close()
    assert "nimmt den Benutzernamen oder das Passwort nicht an" in refused.text
    assert "wrong" not in refused.text
