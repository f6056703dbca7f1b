"""The certificate of an erasure as a PDF, for files and for people who want it on paper: which part removed what, what stays."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import typst

from chassis.languages import format_datetime

TEMPLATE = Path(__file__).with_name("certificate.typ").read_bytes()
PARTS = {
    "de": {"registration": "Anmeldung", "selfcheck": "Selbstcheck", "notifications": "Nachrichten", "reporting": "Berichte"},
    "en": {"registration": "Registration", "selfcheck": "Self-check", "notifications": "Messages", "reporting": "Reports"},
}  # fmt: skip
WORDS = {
    "de": {
        "title": "Bescheinigung über eine Löschung", "asked": "Verlangt am", "number": "Nummer", "part": "Teil der Plattform",
        "removed": "Gelöscht", "remains": "Was bleibt", "when": "Wann", "nothing": "nichts vorhanden", "open": "noch nicht gemeldet",
        "law": "Löschung nach Artikel 17 DSGVO. Die Bescheinigung nennt Arten und Zahlen, nie die Person.",
    },
    "en": {
        "title": "Certificate of an erasure", "asked": "Asked for on", "number": "Number", "part": "Part of the platform",
        "removed": "Removed", "remains": "What stays", "when": "When", "nothing": "nothing was there", "open": "not reported yet",
        "law": "Erasure under Article 17 GDPR. The certificate names kinds and numbers, never the person.",
    },
}  # fmt: skip
KINDS_DE = {
    "registrations": "Anmeldungen", "names of companions": "Namen von Begleitpersonen", "helpers": "Helfende", "contacts": "Kontakte",
    "events set aside": "zurückgestellte Ereignisse", "answer links": "Antwort-Links", "notes": "Notizen", "staff members": "Beschäftigte",
}  # fmt: skip


def pdf(certificate: dict[str, Any], municipality: str, language: str) -> bytes:
    """PDF/UA-1 in German or English (`language`). Takes some 0.1 s of processor time: call it in a thread.

    `certificate`: as `Erasures.certificate` gives it.
    """
    words, parts = WORDS[language], PARTS[language]
    rows = []
    for service, name in parts.items():
        receipt = certificate["receipts"].get(service)
        removed = words["open"] if receipt is None else _counted(receipt["removed"], language) or words["nothing"]
        at = format_datetime(datetime.fromisoformat(receipt["at"]), language) if receipt else "–"
        rows.append([name, removed, "; ".join(receipt["remains"]) if receipt and receipt["remains"] else "–", at])
    asked = format_datetime(datetime.fromisoformat(certificate["asked_at"]), language)
    data = {
        "language": language, "municipality": municipality, "title": words["title"], "law": words["law"],
        "facts": [f"{words['asked']}: {asked}", f"{words['number']}: {certificate['id']}"],
        "header": [words["part"], words["removed"], words["remains"], words["when"]], "rows": rows,
    }  # fmt: skip
    compiled = typst.compile(
        TEMPLATE, format="pdf", sys_inputs={"certificate": orjson.dumps(data).decode()}, pdf_standards=["ua-1"]
    )
    assert isinstance(compiled, bytes)
    return compiled


def _counted(removed: dict[str, int], language: str) -> str:
    kinds = KINDS_DE if language == "de" else {}
    return ", ".join(f"{count} {kinds.get(kind, kind)}" for kind, count in removed.items() if count)
