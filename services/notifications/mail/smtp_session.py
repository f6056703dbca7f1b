"""An SMTP session: mails one after the other over a connection that is already greeted, encrypted and logged in to.

aiosmtplib opens the connection and waits for an answer to each command. From there on the commands of a mail go out in one write where
the server takes them so (PIPELINING, RFC 2920): two round trips a mail instead of four, and half as often woken up.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable
from typing import Literal, NamedTuple

from services.notifications.mail.compose import Mail

TIMEOUT = 20.0
"""Seconds for one answer."""
LONGEST_LINE = 8192
TAKEN, READY = (250, 251), 354
CLOSES = 421
"""It is about to close, and answers no more."""
_NOT_IN_A_COMMAND = re.compile(r"[\x00-\x20\x7f<>]")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_LAST_LINE = re.compile(rb"(\d{3})(?: (\d\.\d{1,3}\.\d{1,3})\b)?(?: |$)")


class Answer(NamedTuple):
    """An answer of the server without its words, which may hold addresses: its code and enhanced status (RFC 3463)."""

    code: int
    status: str

    def __str__(self) -> str:
        return f"{self.code} {self.status}".strip()


Command = Literal["MAIL", "RCPT", "DATA", "RSET", "QUIT"]


class Refused(Exception):
    """The server does not take this mail now, or not at all; the session goes on after `reset`. `command`: what it answered so."""

    def __init__(self, answer: Answer, command: Command) -> None:
        super().__init__(str(answer))
        self.answer = answer
        self.command = command


class SmtpSession(asyncio.Protocol):
    """Takes over a transport. What fails raises ConnectionError where the connection ended, TimeoutError where no answer came."""

    def __init__(self, transport: asyncio.Transport, *, pipelining: bool, smtputf8: bool) -> None:
        self._transport = transport
        self._pipelining = pipelining
        self.smtputf8 = smtputf8
        self.carried = 0
        """Mails that the server took."""
        self._unread = b""
        self._answers: deque[Answer] = deque()
        self._outstanding = 0
        self._wanted = 1
        """Answers that are waited for together."""
        self._answered: asyncio.Future[None] | None = None
        self._too_late: asyncio.TimerHandle
        transport.set_protocol(self)

    @property
    def is_open(self) -> bool:
        return not self._transport.is_closing()

    async def send(self, mail: Mail, still_ours: Callable[[], bool]) -> bool:
        """Hand over one mail; whether it was still ours to send when the server was ready for its content.

        Raises: Refused, ConnectionError, TimeoutError.
        """
        options, encoding = (" SMTPUTF8 BODY=8BITMIME", "utf-8") if mail.needs_smtputf8 else ("", "ascii")
        envelope = (
            f"MAIL FROM:<{_checked(mail.sender)}>{options}\r\n".encode(encoding),
            f"RCPT TO:<{_checked(mail.recipient.wire)}>\r\n".encode(encoding),
        )
        if self._pipelining:
            self._write(b"".join((*envelope, b"DATA\r\n")), 3)
            of_mail, of_rcpt, of_data = (
                await self._next_answer("MAIL", 3),
                await self._next_answer("RCPT"),
                await self._next_answer("DATA"),
            )
            taken = of_mail.code in TAKEN and of_rcpt.code in TAKEN
            if not taken and of_data.code == READY:
                await self._command(b".\r\n", "DATA")  # it waits for the content of a mail that has no recipient
            if of_mail.code not in TAKEN:
                raise Refused(of_mail, "MAIL")
            if of_rcpt.code not in TAKEN:
                raise Refused(of_rcpt, "RCPT")
            if of_data.code != READY:
                raise Refused(of_data, "DATA")
            if not still_ours():
                self.close()  # a mail without its end is no mail
                return False
        else:
            await self._expect(envelope[0], "MAIL", *TAKEN)
            await self._expect(envelope[1], "RCPT", *TAKEN)
            if not still_ours():
                await self.reset()
                return False
            await self._expect(b"DATA\r\n", "DATA", READY)
        await self._expect(as_data(mail.content), "DATA", 250)
        self.carried += 1
        return True

    async def offer(self, sender: str, recipient: str) -> None:
        """Ask whether a mail of this sender would be taken, and hand over none. Raises: Refused, ConnectionError, TimeoutError."""
        await self._expect(f"MAIL FROM:<{_checked(sender)}>\r\n".encode("ascii"), "MAIL", *TAKEN)
        await self._expect(f"RCPT TO:<{_checked(recipient)}>\r\n".encode("ascii"), "RCPT", *TAKEN)

    async def reset(self) -> None:
        """Reset the session, so that what was refused does not affect the next mail. Raises: Refused, ConnectionError, TimeoutError."""
        if (await self._command(b"RSET\r\n", "RSET")).code != 250:
            self.close()

    async def quit(self) -> None:
        """Send QUIT and close the connection. Raises: Refused, ConnectionError, TimeoutError."""
        await self._command(b"QUIT\r\n", "QUIT")
        self.close()

    def close(self) -> None:
        """Close the connection without QUIT."""
        self._transport.close()

    async def _expect(self, line: bytes, command: Command, *codes: int) -> None:
        answer = await self._command(line, command)
        if answer.code not in codes:
            raise Refused(answer, command)

    async def _command(self, line: bytes, command: Command) -> Answer:
        self._write(line, 1)
        return await self._next_answer(command)

    def _write(self, line: bytes, answers: int) -> None:
        if not self.is_open:
            raise ConnectionResetError
        self._outstanding += answers
        self._transport.write(line)

    async def _next_answer(self, command: Command, together: int = 1) -> Answer:
        """The next answer, in the order of the commands, when so many are there: servers send each by itself, and to be woken costs more
        than to read."""
        self._wanted = together
        if not self._is_answered:
            if not self.is_open:
                raise ConnectionResetError
            self._answered = answered = asyncio.get_running_loop().create_future()
            self._start_timeout(len(self._answers))
            try:
                await answered
            finally:
                self._too_late.cancel()
        answer = self._answers.popleft()
        if answer.code == CLOSES:
            self.close()
            raise Refused(answer, command)
        return answer

    @property
    def _is_answered(self) -> bool:
        return len(self._answers) >= self._wanted or any(answer.code == CLOSES for answer in self._answers)

    def _start_timeout(self, answered: int) -> None:
        """Give up when no answer comes for `TIMEOUT`; `asyncio.timeout` costs three times as much."""
        self._too_late = asyncio.get_running_loop().call_later(TIMEOUT, self._check_timeout, answered)

    def _check_timeout(self, answered: int) -> None:
        if len(self._answers) > answered:
            self._start_timeout(len(self._answers))
        else:
            self._wake(TimeoutError())

    def data_received(self, data: bytes) -> None:
        *lines, self._unread = (self._unread + data).split(b"\n")
        for line in lines:
            if line[3:4] == b"-":
                continue
            last_line = _LAST_LINE.match(line.rstrip())
            if last_line is None or not self._outstanding:  # no SMTP, or said without being asked: then it takes leave
                self.close()
                break
            self._outstanding -= 1
            self._answers.append(Answer(int(last_line[1]), (last_line[2] or b"").decode()))
        if len(self._unread) > LONGEST_LINE:
            self.close()
        if self._is_answered:
            self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wake(ConnectionResetError())

    def _wake(self, error: Exception | None = None) -> None:
        waiting, self._answered = self._answered, None
        if waiting is None or waiting.done():
            return
        if error is None:
            waiting.set_result(None)
        else:
            waiting.set_exception(error)


def _checked(address: str) -> str:
    """An address as part of a command, which nothing in it may end. Raises: ValueError."""
    if _NOT_IN_A_COMMAND.search(address):
        raise ValueError("an address with signs that end a command")
    return address


def as_data(content: bytes) -> bytes:
    """A mail as the content of DATA: each line ends with CR LF, and a dot at its beginning is doubled (RFC 5321, 4.5.2)."""
    if not content.count(b"\r\n") == content.count(b"\n") == content.count(b"\r"):
        content = _LINE_END.sub(b"\r\n", content)
    end = b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n"
    return (b"\r\n" + content).replace(b"\r\n.", b"\r\n..")[2:] + end
