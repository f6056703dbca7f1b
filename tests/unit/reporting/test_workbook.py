"""The figures as a workbook: numbers are numbers, texts are texts, and every column is explained."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook

from services.reporting.council.sentences import Language
from services.reporting.council.wording import Wording
from services.reporting.council.workbook import council_workbook
from services.reporting.domain.council import Council, Source
from services.reporting.domain.joint import compare
from services.reporting.domain.profile import Figure, profile
from services.reporting.workbook import About, joint_xlsx

FORMULA = '=HYPERLINK("https://example.org")'
FIELDS = [{"id": "f.1", "title": {"de": FORMULA, "en": "@SUM(1)"}}]
NODE = {"score": 61.5, "coverage": 0.25, "answered": 8, "consensus_score": 40.0, "consensus_questions": 3}
SPLIT = {"admin": {"score": 70.0, "coverage": 0.5, "answered": 5}, "civil": {"score": None}}
AT = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)


def about(language: str) -> About:
    return About("+Stadt", "-Titel", language, AT, {"admin": "=1+1", "civil": "Zivil"})


@pytest.mark.parametrize(
    ("language", "sheets"),
    [("de", ["Zahlen", "Diagramm", "Maßnahmen", "Erklärung"]), ("en", ["Figures", "Chart", "Measures", "Explanation"])],
)
def test_numbers_are_numbers_and_nothing_is_a_formula(language: Language, sheets: list[str]) -> None:
    views = [{"id": "admin"}, {"id": "civil"}]
    lines = profile({"fields": {"f.1": {**NODE, "perspectives": SPLIT}}}, FIELDS, views)
    titles = [("admin", {"de": "=1+1"}), ("civil", {"de": "Zivil"})]
    source = Source(AT, AT, "q", "1", "1")
    content = Council({"de": "+Stadt"}, {"de": "-Titel"}, source, Figure(61.5, 0.25, 8), 44.5, lines, {}, titles, [])
    book = load_workbook(io.BytesIO(council_workbook(Wording(content, language))))
    assert book.sheetnames == sheets
    figures, explained = book[sheets[0]], book[sheets[-1]]
    rows = list(figures.iter_rows(values_only=True))
    title, local = FIELDS[0]["title"][language], datetime(2026, 7, 2, 0, 30)
    assert rows[1][0] == title
    assert rows[1][2:] == (61.5, 40.0, 0.25, 8, local)
    assert rows[2] == (title, "=1+1", 70.0, None, 0.5, 5, local)
    assert rows[3][1:6] == ("Zivil", None, None, None, None), "hidden is empty, never 0"
    assert rows[4][2:] == (61.5, 44.5, 0.25, 8, local), "the overall consensus is there"
    for sheet in book:
        assert all(cell.data_type != "f" for row in sheet for cell in row)
    assert set(rows[0]) <= {row[0] for row in explained.iter_rows(values_only=True)}, "every column is explained"


def test_the_joint_workbook_names_municipalities_and_has_together_last() -> None:
    member = {"fields": {"f.1": {**NODE, "perspectives": SPLIT}}, "overall": NODE}
    joint = {**member, "fields": {"f.1": {**NODE, "perspectives": SPLIT, "consensus_members": 2}}}
    result = {"members": [{"member": "a", **member}, {"member": "b", **member}], "together": joint}
    content = joint_xlsx(about("de"), compare(result, FIELDS, ["admin", "civil"]), ["=A", "B"])
    rows = list(load_workbook(io.BytesIO(content))["Zahlen"].iter_rows(2, values_only=True))
    assert [row[0] for row in rows[:3]] == ["=A", "B", "Zusammen"]
    assert [row[5] for row in rows[:3]] == [3, 3, 2]
    assert len(rows) == 3 * 2 * 3
