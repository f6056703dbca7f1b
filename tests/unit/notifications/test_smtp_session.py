"""Mails over kept sessions of mail servers that take commands in groups (RFC 2920) and of such that do not: each answer is told apart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.addresses import Address, address
from services.notifications.mail.compose import Mail
from services.notifications.mail.server import (
    GivenUp,
    MailRefused,
    MailServer,
    SenderRefused,
    ServerAway,
    ServerBusy,
    ServerSilent,
)
from services.notifications.mail.smtp_session import as_data
from tests.support.waiting import patience

CONTENT = b"Subject: x\r\n\r\n.\r\n..two\r\nend\r\n"


def mail(to: str = "b@x.example", content: bytes = CONTENT) -> Mail:
    return Mail(content, "a@x.example", address(to))


class Post:
    """An aiosmtpd server that keeps what it takes. Recipients, senders and contents named `4…@` or `5…@` are refused with such a code."""

    def __init__(self, *, groups: bool) -> None:
        self.groups = groups
        self.sessions: set[int] = set()
        self.taken: list[tuple[str, bytes]] = []

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, name: str, said: list[str]) -> list[str]:  # noqa: N802
        session.host_name = name
        self.sessions.add(id(session))
        return [said[0], *(["250-PIPELINING"] if self.groups else []), *said[1:]]

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, sender: str, options: Any) -> str:  # noqa: N802
        if sender.startswith("5"):
            return "550 5.7.1 not from there"
        envelope.mail_from = sender
        return "250 fine"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, to: str, options: Any) -> str:  # noqa: N802
        if to[0] in "45":
            return {"4": "452-4.2.2 the mailbox\r\n452 4.2.2 is full", "5": "550 5.1.1 nobody here"}[to[0]]
        envelope.rcpt_tos.append(to)
        return "250 fine"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if b"refuse" in envelope.content:
            return "554 5.6.0 not this"
        self.taken.append((envelope.rcpt_tos[0], envelope.content))
        return "250 kept"


@asynccontextmanager
async def at(post: Callable[[], asyncio.Protocol], connections: int = 1) -> AsyncIterator[MailServer]:
    """A way to a server with one connection, so that the mails share its session."""
    server = await asyncio.get_running_loop().create_server(post, "127.0.0.1", 0)
    mails = MailServer(f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}", connections=connections)
    try:
        async with patience("the mail server"):
            yield mails
    finally:
        await mails.close()
        server.close()


@pytest.fixture(params=[True, False], ids=["groups", "one by one"])
def post(request: pytest.FixtureRequest) -> Post:
    return Post(groups=request.param)


async def test_mails_share_a_session_and_arrive_as_they_were(post: Post) -> None:
    async with at(lambda: SMTP(post)) as mails:
        for number in range(3):
            await mails.send(mail(f"p{number}@x.example"))
    assert post.taken == [(f"p{number}@x.example", CONTENT) for number in range(3)]
    assert len(post.sessions) == 1


@pytest.mark.parametrize(
    ("refused", "raised", "reason"),
    [
        (mail("4@x.example"), ServerAway, "452 4.2.2"),
        (mail("5@x.example"), MailRefused, "550 5.1.1"),
        (Mail(CONTENT, "5@x.example", address("b@x.example")), SenderRefused, "550 5.7.1"),
        (Mail(CONTENT, "5@x.example", address("4@x.example")), SenderRefused, "550 5.7.1"),
        (mail(content=b"Subject: refuse\r\n\r\n"), MailRefused, "554 5.6.0"),
    ],
    ids=["recipient later", "recipient", "sender", "sender and recipient", "content"],
)
async def test_what_is_refused_says_why_and_spoils_no_other_of_the_session(
    post: Post, refused: Mail, raised: type[ServerAway | MailRefused], reason: str
) -> None:
    async with at(lambda: SMTP(post)) as mails:
        await mails.send(mail("first@x.example"))
        with pytest.raises(raised) as error:
            await mails.send(refused)
        await mails.send(mail("last@x.example"))
    assert str(error.value) == reason
    assert [to for to, _ in post.taken] == ["first@x.example", "last@x.example"]
    assert len(post.sessions) == 1


async def test_a_mail_that_is_not_ours_any_more_does_not_go_out(post: Post) -> None:
    async with at(lambda: SMTP(post)) as mails:
        with pytest.raises(GivenUp):
            await mails.send(mail("given-up@x.example"), lambda: False)
        await mails.send(mail("ours@x.example"))
    assert [to for to, _ in post.taken] == ["ours@x.example"]


async def test_nothing_in_an_address_ends_a_command(post: Post) -> None:
    async with at(lambda: SMTP(post)) as mails:
        for wrong in ("b@x.example>\r\nDATA", "b@x.example\n", "<b@x.example>"):
            with pytest.raises(ValueError, match="end a command"):
                await mails.send(Mail(CONTENT, "a@x.example", Address(wrong, False)))
            with pytest.raises(ValueError, match="end a command"):
                await mails.send(Mail(CONTENT, wrong, address("b@x.example")))
    assert not post.taken


class Scripted(asyncio.Protocol):
    """Answers line by line with what stands in `script` for a verb; None hangs up. What it was told stands in `heard`."""

    GROUPS = b"250-here\r\n250 PIPELINING\r\n"

    def __init__(self, script: dict[bytes, list[bytes | None]], heard: list[bytes], byte_by_byte: bool = False) -> None:
        self._script, self._heard, self._byte_by_byte = script, heard, byte_by_byte
        self._unread, self._content = b"", False

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._heard.append(b"<new>")
        transport.write(b"220 here\r\n")

    def data_received(self, data: bytes) -> None:
        *lines, self._unread = (self._unread + data).split(b"\r\n")
        for line in lines:
            if self._content and line != b".":
                continue
            verb = line.split()[0].split(b":")[0]
            self._heard.append(verb)
            said = {b"EHLO": self.GROUPS, b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}.get(verb, b"250 OK\r\n")
            answer = self._script[verb].pop(0) if self._script.get(verb) else said
            if answer is None:
                return self._transport.close()  # type: ignore[no-any-return]
            self._content = answer.startswith(b"354")
            self._say(answer)

    def _say(self, words: bytes) -> None:
        if not self._byte_by_byte:
            return self._transport.write(words)  # type: ignore[no-any-return]
        for one in words:
            asyncio.get_running_loop().call_soon(self._transport.write, bytes([one]))


async def test_a_recipient_is_refused_by_a_server_that_waits_for_content_all_the_same() -> None:
    heard: list[bytes] = []
    script: dict[bytes, list[bytes | None]] = {
        b"RCPT": [b"550 5.1.1 nobody\r\n"],
        b".": [b"554 5.5.1 no recipient\r\n"],
    }
    async with at(lambda: Scripted(script, heard)) as mails:
        with pytest.raises(MailRefused, match=r"550 5\.1\.1"):
            await mails.send(mail())
        await mails.send(mail())
    mail_to_nobody, a_mail = [b"MAIL", b"RCPT", b"DATA", b"."], [b"MAIL", b"RCPT", b"DATA", b"."]
    assert heard == [b"<new>", b"EHLO", *mail_to_nobody, b"RSET", *a_mail, b"QUIT"]


@pytest.mark.parametrize("verb", [b"MAIL", b"RCPT", b"DATA", b"."])
async def test_a_connection_that_ends_in_the_middle_is_a_silent_server(verb: bytes) -> None:
    async with at(lambda: Scripted({verb: [None]}, [])) as mails:
        with pytest.raises(ServerSilent):
            await mails.send(mail())


@pytest.mark.parametrize("verb", [b"MAIL", b"RCPT", b"DATA", b"."])
async def test_a_session_that_ended_while_it_was_kept_is_replaced_at_once(verb: bytes) -> None:
    heard: list[bytes] = []
    script: dict[bytes, list[bytes | None]] = {verb: [{b"DATA": b"354 go on\r\n"}.get(verb, b"250 OK\r\n"), None]}
    async with at(lambda: Scripted(script, heard)) as mails:
        await mails.send(mail())
        await mails.send(mail())
    assert heard.count(b"<new>") == 2


@pytest.mark.parametrize("verb", [b"MAIL", b"RCPT", b"DATA", b"."])
async def test_a_server_that_closes_says_so(verb: bytes) -> None:
    heard: list[bytes] = []
    script: dict[bytes, list[bytes | None]] = {verb: [b"421 4.3.2 closing\r\n"]}
    async with at(lambda: Scripted(script, heard)) as mails:
        with pytest.raises(ServerAway, match=r"421 4\.3\.2") as error:
            await mails.send(mail())
        await mails.send(mail())
    assert type(error.value) is ServerBusy, "it answered"
    assert heard.count(b"<new>") == 2


async def test_a_server_that_does_not_answer_is_given_up_after_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.notifications.mail.smtp_session.TIMEOUT", 0.0)
    async with at(lambda: Scripted({b"MAIL": [b""]}, [])) as mails:
        with pytest.raises(ServerSilent, match="TimeoutError"):
            await mails.send(mail())


async def test_answers_may_come_in_pieces() -> None:
    heard: list[bytes] = []
    script: dict[bytes, list[bytes | None]] = {b"RCPT": [b"452-4.2.2 the mailbox\r\n452 4.2.2 is full\r\n"]}
    async with at(lambda: Scripted(script, heard, byte_by_byte=True)) as mails:
        with pytest.raises(ServerAway, match=r"452 4\.2\.2"):
            await mails.send(mail())
        await mails.send(mail())
    assert heard.count(b"<new>") == 1


@pytest.mark.parametrize(
    "words",
    [b"HTTP/1.1 400 Bad Request\r\n", b"250", b"2\r\n", b"\xff" * 10_000],
    ids=["web", "no end", "no code", "long"],
)
async def test_an_answer_that_is_no_smtp_ends_the_session(words: bytes) -> None:
    async with at(lambda: Scripted({b"MAIL": [words], b"RCPT": [None]}, [])) as mails:
        with pytest.raises(ServerSilent):
            await mails.send(mail())


@pytest.mark.parametrize(
    "words", [b"250 OK\r\n421 4.4.2 nothing said for long\r\n", b"250 OK\r\n" * 2], ids=["farewell", "twice"]
)
async def test_a_server_that_speaks_unasked_loses_its_session(words: bytes) -> None:
    """No mail takes the answer to another for its own."""
    heard: list[bytes] = []
    script: dict[bytes, list[bytes | None]] = {b".": [words]}
    async with at(lambda: Scripted(script, heard)) as mails:
        await mails.send(mail())
        await mails.send(mail())
    assert heard.count(b"<new>") == 2


LINES = st.lists(st.sampled_from([b".", b"..", b"a", b"\r\n", b"\n", b"\r", b"\r\n.\r\n", b"MAIL FROM:<x>"])).map(
    b"".join
)


@given(LINES | st.binary())
def test_content_has_one_end_and_arrives_as_it_was_with_the_line_ends_of_mail(content: bytes) -> None:
    sent = as_data(content)
    assert sent.endswith(b"\r\n.\r\n") or sent == b".\r\n"
    lines = sent.removesuffix(b".\r\n").split(b"\r\n")
    assert b"." not in lines
    assert not any(end in line for line in lines for end in (b"\r", b"\n"))
    arrived = b"\r\n".join(line.removeprefix(b".") for line in lines)
    written = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    assert arrived == written + (b"" if written.endswith(b"\r\n") else b"\r\n")
