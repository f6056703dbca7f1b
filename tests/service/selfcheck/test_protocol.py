"""The protocol: what the workshop agreed on, in the reader's language, without what disclosure hides."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from tests.service.selfcheck.town import Town

ALL = {"a1": 1, "a2": 3, "b1": 4, "b2": 4}
PEOPLE = {"administration": [ALL] * 4, "civil_society": [ALL] * 3, "politics": [ALL | {"a1": 0}]}


async def printed(town: Town, id: str, language: str) -> str:
    answer = await town.client("decision_maker").get(f"{town.api(id)}/protocol.pdf?language={language}")
    assert answer.status_code == 200, answer.text
    reader = PdfReader(io.BytesIO(answer.content))
    assert bool(reader.trailer["/Root"]["/MarkInfo"]["/Marked"]), "tagged, for screen readers"  # type: ignore[index]
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


async def test_before_the_reveal_there_is_none(town: Town) -> None:
    id = await town.answered(PEOPLE)
    assert (await town.client("moderator").get(f"{town.api(id)}/protocol.pdf")).status_code == 409


@pytest.mark.parametrize(
    ("language", "agreed", "open_", "measure"),
    [
        ("de", "Konsens: Stufe 2 (Stufe 2) – #strong[x] Weil.", "Kein Konsens – Strittig.", "Wegweiser Feld a Bauamt"),
        (
            "en",
            "Consensus: level 2 (Level 2) – #strong[x] Weil.",
            "No consensus – Strittig.",
            "Wegweiser Field a Bauamt",
        ),
    ],
)
async def test_says_what_was_agreed_with_its_reason(town: Town, language, agreed, open_, measure) -> None:
    id = await town.revealed(PEOPLE)
    await town.moderate(id, "consensus", {"question": "a1", "level": 2, "reason": "#strong[x] Weil."})
    await town.moderate(id, "consensus", {"question": "b1", "level": "no_consensus", "reason": "Strittig."})
    body = {"field": "a", "title": "Wegweiser", "owner": "Bauamt"}
    await town.client("coordinator").post(f"{town.api(id)}/measures", json=body)
    text = await printed(town, id, language)
    assert agreed in text, "as it was written, never read as markup"
    assert open_ in text
    assert measure in text
    assert ("Frage a2" if language == "de" else "Question a2") not in text, "was not discussed"


async def test_hides_what_disclosure_hides(town: Town) -> None:
    id = await town.revealed(PEOPLE)
    await town.moderate(id, "consensus", {"question": "a1", "level": 2, "reason": "Weil."})
    text = await printed(town, id, "en")
    result = (await town.client("moderator").get(f"{town.api(id)}/result")).json()["overall"]
    for one, node in result["perspectives"].items():
        number = "–" if node["answered"] is None else node["answered"]
        assert f"{one.title()} {number}" in text, "the numbers of the result, and none besides"
    scores = (*(node["score"] for node in result["perspectives"].values()), result["score"])
    assert f"Overall {' '.join('–' if score is None else str(score) for score in scores)} " in text
    assert result["perspectives"]["politics"]["answered"] is None
    board = (await town.client("moderator").get(f"{town.api(id)}/board")).json()
    entry = next(one for one in board["questions"] if one["id"] == "a1")
    assert entry["spreads"]["politics"] is None
    assert "Politics (too few) – – – – –" in text
