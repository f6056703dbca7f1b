"""The certificate on paper is in its reader's language, all of it, and tagged for screen readers."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pytest

from chassis.text.languages import LANGUAGES
from chassis.text.translations import Messages
from services.registration.erasures.certificate import KINDS, LAW, TITLE, pdf, retained
from services.registration.erasures.person_erasure import COUNTED, NO_NAME, PROOF
from tests.support.examples import all_but_slow

CATALOGUES = Messages(Path(__file__).parents[3] / "services" / "registration" / "locale")
AT = "2026-11-02T10:00:00Z"
CERTIFICATE = {
    "id": "e1",
    "asked_at": AT,
    "receipts": {
        "registration": {"at": AT, "removed": dict.fromkeys(KINDS, 1), "remains": [COUNTED, PROOF]},
        "notifications": {
            "at": AT,
            "removed": {"contacts": 1},
            "remains": ["2 messages: kind, time and outcome, without recipient and text"],
        },
        "reporting": {"at": AT, "removed": {}, "remains": ["size, language and wishes"]},
    },
}


@pytest.mark.parametrize("language", all_but_slow(LANGUAGES, ["de", "uk", "ar"]))
def test_a_certificate_is_in_one_language(language: str) -> None:
    said: list[str] = []

    def say(sentence: str) -> str:
        said.append(sentence)
        return CATALOGUES[language].gettext(sentence)

    read = pypdf.PdfReader(BytesIO(pdf(CERTIFICATE, "Wilhelmshaven", language, say)))
    root: Any = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == language.partition("-")[0]
    assert {TITLE, LAW, *KINDS.values()} <= set(said)
    text = "".join(page.extract_text() for page in read.pages)
    assert "remains" not in text
    assert "without recipient" not in text  # as the services told it, in English
    assert len(read.pages) == 1


def test_whatever_a_service_says_stays_has_a_sentence() -> None:
    receipt = {"remains": [COUNTED, PROOF, NO_NAME]}
    assert len(set(retained("registration", receipt))) == 3
    assert retained("notifications", {"remains": ["2 messages"]}) != retained("reporting", {"remains": ["numbers"]})
    assert retained("reporting", None) == retained("reporting", {"remains": []}) == []
