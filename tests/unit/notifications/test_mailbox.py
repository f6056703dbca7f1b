"""The mailbox: whatever its server or a mail does, no mail is marked before it was taken, and none keeps the others out."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from chassis.operations.metrics import Metrics
from services.notifications.intake import mailbox as module
from services.notifications.intake.mail_handlers import MailRouter
from services.notifications.intake.mailbox import FAILURES, Mailbox, ServerRefuses
from services.notifications.metrics import NotificationMetrics
from services.notifications.returned.reading import MOST_BYTES
from tests.support.imap_server import Answer, ImapServer
from tests.support.waiting import until


class Handler:
    """Takes mail to `@here.example`."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, bytes]] = []
        self.too_early: set[str] = set()
        self.breaks_on: set[str] = set()

    def is_for(self, recipient: str) -> bool:
        return recipient.endswith("@here.example")

    async def refusal(self, recipient: str) -> str | None:
        return "450 not yet" if recipient in self.too_early else None

    async def receive(self, recipient: str, sender: str, content: bytes) -> str:
        if recipient in self.breaks_on:
            raise RecursionError
        self.taken.append((recipient, content))
        return "250 taken"

    @property
    def recipients(self) -> list[str]:
        return [recipient for recipient, _ in self.taken]


class Ours:
    async def hold(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ANSWERS_WITHIN", 1.5)  # a busy machine is no silent server


def mail(to: str, size: int = 10) -> bytes:
    return f"Delivered-To: {to}\r\nFrom: olena@example.org\r\nSubject: x\r\n\r\n".encode() + b"x" * size


def mailbox(server: ImapServer, handler: Handler, url: str | None = None) -> Mailbox:
    metrics = Metrics("notifications")
    return Mailbox(MailRouter([handler]), url or server.url(), Ours(), metrics, NotificationMetrics(metrics))


async def test_all_unseen_mails_are_taken_in_one_look_and_none_twice() -> None:
    handler = Handler()
    async with ImapServer([mail(f"m{number}@here.example") for number in range(120)]).listening() as server:
        box = mailbox(server, handler)
        assert (await box.poll(), await box.poll()) == (120, 0)
    assert handler.recipients == [f"m{number}@here.example" for number in range(120)]


async def test_what_nothing_here_is_for_is_flagged_for_a_person() -> None:
    async with ImapServer([mail("else@example.org"), mail("a@here.example")]).listening() as server:
        await mailbox(server, Handler()).poll()
    assert (server.flagged(b"\\Seen"), server.flagged(b"\\Flagged")) == ({1, 2}, {1})


@pytest.mark.parametrize("header", ["To", "From"])
async def test_a_crafted_header_does_not_keep_a_mail_from_being_looked_at(header: str) -> None:
    crafted = f"{header}: {'(' * 1_900}\r\n".encode() + mail("a@here.example").replace(b"Delivered-To", b"Cc")
    handler = Handler()
    async with ImapServer([crafted]).listening() as server:
        await mailbox(server, handler).poll()
    assert handler.recipients == ["a@here.example"]


async def test_of_a_large_mail_the_beginning_is_taken() -> None:
    handler = Handler()
    async with ImapServer([mail("a@here.example", size=MOST_BYTES + 5)]).listening() as server:
        await mailbox(server, handler).poll()
    assert [len(content) for _, content in handler.taken] == [MOST_BYTES]


async def test_a_mail_to_two_inboxes_reaches_both() -> None:
    handler = Handler()
    both = b"To: a@here.example, B@here.example, c@example.org\r\nSubject: x\r\n\r\nx"
    async with ImapServer([both]).listening() as server:
        await mailbox(server, handler).poll()
    assert handler.recipients == ["a@here.example", "b@here.example"]


async def test_a_mail_that_comes_too_early_waits_and_is_left_to_a_person_after_days() -> None:
    handler = Handler()
    handler.too_early = {"a@here.example"}
    async with ImapServer([mail("a@here.example")]).listening() as server:
        box, now = mailbox(server, handler), datetime.now(UTC)
        server.arrived = f"{now:%d-%b-%Y %H:%M:%S %z}".encode()
        assert await box.poll() == 1
        assert server.flags == {}
        server.arrived = f"{now - timedelta(days=6):%d-%b-%Y %H:%M:%S %z}".encode()
        await box.poll()
    assert server.flags == {1: {b"\\Seen", b"\\Flagged"}}


async def test_a_mail_that_breaks_its_handler_stays_unseen_and_the_others_are_taken() -> None:
    handler = Handler()
    handler.breaks_on = {"a@here.example"}
    async with ImapServer([mail("a@here.example"), mail("b@here.example")]).listening() as server:
        await mailbox(server, handler).poll()
    assert handler.recipients == ["b@here.example"]
    assert server.flagged(b"\\Seen") == {2}


@pytest.mark.parametrize("answer", [b"NO [SERVERBUG] internal error", b"BAD what?", "silence", "half"])
async def test_whatever_the_server_does_a_mail_is_not_lost(answer: Answer) -> None:
    """Nothing is marked that was not taken, no connection stays open, and the next look takes what is left."""
    commands = ("LOGIN", "SELECT", "UID SEARCH", "UID FETCH", "UID STORE", "LOGOUT")
    await asyncio.gather(*(no_mail_is_lost(command, answer) for command in commands))


async def no_mail_is_lost(command: str, answer: Answer) -> None:
    handler = Handler()
    async with ImapServer([mail("a@here.example"), mail("b@here.example")]).listening() as server:
        box = mailbox(server, handler)
        server.answers = lambda asked: answer if asked.startswith(command.encode()) else None
        with suppress(*FAILURES):
            await box.poll()
        assert len(server.flagged(b"\\Seen")) <= len(handler.taken), command
        server.answers = lambda asked: None
        await box.poll()

        async def closed() -> bool:
            return server.open == 0

        await until(closed, f"the connection being closed after {command}")
        assert set(handler.recipients) == {"a@here.example", "b@here.example"}, command
        assert server.flags == {1: {b"\\Seen"}, 2: {b"\\Seen"}}, command


async def test_a_mail_at_which_the_server_hangs_comes_last_at_the_next_look() -> None:
    handler = Handler()
    async with ImapServer([mail("a@here.example"), mail("b@here.example")]).listening() as server:
        server.answers = lambda asked: "silence" if asked.startswith(b"UID FETCH 1 ") else None
        box = mailbox(server, handler)
        for _ in range(2):
            with pytest.raises(FAILURES):
                await box.poll()
    assert handler.recipients == ["b@here.example"]


async def test_a_refused_login_is_told_in_the_words_of_the_server() -> None:
    async with ImapServer([]).listening() as server:
        with pytest.raises(ServerRefuses, match="not you"):
            await mailbox(server, Handler(), server.url(password="old")).poll()


async def test_folders_and_passwords_may_have_any_sign() -> None:
    handler = Handler()
    server = ImapServer([mail("a@here.example")], password=rb"a\"b\\ c", folder=b"Zur&APw-ck &- mehr")
    async with server.listening():
        url = server.url(password="a%22b%5C%20c", folder="Zur%C3%BCck%20%26%20mehr")
        assert await mailbox(server, handler, url).poll() == 1
