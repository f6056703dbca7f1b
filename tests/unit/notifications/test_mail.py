"""Mails in every language; headers that can't be injected into."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest

from chassis.languages import LANGUAGES, direction
from services.notifications.mail import compose_mail
from services.notifications.timely import WANTED

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
GATHERING: dict[str, Any] = {
    "title": {"de": "Dialog"}, "starts_at": NOW + timedelta(days=3), "ends_at": NOW + timedelta(days=3, hours=2), "place": None,
}  # fmt: skip


def _mail(kind: str, language: str, **changes: Any) -> Any:
    intent = {"_id": "m-1", "tenant": "w", "kind": kind, "contact": "r1", "gathering": "g"}
    contact = {"name": "Olena", "language": language, "email": "o@example.org", "codes": {"manage": "c0de"}} | changes
    mail = compose_mail(intent, contact, GATHERING, None, "https://k.example", "Kommune <n@k.example>", NOW)
    return message_from_bytes(mail.as_bytes(), policy=policy.default)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [*WANTED, "gathering-cancelled", "respondent-invited", "staff-welcome"])
def test_every_kind_in_every_language(kind: str, language: str) -> None:
    mail = _mail(kind, language)
    html = mail.get_body(("html",)).get_content()
    told = str(mail["Content-Language"])
    assert told in LANGUAGES
    assert f'dir="{direction(told)}"' in html
    assert "{" not in html + str(mail["Subject"])
    if kind in WANTED:
        assert "https://k.example/registration/w/my/r1/c0de" in mail.get_body(("plain",)).get_content()
        assert "Dialog" in str(mail["Subject"])


def test_a_name_adds_no_header() -> None:
    mail = _mail("confirmed", "de", name="Eve\r\nBcc: all@example.org")
    assert mail["Bcc"] is None
    assert [one.addr_spec for one in mail["To"].addresses] == ["o@example.org"]


def test_a_name_adds_no_markup() -> None:
    assert "<script>" not in _mail("confirmed", "de", name="<script>x</script>").get_body(("html",)).get_content()


def test_an_address_with_a_line_break_is_refused() -> None:
    with pytest.raises(ValueError, match="CR or LF"):
        _mail("confirmed", "de", email="o@example.org\r\nBcc: all@example.org")
