"""Signatures hold for dkimpy, and break where a mail was changed."""

from __future__ import annotations

from datetime import UTC, datetime

import dkim
import pytest

from services.notifications.mail.dkim import Signer, new_key

KEY = new_key()
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
MAIL = (
    b"From: =?utf-8?q?Stadt?=\r\n <post@stadt.example>\r\nTo: o@example.org\r\nSubject:  zwei   Worte \r\n"
    b"Message-ID: <m@stadt.example>\r\nContent-Type: text/plain\r\n\r\nHallo  \t Welt \r\n\r\nZeile\r\n\r\n\r\n"
)


@pytest.mark.parametrize("mail", [MAIL, MAIL.split(b"Hallo")[0], MAIL + b"."], ids=["lines", "empty", "no last line"])
def test_a_signature_holds_and_breaks_with_the_mail(mail: bytes) -> None:
    signer = Signer.of_pem("stadt.example", "kommune", KEY)
    signed = signer.sign(mail, NOW)
    record = signer.record().encode()

    def verifies(content: bytes) -> bool:
        return bool(dkim.verify(content, dnsfunc=lambda *_, **__: record))

    assert signed.endswith(mail)
    assert max(len(line) for line in signed.split(b"\r\n")) < 200
    assert verifies(signed)
    assert verifies(signed.replace(b"Subject:  zwei   Worte ", b"SUBJECT: zwei Worte"))
    assert not verifies(signed.replace(b"zwei", b"drei"))
    assert not verifies(signed.replace(b"\r\n\r\n", b"\r\nFrom: other@example.org\r\n\r\n", 1))
