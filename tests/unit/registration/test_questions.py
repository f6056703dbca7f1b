"""Questions of one's own: a valid set, when each is asked, what stays known when the set changes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from services.registration.domain.questions import (
    MOST_FIELDS,
    change_mistakes,
    former_questions,
    free_id,
    known_questions,
    question_mistakes,
)
from tests.unit.registration.questions import SentQuestion, known, sets, told


@given(sets())
def test_sets_of_the_strategy_are_valid(questions: list[SentQuestion]) -> None:
    assert question_mistakes(questions, "de", 3) == []


@given(sets(), sets())
def test_what_was_asked_stays_known_by_its_words(before: list[SentQuestion], after: list[SentQuestion]) -> None:
    former = former_questions((), before, after)
    everything = known_questions(after, former)
    for one in before:
        words = everything[one["id"]]
        assert {option["id"] for option in one["options"]} <= set(words.choices)
        assert words.asked == (one["id"] in {other["id"] for other in after})
    for one in after:
        assert everything[one["id"]].gone.isdisjoint({option["id"] for option in one["options"]})


@given(sets(), sets(), sets())
def test_taking_out_and_adding_again_forgets_nothing(
    first: list[SentQuestion], second: list[SentQuestion], third: list[SentQuestion]
) -> None:
    former = former_questions(former_questions((), first, second), second, third)
    everything = known_questions(third, former)
    for one in (*first, *second, *third):
        assert {option["id"] for option in one["options"]} <= set(everything[one["id"]].choices)


def test_the_same_question_twice_is_refused_at_the_second_one() -> None:
    twice = [
        told("a", label={"de": "Essen Sie Fleisch?"}),
        told("b", label={"de": " essen  Sie fleisch?", "en": "Meat?"}),
    ]
    (wrong,) = question_mistakes(twice, "de", 3)
    assert (wrong[0], wrong[2]) == ("/questions/1/label/de", {"question": " essen  Sie fleisch?"})
    asked_of_both = [twice[0], {**twice[1], "per": "person"}]
    assert question_mistakes(asked_of_both, "de", 3) == []
    deciding = told("d", "boolean", label={"de": "Kommen Sie mit Kindern?"})
    branches = [
        {**one, "shown_if": {"question": "d", "equals": equals}}
        for one, equals in zip(twice, (True, False), strict=True)
    ]
    assert question_mistakes([deciding, *branches], "de", 3) == []


def test_every_mistake_is_named_at_its_place() -> None:
    wrong = question_mistakes(
        [
            told("a", "choice"),
            told("a", "text", "xy"),
            told("b", "choices", "xx"),
            told("c", label={"en": "c"}, shown_if={"question": "d", "equals": True}),
            told("d", "boolean", per="person"),
            told("e", shown_if={"question": "d", "equals": True}),
            told("f", per="person", shown_if={"question": "d", "equals": "x"}),
            told("g", shown_if={"question": "b", "equals": "z"}),
        ],
        "de",
        2,
    )
    assert [pointer for pointer, _, _ in wrong] == [
        "/questions/0/options",
        "/questions/1/id",
        "/questions/1/options",
        "/questions/2/options/1/id",
        "/questions/3/label",
        "/questions/3/shown_if/question",
        "/questions/5/shown_if/question",
        "/questions/6/shown_if/equals",
        "/questions/7/shown_if/equals",
    ]


def test_two_options_that_read_the_same_in_a_language_are_refused_there() -> None:
    def options(*labels: dict[str, str]) -> list[SentQuestion]:
        told_options = [{"id": f"o{at}", "label": label} for at, label in enumerate(labels)]
        return [told("a", "choices") | {"options": told_options}]

    assert question_mistakes(options({"de": "vegan", "en": "vegan"}, {"de": "halal"}), "de", 1) == []
    twice = options({"de": "Ja", "en": "Yes"}, {"de": "Nein", "en": "No"}, {"de": "Jein", "en": "yes "})
    (wrong,) = question_mistakes(twice, "de", 1)
    assert (wrong[0], wrong[2]) == ("/questions/0/options/2/label/en", {"answer": "yes "})


def test_the_number_of_questions_and_the_length_of_words_are_bounded() -> None:
    many = [told(f"q{number}", per="person") for number in range(20)]
    assert question_mistakes(many, "de", MOST_FIELDS // 20) == []
    (wrong,) = question_mistakes(many, "de", 50)
    assert (wrong[0], wrong[2]) == ("/questions", {"people": 50, "fields": 1000, "most": MOST_FIELDS})
    long = [
        told(f"q{number}", label=dict.fromkeys("abcdefghi", f"{number:0200}") | {"de": f"{number}"})
        for number in range(40)
    ]
    assert question_mistakes(long, "de", 1)[0][0] == "/questions"


@pytest.mark.parametrize("change", [{"kind": "number"}, {"per": "person"}, {"special": True}])
def test_what_people_may_have_answered_keeps_its_meaning(change: dict[str, Any]) -> None:
    (field,) = change
    before = known(told("a"))
    assert [one[0] for one in change_mistakes(before, [], [told("a", **change)])] == [f"/questions/0/{field}"]
    assert change_mistakes(before, [], [told("a", label={"de": "Anders"}, required=True), told("b", **change)]) == []


@pytest.mark.parametrize(
    ("words", "taken", "id"),
    [
        ("Größe & Gewicht?", (), "groesse-gewicht"),
        ("Größe", ("groesse",), "groesse-2"),
        ("Größe", ("groesse", "groesse-2"), "groesse-3"),
        ("حلال", (), "question"),
    ],
)
def test_an_id_is_made_of_the_words_and_is_free(words: str, taken: tuple[str, ...], id: str) -> None:
    assert free_id(words, taken, "question") == id
