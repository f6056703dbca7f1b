"""Why something did not go out is said in words, whatever fault it was."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import aiosmtplib
import httpx
import pytest

from services.notifications.mail.server import NO_HOST
from services.notifications.net.failures_staff import ANSWERED, NO_ANSWER, NO_LOGIN, NOT_REACHED, failure_words
from services.notifications.net.hosts import PRIVATE, UNKNOWN


def kinds(fault: type[BaseException]) -> Iterator[type[BaseException]]:
    yield fault
    for kind in fault.__subclasses__():
        yield from kinds(kind)


FAULTS = sorted(
    {
        one.__name__
        for fault in (httpx.HTTPError, aiosmtplib.SMTPException, ConnectionError, ssl.SSLError)
        for one in kinds(fault)
    }
    | {"OSError", "TimeoutError", "gaierror", NO_HOST, UNKNOWN, PRIVATE, "the endpoint is gone"}
)


@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_is_told_by_its_name(fault: str) -> None:
    assert failure_words(fault) != ANSWERED


def test_what_was_answered_is_told_and_faults_are_told_apart() -> None:
    assert [failure_words(one) for one in ("410", "451 4.3.0", "HTTP 500")] == [ANSWERED] * 3
    assert (failure_words("ReadTimeout"), failure_words("SMTPTimeoutError")) == (NO_ANSWER, NO_ANSWER)
    assert (failure_words("ConnectionRefusedError"), failure_words("ConnectError")) == (NOT_REACHED, NOT_REACHED)
    assert failure_words("SMTPAuthenticationError") == NO_LOGIN
