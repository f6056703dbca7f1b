"""Says in words why a server of somebody else did not take something. What is stored is the code of its answer, or the name of a fault."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import aiosmtplib
import httpx

from chassis.text.translations import mark
from services.notifications.mail.server import NO_HOST
from services.notifications.net.hosts import PRIVATE, UNKNOWN

NO_ANSWER, BROKE_OFF = mark("no answer in time"), mark("the connection broke off")
NOT_REACHED, NO_LOGIN = mark("it could not be reached"), mark("it does not take the user name or the password")
NO_CERTIFICATE, ANSWERED = mark("its certificate is not valid"), mark("it answered %(reason)s")
NOT_UNDERSTOOD = mark("it answered what is not understood")
ENDED = mark("the endpoint has ended")
_BY_FAULT: tuple[tuple[type[Exception], str], ...] = (
    (OSError, NOT_REACHED),
    (ConnectionError, BROKE_OFF),
    (ConnectionRefusedError, NOT_REACHED),
    (TimeoutError, NO_ANSWER),
    (ssl.SSLError, NO_CERTIFICATE),
    (httpx.HTTPError, NOT_UNDERSTOOD),
    (httpx.TransportError, BROKE_OFF),
    (httpx.ConnectError, NOT_REACHED),
    (httpx.TimeoutException, NO_ANSWER),
    (aiosmtplib.SMTPException, NOT_UNDERSTOOD),
    (aiosmtplib.SMTPServerDisconnected, BROKE_OFF),
    (aiosmtplib.SMTPConnectError, NOT_REACHED),
    (aiosmtplib.SMTPTimeoutError, NO_ANSWER),
    (aiosmtplib.SMTPAuthenticationError, NO_LOGIN),
)
"""What is said of a fault and of all its kinds; a later line is more exact than an earlier one."""


def _kinds(fault: type[Exception]) -> Iterator[type[Exception]]:
    yield fault
    for kind in fault.__subclasses__():
        yield from _kinds(kind)


_WORDS = {kind.__name__: words for fault, words in _BY_FAULT for kind in _kinds(fault)} | {
    NO_HOST: NOT_REACHED,
    UNKNOWN: NOT_REACHED,
    PRIVATE: NOT_REACHED,
    "the endpoint is gone": ENDED,
}


def failure_words(reason: str) -> str:
    """The words, with `reason` as their placeholder."""
    return _WORDS.get(reason, ANSWERED)
