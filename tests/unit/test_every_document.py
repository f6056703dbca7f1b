"""A walk over all documents of the product: each comes as a PDF, whatever people wrote into it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import services
from chassis.pages.brand import Brand
from services.notifications.letters.pdf import compose_pdf, letter_data
from services.registration.erasures.certificate import pdf as certificate
from services.registration.gatherings.poster import poster, shown_on_poster
from services.registration.meetings.timed_meetings import timed
from services.registration.training_certificates.attendance_staff import pdf as attendance
from services.registration.training_certificates.certificates import Attendance
from services.reporting.council.pdf import as_pdf
from services.reporting.domain.blocks import Bullets, Document, Facts, Heading, Paragraph, Picture, Table, TwoColumns
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.questionnaire_document import parse
from services.selfcheck.domain.scoring import score
from services.selfcheck.questionnaires.paper import paper
from services.selfcheck.workshop.protocol import Protocol
from services.selfcheck.workshop.protocol import pdf as protocol
from tests.support.examples import examples
from tests.support.message_samples import render
from tests.support.verapdf import failures

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
ADDRESS = "https://weltoffen.example/registration/w/gatherings/g"
SHIPPED = Path(str(services.__path__[0])) / "selfcheck" / "questionnaires" / "shipped" / "weltoffene-kommune-1.json"


def _letters(text: str) -> bytes:
    intent = {"_id": "m", "tenant": "w", "kind": "confirmed", "contact": "r", "gathering": "g", "told": {}}
    contact = {"name": text, "language": "de", "email": None, "codes": {"manage": "c", "door": "K7QM2XPD"}}
    gathering: dict[str, Any] = {
        "title": {"de": text},
        "starts_at": NOW + timedelta(days=3),
        "ends_at": NOW + timedelta(days=3, hours=2),
        "place": text,
        "support": [{"id": "a", "label": {"de": text}}],
    }
    said = render(intent, contact, gathering, None, "https://k.example", medium="letter")
    return compose_pdf([letter_data(said, f"{text}\n{text}", {"name": {"de": text}, "phone": "04421"}, NOW)])


def _poster(text: str) -> bytes:
    gathering = {
        "title": {"de": text},
        "starts_at": "2026-11-30T16:30:00Z",
        "ends_at": "2026-11-30T19:00:00Z",
        "mode": "hybrid",
        "place": text,
        "support": [{"id": "a", "label": {"de": text}}],
        "meetings": _meetings(text),
    }
    brand = Brand(text, colour="#f2e205", phone="+49 4421 16 12345")
    return poster(shown_on_poster(gathering, brand, ["de", "ar"], ADDRESS, lambda code, message: message))


def _certificate(text: str) -> bytes:
    receipt = {"at": "2026-11-02T10:00:00Z", "removed": {text: 1}, "remains": [text]}
    erasure = {"id": text, "asked_at": "2026-11-02T10:00:00Z", "receipts": {"registration": receipt}}
    return certificate(erasure, text, "de", lambda sentence: sentence)


def _attendance(text: str) -> bytes:
    gathering = {
        "title": {"de": text},
        "starts_at": "2026-11-30T16:30:00Z",
        "ends_at": "2026-11-30T19:00:00Z",
        "place": text,
    }
    attended = Attendance(text, gathering, timed(gathering | {"meetings": _meetings(text)}))
    return attendance(attended, text, "de", lambda sentence: sentence)


def _meetings(text: str) -> list[dict[str, Any]]:
    """The evenings of a course."""
    return [
        {
            "starts_at": f"2026-12-0{day}T16:30:00Z",
            "ends_at": f"2026-12-0{day}T18:00:00Z",
            "place": text,
            "cancelled": False,
        }
        for day in (1, 2, 9)
    ]


def _council(text: str) -> bytes:
    """All kinds of blocks with this text in all places."""
    picture = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text y="5">{escape(text)}</text></svg>'
    blocks = [
        Paragraph(text, lead=True),
        TwoColumns([Heading(text), Bullets([text])], [Heading(text, 3), Facts([(text, text)])]),
        Picture(picture, text),
        Table(text, [text, text], [[text, text]]),
    ]
    return as_pdf(Document(text, text, "de", text, NOW, blocks, large=True))


def _questionnaire(text: str) -> Questionnaire:
    """The one we ship, cut short, with this text in all places."""
    document = json.loads(SHIPPED.read_bytes())
    field = document["fields"][0]
    criterion = field["criteria"][0]
    question = {**criterion["questions"][0], "text": {"de": "?"}, "help": {"de": "?"}}
    criterion |= {"questions": [question], "title": {"de": "?"}}
    field |= {"criteria": [criterion], "title": {"de": "?"}}
    made = parse({**document, "title": {"de": "?"}, "fields": [field]})
    for texts in made.texts():
        texts["de"] = text  # after the checks: data of earlier days has passed none of them
    return made


def _paper(text: str) -> bytes:
    return paper(_questionnaire(text), "de")


def _protocol(text: str) -> bytes:
    questionnaire = _questionnaire(text)
    field = questionnaire.fields[0]
    [question] = field.questions
    board = {
        "title": {"de": text},
        "perspectives": [{"id": "a", "title": {"de": text}, "speaks": "institution"}],
        "levels": [questionnaire.scale.min, questionnaire.scale.max],
        "revealed_at": "2026-11-02T10:00:00Z",
        "closed_at": None,
        "agenda": {"questions": [question.id], "revision": 1},
        "questions": [
            {
                "id": question.id,
                "field": field.id,
                "text": {"de": text},
                "spreads": {"a": [1] * len(questionnaire.scale)},
                "consensus": {"level": 2, "reason": text},
                "own": False,
            }
        ],
        "own_questions": [
            {"id": "own.1", "field": "own", "text": {"de": text}, "spreads": {}, "consensus": None, "own": True}
        ],
    }
    own: Any = {
        "title": {"de": text},
        "questions": [{"text": {"de": text}, "score": 50.0, "answered": 5, "perspectives": {"a": {"score": 50.0}}}],
    }
    measures = [{"title": text, "field": field.id, "due": "2027-01-01", "owner": text, "status": "planned"}]
    result = score(questionnaire, [], perspectives=["a"])
    assert question.id in result["questions"]
    votes = [(text, [[text, text, text]])]
    return protocol(Protocol(text, "de", NOW, board, questionnaire, result, measures, votes, own))


DOCUMENTS: dict[str, Callable[[str], bytes]] = {
    "letter.typ": _letters,
    "poster.typ": _poster,
    "certificate.typ": _certificate,
    "attendance.typ": _attendance,
    "document.typ": _council,
    "paper.typ": _paper,
    "protocol.typ": _protocol,
}


def test_the_walk_knows_every_document() -> None:
    """Who adds a template adds how it is made with any text."""
    found = {path.name for path in Path(str(services.__path__[0])).rglob("*.typ")}
    assert found == DOCUMENTS.keys()


@pytest.mark.slow
@pytest.mark.parametrize("name", DOCUMENTS)
@settings(max_examples=examples(12), deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@example("李明")
@example("Sommerfest 🎉 1️⃣ 👨‍👩‍👧")
@example("नमस्ते نص שלום")
@example("a\x00b\x1b\x0b\ud83d\ufffe")
@example("\x00")
@example("\u0378\U000e0fff\u200b\u00ad")
@example('#panic("no") $x$ <a> & \\ "')
@given(text=st.text(alphabet=st.characters(exclude_categories=[]), min_size=1, max_size=40))
def test_a_document_comes_whatever_is_written(name: str, text: str) -> None:
    assert DOCUMENTS[name](text).startswith(b"%PDF")


@pytest.mark.slow
def test_every_document_is_accessible_and_fit_for_archives(tmp_path: Path) -> None:
    """PDF/UA-1 and PDF/A-2a, by veraPDF."""
    files = []
    for name, make in DOCUMENTS.items():
        files.append(tmp_path / f"{name}.pdf")
        files[-1].write_bytes(make("Sommerfest für alle – گفت‌وگو 李明"))
    assert failures(*files) == []
