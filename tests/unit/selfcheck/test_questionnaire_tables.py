"""A questionnaire as tables: nothing is lost on the way, and every mistake is named with its sheet and cell."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from hypothesis import given

from services.selfcheck.domain.errors import Flaw, Invalid
from services.selfcheck.domain.questionnaire import content_hash
from services.selfcheck.domain.questionnaire_tables import COLUMNS, from_tables, to_tables
from services.selfcheck.domain.sheet_columns import column_name
from tests.unit.selfcheck.builders import EXAMPLES, document
from tests.unit.selfcheck.documents import documents

SOURCE = document({"f1": {"q1": 1, "q2": 0.5}, "f2": {"q3": 2}})


def tables() -> dict[str, Any]:
    return deepcopy(to_tables(SOURCE))


def flaws(changed: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        from_tables(changed)
    assert all(flaw.detail.endswith((".", "?")) for flaw in caught.value.flaws)
    return {flaw.pointer: flaw.code for flaw in caught.value.flaws}


@EXAMPLES
@given(documents())
def test_there_and_back_is_the_same(source: dict[str, Any]) -> None:
    assert content_hash(from_tables(to_tables(source)).document) == content_hash(source)


def test_one_sheet_per_thing_and_one_column_per_language() -> None:
    source = deepcopy(SOURCE)
    source["fields"][0]["title"]["uk"] = "Поле"
    made = to_tables(source)
    assert list(made) == list(COLUMNS)
    assert made["fields"][:2] == [["id", "weight", "title [de]", "title [uk]"], ["f1", 1, "f1", "Поле"]]
    assert made["questions"][0][:8] == [
        "field",
        "criterion",
        "id",
        "weight",
        "continues",
        "relation",
        "text [de]",
        "text [uk]",
    ]
    assert [row[2] for row in made["questions"][1:]] == ["q1", "q2", "q3"]


def test_people_may_sort_columns_leave_rows_empty_and_take_notes() -> None:
    changed = tables()
    changed["questions"] = [
        [*reversed(row), "eine Bemerkung" if number else "Note"] for number, row in enumerate(changed["questions"])
    ]
    changed["questions"].insert(2, [None, " ", ""])
    changed["fields"][1][1] = "1,0"
    changed["scale"].append([])
    changed["own calculations"] = [[1, 2, 3]]
    assert content_hash(from_tables(changed).document) == content_hash(SOURCE)


def test_all_mistakes_at_once_in_the_order_of_the_workbook() -> None:
    changed = tables()
    changed["questionnaire"][1][1] = date(2026, 1, 2)
    changed["scale"][3][0] = 7
    changed["rules"][2] = ["unansered", "exclude"]
    changed["fields"][2][1] = "viel"
    changed["criteria"][1][0] = "f9"
    changed["questions"][0][6] = "txt [de]"
    changed["questions"][3][2] = "q1"
    found = flaws(changed)
    assert list(found.items()) == [
        ("/questionnaire/B2", "cell_not_text"),
        ("/scale/A4", "levels_not_rising"),
        ("/scale/A5", "levels_not_rising"),
        ("/rules", "missing"),
        ("/rules/A3", "rule_unknown"),
        ("/fields/A2", "too_few"),
        ("/fields/B3", "number_not_positive"),
        ("/criteria/A2", "reference_unknown"),
        ("/questions/G1", "column_misspelt"),
        ("/questions/B2", "reference_unknown"),
        ("/questions/B3", "reference_unknown"),
        ("/questions/C4", "language_missing"),
    ]


@pytest.mark.parametrize(
    ("sheet", "row", "column", "value", "expected"),
    [
        ("questionnaire", 1, 0, "a b", {"/questionnaire/A2": "id_malformed"}),
        ("questionnaire", 1, 2, None, {"/questionnaire/C2": "language_missing"}),
        ("questionnaire", 1, 2, "x" * 4001, {"/questionnaire/C2": "text_too_long"}),
        ("scale", 1, 1, None, {"/scale/B2": "language_missing"}),
        ("rules", 1, 1, "maybe", {"/rules/B2": "choice_unknown"}),
        ("rules", 4, 1, 70, {"/rules/B5": "number_out_of_range"}),
        ("rules", 5, 0, "unsure", {"/rules": "missing", "/rules/A6": "rule_twice"}),
        ("fields", 1, 1, None, {"/fields/B2": "missing"}),
        ("fields", 1, 1, True, {"/fields/B2": "number_not_positive"}),
        ("fields", 0, 1, "wieght", {"/fields": "column_missing", "/fields/B1": "column_misspelt"}),
        ("fields", 0, 1, "???", {"/fields": "column_missing", "/fields/B1": "column_unknown"}),
        ("fields", 0, 2, "title [Deutsch!]", {"/fields/C2": "language_missing", "/fields/C3": "language_missing"}),
        ("questions", 0, 7, "text [de]", {"/questions/H1": "column_twice"}),
        ("questions", 2, 2, "q1", {"/questions/C3": "id_duplicate"}),
        ("questions", 1, 4, "old.1", {"/questions/F2": "missing"}),
        ("questions", 1, 5, "same", {"/questions/E2": "missing"}),
        ("questions", 1, 0, True, {"/questions/A2": "reference_unknown"}),
    ],
)
def test_each_mistake_has_its_cell(sheet: str, row: int, column: int, value: Any, expected: dict[str, str]) -> None:
    changed = tables()
    cells = changed[sheet][row]
    cells.extend([None] * (column + 1 - len(cells)))
    cells[column] = value
    found = flaws(changed)
    assert {place: found.get(place) for place in expected} == expected
    assert all(place.split("/")[1] == sheet or place.startswith(("/fields", "/criteria")) for place in found)


@pytest.mark.parametrize("sheet", COLUMNS)
def test_a_missing_sheet_is_one_mistake(sheet: str) -> None:
    changed = tables()
    del changed[sheet]
    found = flaws(changed)
    assert found[f"/{sheet}"] == "sheet_missing"


def test_flaws_found_later_go_to_their_cell_too() -> None:
    changed = tables()
    changed["questions"].insert(1, [])
    read = from_tables(changed)
    flaw = Flaw("/fields/1/criteria/0/questions/0/continues/question", "continued_unknown", "…")
    assert read.placed(flaw).pointer == "/questions/E5"
    assert read.placed(Flaw("/version", "version_published", "…")).pointer == "/questionnaire/B2"
    assert read.placed(Flaw("/nowhere/at/all", "x", "…")).pointer == "/questionnaire"


def test_columns_are_counted_as_spreadsheets_do() -> None:
    assert [column_name(index) for index in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
