"""Mails crafted to keep a worker busy cost as little parsing as real ones. Function calls are counted, not time."""

from __future__ import annotations

import sys
from collections.abc import Callable
from email import message_from_bytes
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.inbox.reading import parse_mail
from services.notifications.intake import bounded as limits
from services.notifications.intake.bounded import bounded
from services.notifications.returned.reading import Unclear, excerpt, read_return
from tests.support.examples import all_but_slow

SIZE = 2 * 1024 * 1024
MOST_CALLS = 600_000
"""Of functions for one mail; without bounds each of the crafted ones took more, or would not have ended."""


def _filled(head: bytes, part: bytes) -> bytes:
    return head + part * (SIZE // len(part))


def _nested(depth: int) -> bytes:
    return b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (one, one) for one in range(depth))


PLAIN = b"From: a@b.example\nContent-Type: text/plain\n\n"
HTML = b"From: a@b.example\nContent-Type: text/html\n\n"
SERVER = b"From: postmaster@b.example\n\n"
MIXED = b"Content-Type: multipart/mixed; boundary=b\n\n"
REPORT = b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
CRAFTED = {
    "nothing in long lines": _filled(PLAIN, b"\0" * 50_000 + b"\n"),
    "parameters without end": _filled(b'Content-Type: multipart/x; a="', b";"),
    "parameters without end, folded": _filled(b'Content-Type: multipart/x; a="', b";" * 70 + b"\n "),
    "parameters in pieces": _filled(b"Content-Type: multipart/x", b"; boundary*0=a"),
    "comments without end": _filled(b"Content-Type: text/plain; ", b"("),
    "a sender without end": _filled(b"From: ", b"<(\\"),
    "words in code": _filled(b"Subject: ", b"=?utf-8?q?a?= "),
    "fields without end": _filled(b"", b"A: b\n"),
    "kinds without end": _filled(b"", b"Content-Type: text/plain\n"),
    "parts in parts": _filled(_nested(5_000), b"x\n"),
    "mails in mails": _filled(b"", b"Content-Type: message/rfc822\n\n"),
    "mails in mails, folded": _filled(b"", b"Content-Type: message/\n rfc822\n\n"),
    "parts without end": _filled(MIXED, b"--b\n\n"),
    "reports without end": _filled(REPORT, b"--b\nContent-Type: message/delivery-status\n\n\n"),
    "a report on everybody": _filled(b"Content-Type: message/delivery-status\n\n", b"Action: failed\n\n"),
    "a digest": _filled(b"Content-Type: multipart/digest; boundary=b\n\n", b"--b\n\nA: b\n\n"),
    "empty lines": _filled(b"", b"\n"),
    "old line ends": _filled(PLAIN, b"\r"),
    "refusals without end": _filled(SERVER, b"<a@b.example>: 550 5.1.1 user unknown\n"),
    "addresses without end": _filled(SERVER, b"<a@b.example>\n"),
    "dashes": _filled(PLAIN, b"-"),
    "base64": _filled(b"Content-Transfer-Encoding: base64\n" + PLAIN, b"QUFB\n"),
    "quoted": _filled(b"Content-Transfer-Encoding: quoted-printable\n" + PLAIN, b"=41"),
    "elements": _filled(HTML, b"<a "),
    "elements in lines": _filled(HTML, b"<a <b <c\n"),
    "attributes": _filled(HTML + b"<a ", b"a='\n"),
    "comments": _filled(HTML, b"<!--\n"),
    "declarations": _filled(HTML, b"<!a[[\n"),
    "signs": _filled(HTML, b"&#&a"),
    "a script": _filled(HTML + b"<script>", b"</scrip\n"),
}


QUICK = ["parameters without end", "mails in mails", "parts without end", "a digest", "dashes", "elements", "signs"]


def _calls(act: Callable[[], object]) -> int:
    """How many functions, of Python and of C, are called."""
    counted = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        act()
    finally:
        sys.setprofile(before)
    return counted


@pytest.mark.parametrize("name", all_but_slow(CRAFTED, QUICK))
def test_a_crafted_mail_costs_little_parsing(name: str) -> None:
    content = CRAFTED[name]
    _within(bounded(content))
    assert _calls(lambda: read_return(content)) < MOST_CALLS
    assert _calls(lambda: excerpt(content)) < MOST_CALLS
    assert _calls(lambda: parse_mail(content, "")) < MOST_CALLS


@given(
    st.lists(
        st.tuples(
            st.sampled_from([b"--b", b" ", b"\t", b"boundary=b", b"Message/", b"", b"A: ", b"x" * 900]),
            st.integers(0, 400),
            st.sampled_from([b"\n", b"\r\n", b"\r", b"\n\n", b""]),
        ),
        max_size=300,
    )
)
def test_all_limits_hold_and_bounding_is_idempotent(pieces: list[tuple[bytes, int, bytes]]) -> None:
    content = b"".join(piece * times + end for piece, times, end in pieces)
    kept = bounded(content)
    _within(kept)
    assert bounded(kept) == kept


def _within(kept: bytes) -> None:
    lines = kept.splitlines(keepends=True)
    assert len(kept) <= limits.READ_BYTES
    assert len(lines) <= limits.LINES
    assert max(map(len, lines), default=0) <= limits.LINE_BYTES
    assert sum(line.startswith(b"--") for line in lines) <= limits.DELIMITERS
    assert kept.lower().count(b"boundary") + kept.lower().count(b"message/") <= limits.NESTINGS
    assert sum(not line.strip() for line in lines) <= limits.EMPTY_LINES
    field = 0
    for line in lines:
        field = field + len(line) if line[:1] in (b" ", b"\t") else len(line)
        assert field <= limits.FIELD_BYTES


def test_a_real_mail_is_read_completely() -> None:
    words = "\r\n".join(f"Zeile {number} mit Grüßen" for number in range(1_000))
    mail = message_from_bytes(PLAIN)
    mail["To"] = ", ".join(f"somebody{number}@b.example" for number in range(100))
    mail.set_payload(words, "utf-8")
    content = mail.as_bytes()
    assert bounded(content) == content


def test_a_mail_nested_too_deeply_is_unclear() -> None:
    assert read_return(_nested(5_000) + b"Delivery failed") == Unclear()
