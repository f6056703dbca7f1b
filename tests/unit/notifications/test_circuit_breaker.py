"""A municipality's own mail server that does not answer is left alone for a while."""

from __future__ import annotations

import asyncio

import pytest

from services.notifications.domain.addresses import Address
from services.notifications.mail.circuit_breaker import LONGEST, SHORTEST, CircuitBreaker
from services.notifications.mail.compose import Mail
from services.notifications.mail.server import MailServer, ServerRests, ServerSilent


class Hand:
    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


def test_each_failure_in_a_row_doubles_the_rest_up_to_a_limit_and_an_answer_ends_it() -> None:
    clock = Hand()
    rest, rests = CircuitBreaker(clock), []
    for _ in range(12):
        assert rest.acquire() == 0.0
        rest.release(False)
        rests.append(rest.acquire())
        clock.time += rests[-1]
    assert rests[:4] == [SHORTEST, 2 * SHORTEST, 4 * SHORTEST, 8 * SHORTEST]
    assert rests[-1] == LONGEST
    assert rest.acquire() == 0.0
    rest.release(True)
    assert [rest.acquire(), rest.acquire()] == [0.0, 0.0]


def test_after_the_rest_a_single_mail_tries_the_server() -> None:
    clock = Hand()
    rest = CircuitBreaker(clock)
    for _ in range(8):
        assert rest.acquire() == 0.0
    for _ in range(8):
        rest.release(False)
    assert rest.acquire() == SHORTEST, "eight at the same moment are one failure"
    clock.time += SHORTEST
    assert [rest.acquire(), rest.acquire()] == [0.0, SHORTEST]
    rest.release(None)  # it was interrupted: the next one tries
    assert rest.acquire() == 0.0


async def test_mails_that_wait_for_a_session_are_given_up_once_the_server_is_found_silent() -> None:
    taken = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        taken.set()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    mails = MailServer(f"smtp://127.0.0.1:{port}", connections=2, rest=CircuitBreaker(Hand()))
    mail = Mail(b"Subject: x\r\n\r\nx", "a@example.org", Address("b@example.org", False))
    found = await asyncio.gather(*(mails.send(mail) for _ in range(20)), return_exceptions=True)
    server.close()
    assert taken.is_set()
    assert {type(one) for one in found} == {ServerSilent, ServerRests}
    assert sum(type(one) is ServerSilent for one in found) <= 2
    with pytest.raises(ServerRests):
        await mails.send(mail)
