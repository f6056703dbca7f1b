"""The published JSON Schema and the parser say the same about every document, apart from what a schema can't express."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from services import selfcheck
from services.selfcheck.domain.errors import Invalid
from services.selfcheck.domain.questionnaire_document import parse
from tests.unit.selfcheck.builders import EXAMPLES, document
from tests.unit.selfcheck.documents import documents

FOLDER = Path(selfcheck.__file__).parent
SCHEMA = json.loads((FOLDER / "questionnaires" / "questionnaire.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
BEYOND_A_SCHEMA = {"labels_count", "scale_range", "id_duplicate", "continued_twice", "too_many_questions"}

Place = tuple[str | int, ...]


def codes(candidate: Any) -> set[str]:
    try:
        parse(candidate)
    except Invalid as invalid:
        return {flaw.code for flaw in invalid.flaws}
    return set()


def agree(candidate: Any) -> None:
    found = codes(candidate) - BEYOND_A_SCHEMA
    problem = next(VALIDATOR.iter_errors(candidate), None)
    assert bool(found) == bool(problem), (found, problem)


def places(value: Any, here: Place = ()) -> list[Place]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [here, *(place for key, part in inside for place in places(part, (*here, key)))]


def with_change(source: Any, place: Place, change: Any) -> Any:
    if not place:
        return change
    changed = deepcopy(source)
    target = changed
    for part in place[:-1]:
        target = target[part]
    if change is REMOVED:
        del target[place[-1]]
    else:
        target[place[-1]] = change
    return changed


REMOVED = object()
WORDS = st.sampled_from(
    [
        "",
        " ",
        "a b",
        "a/b",
        "a\n",
        "\x07",
        "x" * 100,
        "x" * 101,
        "x" * 4000,
        "x" * 4001,
        "same",
        "zero",
        "fields",
        "compare",
        "2.xlsx",
        "\ud800",
        "\uffff",
        "de",
        "Ünï",
        "\u2028",
        "a\tb",
    ]
)
NUMBERS = st.sampled_from(
    [0, -0.5, 0.1, 1, 1.0, 1.5, -1000, -1001, 1000.0, 1001, 6, 7, 2.0, 10**6, 10**6 + 0.5, 1e-9, 10**30]
)
ODD = st.one_of(
    WORDS, NUMBERS, st.sampled_from([None, True, False, [], {}, [1], {"de": "x"}, {"de": 1}, {"en": "x"}, REMOVED])
)


def test_the_schema_is_one_and_accepts_what_we_ship() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    for path in sorted((FOLDER / "questionnaires" / "shipped").glob("*.json")):
        assert [error.message for error in VALIDATOR.iter_errors(json.loads(path.read_text("utf-8")))] == [], path.name


@EXAMPLES
@given(documents())
def test_what_the_parser_takes_the_schema_takes(source: dict[str, Any]) -> None:
    assert codes(source) == set()
    agree(source)


@EXAMPLES
@given(st.data(), documents())
def test_one_change_anywhere_is_judged_alike(data: st.DataObject, source: dict[str, Any]) -> None:
    for _ in range(15):
        place = data.draw(st.sampled_from(places(source)))
        change = data.draw(ODD)
        agree(with_change(source, place, None if change is REMOVED and not place else change))


@EXAMPLES
@given(
    st.data(),
    documents(),
    st.one_of(WORDS, st.sampled_from(["weight", "help", "continues", "uk", "de-simple", "DE", "de-x", "de_x"])),
)
def test_one_more_key_anywhere_is_judged_alike(data: st.DataObject, source: dict[str, Any], key: str) -> None:
    objects = [place for place in places(source) if isinstance(at(source, place), dict)]
    agree(
        with_change(
            source, (*data.draw(st.sampled_from(objects)), key), data.draw(ODD.filter(lambda x: x is not REMOVED))
        )
    )


def at(source: Any, place: Place) -> Any:
    for part in place:
        source = source[part]
    return source


@pytest.mark.parametrize("key", ["fields", "criteria", "questions", "labels"])
def test_lists_are_bounded_alike(key: str) -> None:
    bound = {"fields": 50, "criteria": 100, "questions": 1000, "labels": 101}[key]
    for number in (0, 1, 2, bound, bound + 1):
        source = document({"f": {"f.q": 1}})
        field = source["fields"][0]
        target = {"fields": source, "criteria": field, "questions": field["criteria"][0], "labels": source["scale"]}[
            key
        ]
        entries = [deepcopy(target[key][0]) for _ in range(number)]
        for place, entry in enumerate(entries):
            if key == "criteria":
                entry["questions"][0]["id"] = f"q{place}"
            elif key == "fields":
                entry["criteria"][0]["questions"][0]["id"] = f"q{place}"
        target[key] = entries
        agree(source)
