"""Every flaw the domain can find has its words on pages, in German too, and they name the same values."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from chassis.pages.pages import Pages
from services import selfcheck
from services.selfcheck.domain.errors import Flaw
from services.selfcheck.questionnaires.staff_flaw_texts import FLAW_TEXTS, explain

FOLDER = Path(selfcheck.__file__).parent
SOURCES = [
    *(
        FOLDER / "domain" / name
        for name in ("reading.py", "questionnaire_document.py", "questionnaire_tables.py", "sheet_columns.py")
    ),
    *(
        FOLDER / "questionnaires" / name
        for name in ("questionnaire_xlsx.py", "drafts.py", "staff_pages.py", "staff_pages_preview.py")
    ),
]


def flaws_in(source: Path) -> dict[str, set[str]]:
    """Codes with the names of their values, as the source notes them."""
    found: dict[str, set[str]] = {}
    for call in ast.walk(ast.parse(source.read_text("utf-8"))):
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in ("flaw", "note", "Flaw") and len(call.args) > 2 and isinstance(call.args[1], ast.Constant):
            found[str(call.args[1].value)] = {str(keyword.arg) for keyword in call.keywords}
    return found


def test_every_flaw_has_words_with_values_that_are_given() -> None:
    found: dict[str, set[str]] = {}
    for source in SOURCES:
        found |= flaws_in(source)
    assert set(found) == set(FLAW_TEXTS)
    for code, values in found.items():
        assert set(re.findall(r"%\((\w+)\)s", FLAW_TEXTS[code])) <= values, code


def test_flaws_are_explained_in_german_with_sheet_and_cell() -> None:
    texts = Pages("selfcheck", FOLDER).catalogue("de")
    said = explain(Flaw("/questions/AB12", "text_too_long", "-", {"most": 4000}), texts)
    assert said == {
        "sheet": "questions",
        "cell": "AB12",
        "place": "/questions/AB12",
        "detail": "Kürzen Sie den Text auf 4000 Zeichen.",
    }
    assert explain(Flaw("", "malformed_json", "-"), texts)["place"] == "/"
    assert explain(Flaw("/fields/0/criteria", "too_few", "-", {"key": "criteria", "least": 1}), texts)["cell"] == ""
