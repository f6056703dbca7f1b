"""Messages to applicants and staff, in every language."""

from __future__ import annotations

from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser

import pytest

from chassis.messaging.projection import InsertIfAbsent
from chassis.storage.mongo import Document
from chassis.text.languages import EVERYWHERE, LANGUAGES
from contracts import registration as r
from contracts.envelope import Envelope
from services.notifications.domain.messages import CONTENTS
from services.notifications.event_handlers import HANDLERS
from tests.support.message_samples import compose_mail

KINDS = {kind for kind, content in CONTENTS.items() if content.names_municipality}

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
TOLD: Document = {
    "municipality": {"de": "Stadt Müden\r\nBcc: x@example.org"},
    "reason": {"de": "Kein {Platz}"},
    "day": NOW,
}


def _mail(kind: str, language: str) -> tuple[str, str]:
    intent = {"_id": "m-1", "tenant": "mueden", "contact": "c", "kind": kind, "told": TOLD}
    contact = {
        "name": "Karla",
        "language": language,
        "email": "karla@mueden.example",
        "codes": {"application": "secret"},
    }
    made = compose_mail(intent, contact, None, None, "https://k.example", "Kommune <n@k.example>", NOW)
    mail = BytesParser(policy=policy.default).parsebytes(made.content)
    body = mail.get_body(("plain",))
    assert body is not None
    assert mail["Bcc"] is None
    return str(mail["Subject"]), body.get_content()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_mail_names_the_municipality_and_leads_on(kind: str, language: str) -> None:
    subject, text = _mail(kind, language)
    assert "Stadt Müden" in subject
    if kind.startswith("application-"):
        assert "https://k.example/registration/applications/mueden/secret" in text
    else:
        assert "https://k.example/registration/sign-in?next=%2Fregistration%2Fmueden%2Fstaff-start" in text
    if kind == "application-declined":
        assert "Kein {Platz}" in text
    if kind == "tenant-leaving":
        assert "2026" in text or "۲۰۲۶" in text or "٢٠٢٦" in text


def test_each_mail_is_written_in_each_language() -> None:
    for kind in KINDS:
        assert len({_mail(kind, language)[1] for language in EVERYWHERE}) == len(EVERYWHERE), kind


def _told(event: object) -> list[tuple[str, str]]:
    type = event.event_type  # type: ignore[attr-defined]
    envelope = Envelope("e1", type, "registration", "2026-11-25T12:00:00Z", "mueden", "mueden", 1, None)
    writes = [
        one
        for one in HANDLERS[type](envelope, event)
        if isinstance(one, InsertIfAbsent) and one.collection == "intents"
    ]
    assert len({one.id for one in writes}) == len(writes)
    return [(one.fields["kind"], one.fields["contact"]) for one in writes]


def test_messages_about_the_municipality_go_to_the_contacts_that_the_event_names() -> None:
    assert _told(r.MunicipalityAsked(slug="mueden", contact_id="c")) == [("application-questions", "c")]
    assert _told(r.MunicipalityDeclined(slug="mueden", contact_id="c", reason="No")) == [("application-declined", "c")]
    assert _told(r.StaffGranted(email_key="k", roles=("intake",), contact_id="c")) == [("staff-invited", "c")]
    assert _told(r.StaffGranted(email_key="k", roles=("intake",))) == [], "who is there already is not invited again"
    assert _told(r.MunicipalitySuspended(slug="mueden", contact_ids=("a", "b"))) == [
        ("tenant-suspended", "a"),
        ("tenant-suspended", "b"),
    ]
    assert _told(r.MunicipalityLeaving(slug="mueden", deletion_at=NOW, contact_ids=("a",))) == [("tenant-leaving", "a")]
