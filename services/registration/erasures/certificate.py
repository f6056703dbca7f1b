"""The certificate of an erasure as a PDF in its reader's language, for files and for people who want it on paper: which part of
the platform removed what, and what stays there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from chassis.documents.typeset import Template
from chassis.text.languages import direction, format_datetime
from chassis.text.translations import mark
from services.registration.erasures.person_erasure import COUNTED, NO_NAME, PROOF

TEMPLATE = Template(Path(__file__).with_name("certificate.typ"))
PARTS = {
    "registration": mark("Registration"),
    "selfcheck": mark("Self-check"),
    "notifications": mark("Messages"),
    "reporting": mark("Reports"),
}
KINDS = {
    "registrations": mark("Registrations"),
    "names of companions": mark("Names of companions"),
    "helpers": mark("Helpers"),
    "contacts": mark("Contacts"),
    "events set aside": mark("Events that were set aside"),
    "answer links": mark("Links to answer"),
    "answers": mark("Answers"),
    "notes": mark("Notes"),
    "evidence": mark("Links and files"),
    "staff members": mark("Members of staff"),
    "applications": mark("Applications"),
}
STAYS = {
    COUNTED: mark("That somebody took part, as a number without a name."),
    PROOF: mark("A proof that you agreed: the time and a code in place of your address. It is deleted later, too."),
    NO_NAME: mark("That a seat is taken, without a name."),
}
MESSAGES_STAY = mark("That messages were sent, without your address and without their words.")
NUMBERS_STAY = mark("Numbers in reports, without any link to you.")
TITLE, PART, REMOVED = mark("Certificate of an erasure"), mark("Part of the platform"), mark("Removed")
REMAINS, WHEN, ASKED = mark("What stays"), mark("When"), mark("Asked for on %(time)s")
NOTHING, OPEN, NUMBER = mark("there was nothing"), mark("not yet"), mark("Number: %(number)s")
LAW = mark("Erasure under Article 17 GDPR. The certificate names kinds and numbers, never the person.")


def retained(service: str, receipt: dict[str, Any] | None) -> list[str]:
    """What one part of the platform retains after an erasure, as sentences of the catalogue."""
    if not receipt or not receipt["remains"]:
        return []
    sentences = [STAYS[one] for one in receipt["remains"] if one in STAYS]
    return sentences or [MESSAGES_STAY if service == "notifications" else NUMBERS_STAY]


def pdf(certificate: dict[str, Any], municipality: str, language: str, say: Callable[[str], str]) -> bytes:
    """Set the certificate as PDF/UA-1. Takes some 0.1 s of processor time: call it in a thread.

    `certificate`: as `Erasures.certificate` gives it; `say`: a sentence of the catalogue in `language`.
    """
    rows = []
    for service, name in PARTS.items():
        receipt = certificate["receipts"].get(service)
        counted = (
            [f"{say(KINDS.get(kind, kind))}: {count}" for kind, count in receipt["removed"].items() if count]
            if receipt
            else []
        )
        removed = "\n".join(counted) or say(NOTHING if receipt else OPEN)
        at = format_datetime(datetime.fromisoformat(receipt["at"]), language) if receipt else "–"
        rows.append([say(name), removed, "\n".join(say(one) for one in retained(service, receipt)) or "–", at])
    asked_at = format_datetime(datetime.fromisoformat(certificate["asked_at"]), language)
    data = {
        "language": language.partition("-")[0],
        "rtl": direction(language) == "rtl",
        "municipality": municipality,
        "title": say(TITLE),
        "law": say(LAW),
        "facts": [say(ASKED) % {"time": asked_at}, say(NUMBER) % {"number": f"\u2066{certificate['id']}\u2069"}],
        "header": [say(PART), say(REMOVED), say(REMAINS), say(WHEN)],
        "rows": rows,
    }
    return TEMPLATE.pdf(data)
