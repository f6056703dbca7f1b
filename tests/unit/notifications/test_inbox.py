"""Any mail from a stranger is parsed as far as possible, and nothing in it is opened or run."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.inbox.reading import TEXT, parse_mail
from services.notifications.intake.mail_text import text_of_html


def mail(**headers: str) -> EmailMessage:
    made = EmailMessage()
    for name, value in {
        "From": "Олена Коваль <olena@example.org>",
        "Subject": "Anmeldung",
        "Message-ID": "<1@x.example>",
        **headers,
    }.items():
        if value:
            made[name.replace("_", "-")] = value
    return made


def test_a_mail_with_an_attachment_is_read_without_it() -> None:
    made = mail()
    made.set_content("Ich komme mit zwei Kindern.")
    made.add_attachment(b"X5O!P%@AP", maintype="application", subtype="octet-stream", filename="rechnung.exe")
    found = parse_mail(made.as_bytes(), "bounce@x.example")
    assert (found.name, found.address, found.subject) == ("Олена Коваль", "olena@example.org", "Anmeldung")
    assert (found.text, found.attachments, found.message_id) == ("Ich komme mit zwei Kindern.", 1, "<1@x.example>")


def test_html_is_converted_to_text() -> None:
    made = mail()
    made.set_content(
        "<style>p{}</style><script>alert(1)</script><p>Guten&nbsp;Tag</p><p>Ich <b>komme</b><img src=http://x/t.png></p>",
        subtype="html",
    )
    assert parse_mail(made.as_bytes(), "").text == "Guten Tag\nIch komme"
    assert text_of_html("<" * 5_000).strip("<") == ""


@pytest.mark.parametrize(
    "html",
    [
        "<html><head><meta charset=utf-8><title>x</title><body><p>Hallo",
        "<html><head><title>x<body><p>Hallo</body></html>",
        "<head><style>p{}</style></head><p>Hallo</p>",
        "<p>Hallo</p><script>alert(1)</script>",
    ],
)
def test_ends_that_html_lets_one_leave_out_hide_no_words(html: str) -> None:
    assert text_of_html(html).split() == ["Hallo"]


def test_a_mail_without_a_sender_cannot_be_answered() -> None:
    made = mail(From="", Subject="")
    made.set_content("x")
    found = parse_mail(made.as_bytes(), "")
    assert (found.address, found.name, found.subject) == ("", "", "")
    assert parse_mail(made.as_bytes(), "olena@example.org").address == "olena@example.org"
    assert parse_mail(b"From: <a b@c.d>\r\n\r\nx", "").address == ""


def test_automatic_replies_are_marked_and_long_mails_are_cut() -> None:
    made = mail(Auto_Submitted="auto-replied")
    made.set_content("wort " * TEXT)
    found = parse_mail(made.as_bytes(), "")
    assert found.automatic
    assert found.cut
    assert len(found.text) <= TEXT


def test_a_sender_header_nested_too_deeply_is_ignored() -> None:
    for sign in ("(", "<", "a,", '"'):
        found = parse_mail(b"From: " + sign.encode() * 100_000 + b"\r\nSubject: Hallo\r\n\r\nIch komme.", "o@x.example")
        assert (found.address, found.subject, found.text) == ("o@x.example", "Hallo", "Ich komme.")


def test_a_mail_nested_a_thousand_times_is_parsed_safely() -> None:
    deep = b"From: a@b.example\r\nMIME-Version: 1.0\r\n"
    for number in range(1_000):
        deep += b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (number, number)
    found = parse_mail(deep + b"Content-Type: text/plain\r\n\r\nend", "")
    assert found.address in ("a@b.example", "")


@given(st.binary(max_size=400))
def test_parsing_a_mail_never_raises(content: bytes) -> None:
    found = parse_mail(content, "x")
    assert found.address == ""
    assert "\x00" not in found.text + found.subject + found.name
