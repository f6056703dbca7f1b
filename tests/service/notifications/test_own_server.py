"""A mail server of a municipality's own: the platform sends instead while it fails, and it slows nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult

from services.notifications.mail import circuit_breaker
from tests.service.notifications import own_sender
from tests.service.notifications.name_server import NameServer
from tests.service.notifications.own_sender import PAGE, URL, check, put
from tests.service.notifications.towns import Town
from tests.support.page_forms import form_of

names, town = own_sender.names, own_sender.town  # fixtures for this file


async def test_a_server_of_ones_own_that_is_silent_is_left_alone_and_slows_nobody_else(
    town: Town, names: NameServer, own_server: OwnServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(circuit_breaker, "SHORTEST", 300.0)  # longer than this takes on any machine
    assert (await proven(town, names, own_server))["state"] == "delivering"
    own_server.stop()
    town.clock.time += timedelta(minutes=10)
    await town.add_gathering()
    for id in "abc":
        await town.add_person(id)
        await town.enqueue_message(id, "confirmed")
    await town.run()
    found = [await town.get_message(f"m-{id}") for id in "abc"]
    assert [one["status"] for one in found] == ["pending"] * 3
    assert sorted(len(one["attempts"]) for one in found) == [0, 0, 1], "the others did not try it"
    assert all(one["retrying"] and one["due_at"] > town.clock.time for one in found)
    await put(town, smtp=None)
    town.clock.time += timedelta(minutes=10)
    await town.run()
    assert [(await town.get_message(f"m-{id}"))["status"] for id in "abc"] == ["sent"] * 3


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
        return self.commands.get(f"RCPT {address}") or self.commands.get("RCPT", "250 2.1.5 OK")

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


async def is_disabled(own_server: OwnServer) -> None:
    own_server.commands["RCPT"] = "550 5.7.13 account disabled"


async def falls_silent(own_server: OwnServer) -> None:
    own_server.stop()


async def is_busy(own_server: OwnServer) -> None:
    own_server.commands["MAIL"] = "451 4.3.0 later"


@pytest.mark.parametrize(
    ("breaks", "tries", "words"),
    [
        (breaks_login, 1, "nimmt den Benutzernamen oder das Passwort nicht an"),
        (breaks_sender, 1, "lässt diese Adresse nicht senden (553 5.7.1)"),
        (is_disabled, 1, "lässt diese Adresse nicht senden (550 5.7.13)"),
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
    await town.add_gathering()

    async def sends(id: str) -> None:
        await town.add_person(id)
        await town.enqueue_message(id, "confirmed")
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
    assert (await town.get_message("m-b"))["status"] == "sent"
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


async def senders_of_mails(town: Town, *ids: str) -> list[str]:
    """From whose address each of these people is written to: their own municipality's server takes it, or the platform's."""
    for id in ids:
        await town.add_person(id)
        await town.enqueue_message(id, "confirmed")
        await town.run()
        await town.run()
    assert [(await town.get_message(f"m-{id}"))["status"] for id in ids] == ["sent"] * len(ids)
    by_platform = {one["To"].addresses[0].addr_spec: one["From"].addresses[0].addr_spec for one in town.sink.mails}
    return [by_platform.get(f"{id}@example.org", "own") for id in ids]


async def test_a_recipient_whom_a_policy_refuses_is_written_to_by_the_platform_and_leaves_the_server_in_use(
    town: Town, names: NameServer, own_server: OwnServer
) -> None:
    await proven(town, names, own_server)
    await town.add_gathering()
    for id in "bcdf":
        own_server.commands[f"RCPT {id}@example.org"] = "550 5.7.1 recipient rejected by policy"
    platform = "post@plattform.example"
    assert await senders_of_mails(town, "a", "b", "c", "e") == ["own", platform, platform, "own"]
    assert (await town.coordinator.get(URL)).json()["sender"]["state"] == "delivering"
    assert await town.database["returned_mails"].count_documents({}) == 0, "their mailboxes are not to blame"
    attempts = (await town.get_message("m-b"))["attempts"]
    assert [(one["outcome"], one.get("detail", "")) for one in attempts] == [
        ("own server refused", "550 5.7.1"),
        ("sent", ""),
    ]
    shown = await town.coordinator.get("/notifications/wilhelmshaven/messages/m-b?lang=de")
    assert "Ihr eigener Mailserver hat sie nicht angenommen; sie geht über den der Plattform" in shown.text
    assert await senders_of_mails(town, "d", "f") == [platform, platform]
    assert (await town.coordinator.get(URL)).json()["sender"]["state"] == "delivering", "others were taken between"


@pytest.mark.parametrize("answer", ["554 5.7.1 relay access denied", "550 relay not permitted"])
async def test_a_server_that_refuses_different_recipients_in_a_row_lets_nobody_be_written_to(
    town: Town, names: NameServer, own_server: OwnServer, answer: str
) -> None:
    await proven(town, names, own_server)
    await town.add_gathering()
    own_server.commands["RCPT"] = answer
    await senders_of_mails(town, "a", "b")
    shown = (await town.coordinator.get(URL)).json()["sender"]
    assert shown["state"] == "delivering"
    await town.add_person("c")
    await town.enqueue_message("c", "confirmed")
    await town.run()
    shown = (await town.coordinator.get(URL)).json()["sender"]
    assert (shown["state"], answer.startswith(shown["server_failure"])) == ("failing", True)
    assert await town.database["returned_mails"].count_documents({}) == 0
    assert (await check(town))["state"] == "failing", "it is asked about an address of the platform's"


async def test_a_server_that_refuses_the_login_is_never_given_a_mail_of_residents(
    town: Town, names: NameServer, own_server: OwnServer
) -> None:
    own_server.login = False
    shown = await proven(town, names, own_server)
    assert (shown["state"], shown["server_failure"]) == ("unproven", "SMTPAuthenticationError")
    assert all(one["ok"] for one in shown["records"])
    await town.add_gathering()
    await town.add_person("a")
    await town.enqueue_message("a", "confirmed")
    await town.run()
    assert town.sink.mails[-1]["From"].addresses[0].addr_spec == "post@plattform.example"


async def test_a_recipient_whom_an_own_server_does_not_know_comes_back_and_leaves_the_server_in_use(
    town: Town, names: NameServer, own_server: OwnServer
) -> None:
    await proven(town, names, own_server)
    own_server.commands["RCPT"] = "550 5.1.1 no such mailbox"
    await town.add_gathering()
    await town.add_person("a")
    await town.enqueue_message("a", "confirmed")
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
