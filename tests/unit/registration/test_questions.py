"""Questions of one's own: a valid set, when each is asked, what stays known when the set changes, how answers are read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.domain import answers as rules
from services.registration.domain.answers import (
    carried,
    each,
    is_asked,
    is_empty,
    only_asked,
    read_answers,
    summed,
    unanswered,
)
from services.registration.domain.questions import (
    DECIDING,
    MOST_FIELDS,
    WITH_OPTIONS,
    Question,
    change_mistakes,
    former_questions,
    free_id,
    known_questions,
    question_mistakes,
    question_of,
)
from services.registration.domain.tally import Tally

SentQuestion = dict[str, Any]


def told(id: str, kind: str = "text", options: str = "", **more: Any) -> SentQuestion:
    """A question in the words of the API; its options are letters."""
    return {
        "id": id,
        "label": {"de": f"Frage {id}"},
        "kind": kind,
        "required": False,
        "per": "group",
        "options": [{"id": one, "label": {"de": one.upper()}} for one in options],
        "shown_if": None,
        "special": False,
        **more,
    }


def known(*questions: SentQuestion, former: tuple[SentQuestion, ...] = ()) -> dict[str, Question]:
    return known_questions(questions, former)


@st.composite
def sets(draw: st.DrawFn) -> list[SentQuestion]:
    """Valid sets of questions, with conditions."""
    made: list[SentQuestion] = []
    for number in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from(["text", "long_text", "number", "boolean", "choice", "choices", "date"]))
        options = "".join(draw(st.sets(st.sampled_from("abcd"), min_size=1))) if kind in WITH_OPTIONS else ""
        per = draw(st.sampled_from(["group", "person"]))
        deciding = [one for one in made if one["kind"] in DECIDING and (per == "person" or one["per"] == "group")]
        condition = None
        if deciding and draw(st.booleans()):
            other = draw(st.sampled_from(deciding))
            equals = (
                draw(st.booleans())
                if other["kind"] == "boolean"
                else draw(st.sampled_from([one["id"] for one in other["options"]]))
            )
            condition = {"question": other["id"], "equals": equals}
        required = draw(st.booleans())
        made.append(told(f"q.{number}", kind, options, per=per, required=required, shown_if=condition))
    return made


def value_for(question: Question) -> st.SearchStrategy[Any]:
    """A valid answer, or none."""
    letters = sorted(question.choices)
    found: dict[str, st.SearchStrategy[Any]] = {
        "text": st.sampled_from(["ja", "Nüsse", "حلال"]),
        "long_text": st.sampled_from(["eins\nzwei", "drei"]),
        "number": st.integers(-9, 9),
        "boolean": st.booleans(),
        "choice": st.sampled_from(letters) if letters else st.none(),
        "choices": st.lists(st.sampled_from(letters), unique=True) if letters else st.none(),
        "date": st.sampled_from(["2026-11-30", "1990-02-28"]),
    }
    return st.none() | found[question.kind]


@st.composite
def given_answers(draw: st.DrawFn) -> tuple[dict[str, Question], dict[str, Any], int]:
    questions = known(*draw(sets()))
    people = draw(st.integers(1, 3))
    answers: dict[str, Any] = {}
    for id, one in questions.items():
        if draw(st.booleans()):
            answers[id] = [draw(value_for(one)) for _ in range(people)] if one.each else draw(value_for(one))
    return questions, answers, people


@given(sets())
def test_sets_of_the_strategy_are_valid(questions: list[SentQuestion]) -> None:
    assert question_mistakes(questions, "de", 3) == []


@given(given_answers())
def test_what_is_kept_was_asked_and_what_is_missing_is_named(case: tuple[dict[str, Question], Any, int]) -> None:
    questions, answers, people = case
    kept, wrong = read_answers(questions, answers, people)
    for id, value in kept.items():
        question = questions[id]
        for person, one in enumerate(value if question.each else [value]):
            assert is_empty(one) or is_asked(questions, question, kept, person if question.each else None)
    assert {one.question for one in wrong} == set(unanswered(questions, kept, people))
    assert {one.remedy for one in wrong} <= {rules.EMPTY}


@given(given_answers())
def test_reading_again_changes_nothing(case: tuple[dict[str, Question], Any, int]) -> None:
    questions, answers, people = case
    kept, _ = read_answers(questions, answers, people)
    assert read_answers(questions, kept, people)[0] == kept
    assert read_answers(questions, {}, people, kept) == (kept, [])
    assert only_asked(questions, kept, people) == kept


@given(given_answers())
def test_whose_condition_is_not_met_is_never_required(case: tuple[dict[str, Question], Any, int]) -> None:
    questions, answers, people = case
    kept, wrong = read_answers(questions, answers, people)
    for one in wrong:
        assert is_asked(questions, questions[one.question], kept, one.person)


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
    long = [told(f"q{number}", label=dict.fromkeys("abcdefghi", "x" * 200) | {"de": "x"}) for number in range(40)]
    assert question_mistakes(long, "de", 1)[0][0] == "/questions"


@pytest.mark.parametrize("change", [{"kind": "number"}, {"per": "person"}, {"special": True}])
def test_what_people_may_have_answered_keeps_its_meaning(change: dict[str, Any]) -> None:
    (field,) = change
    before = known(told("a"))
    assert [one[0] for one in change_mistakes(before, [], [told("a", **change)])] == [f"/questions/0/{field}"]
    assert change_mistakes(before, [], [told("a", label={"de": "Anders"}, required=True), told("b", **change)]) == []


@pytest.mark.parametrize(
    ("kind", "entered", "kept"),
    [
        ("text", "  Nüsse ", "Nüsse"),
        ("text", " ", None),
        ("long_text", "eins\r\nzwei", "eins\nzwei"),
        ("number", "١٢", 12),
        ("number", "۳٫۵".replace("٫", ","), 3.5),
        ("number", "1,5", 1.5),
        ("number", 3.0, 3),
        ("boolean", False, False),
        ("choice", "a", "a"),
        ("choices", ["b", "a", "b"], ["a", "b"]),
        ("choices", [], None),
        ("date", "٢٠٢٦-١١-٣٠", "2026-11-30"),
    ],
)
def test_answers_are_kept_as_they_were_meant(kind: str, entered: Any, kept: Any) -> None:
    questions = known(told("q", kind, "ab" if kind in WITH_OPTIONS else ""))
    answers, wrong = read_answers(questions, {"q": entered}, 1)
    assert (answers.get("q"), wrong) == (kept, [])


@pytest.mark.parametrize(
    ("kind", "entered", "remedy"),
    [
        ("text", "a\nb", rules.ONE_LINE),
        ("text", "x" * 201, rules.TOO_LONG),
        ("text", 7, rules.NO_TEXT),
        ("text", "\u200b", rules.INVISIBLE),
        ("long_text", "x" * 2001, rules.TOO_LONG),
        ("number", "viele", rules.NO_NUMBER),
        ("number", True, rules.NO_NUMBER),
        ("number", "9" * 19, rules.TOO_GREAT),
        ("boolean", "yes", rules.NOT_YES_OR_NO),
        ("choice", "z", rules.NO_OPTION),
        ("choice", ["a"], rules.NO_OPTION),
        ("choices", "a", rules.NO_OPTION),
        ("choices", ["a", 1], rules.NO_OPTION),
        ("date", "30.11.2026", rules.NO_DAY),
        ("date", "1066-10-14", rules.NO_DAY),
        ("date", 20261130, rules.NO_DAY),
    ],
)
def test_what_is_no_answer_is_refused_with_its_remedy(kind: str, entered: Any, remedy: str) -> None:
    questions = known(told("q", kind, "ab" if kind in WITH_OPTIONS else ""))
    answers, wrong = read_answers(questions, {"q": entered}, 1)
    assert answers == {}
    assert [(one.question, one.person, one.remedy) for one in wrong] == [("q", None, remedy)]


def test_each_person_answers_and_a_mistake_says_whose_it_is() -> None:
    questions = known(told("q", "number", per="person", required=True))
    assert read_answers(questions, {"q": [1, 2]}, 2) == ({"q": [1, 2]}, [])
    _, wrong = read_answers(questions, {"q": [1, "x"]}, 2)
    assert [(one.person, one.remedy) for one in wrong] == [(1, rules.NO_NUMBER)]
    _, wrong = read_answers(questions, {"q": [1, None]}, 2)
    assert [(one.person, one.remedy) for one in wrong] == [(1, rules.EMPTY)]
    for mistaken in (1, [1], [1, 2, 3]):
        assert [one.remedy for one in read_answers(questions, {"q": mistaken}, 2)[1]] == [rules.FOR_EACH]


def test_an_option_that_was_taken_out_stays_with_who_chose_it() -> None:
    before = told("q", "choices", "ab")
    after = told("q", "choices", "a")
    questions = known(after, former=former_questions((), [before], [after]))
    assert questions["q"].gone == {"b"}
    assert read_answers(questions, {"q": ["a", "b"]}, 1, {"q": ["b"]}) == ({"q": ["a", "b"]}, [])
    assert [one.remedy for one in read_answers(questions, {"q": ["b"]}, 1, {"q": ["a"]})[1]] == [rules.NO_OPTION]


def test_a_question_that_was_taken_out_keeps_its_answers_and_takes_no_new_ones() -> None:
    questions = known(former=(told("q"),))
    assert read_answers(questions, {}, 1, {"q": "x"}) == ({"q": "x"}, [])
    assert read_answers(questions, {"q": None}, 1, {"q": "x"}) == ({}, [])
    assert [one.remedy for one in read_answers(questions, {"q": "y"}, 1, {"q": "x"})[1]] == [rules.NOT_ASKED]
    assert [one.remedy for one in read_answers(questions, {"other": "y"}, 1)[1]] == [rules.NOT_ASKED]


def test_a_required_question_that_came_later_is_open_and_refuses_nothing() -> None:
    questions = known(told("old"), told("new", required=True))
    assert unanswered(questions, {"old": "x"}, 1) == ["new"]
    assert read_answers(questions, {"old": "y"}, 1, {"old": "x"}) == ({"old": "y"}, [])
    assert [one.remedy for one in read_answers(questions, {"new": None}, 1, {"old": "x"})[1]] == [rules.EMPTY]


names = st.lists(st.sampled_from(["", "Iryna", "Taras", "Oleh"]), max_size=5)


@given(names, names)
def test_companions_who_are_named_keep_their_answers_and_nobody_gets_two(before: list[str], after: list[str]) -> None:
    value = ["own", *(f"{name}{at}" for at, name in enumerate(before))]
    found = carried(value, before, after)
    assert found[0] == "own"
    assert len(found) == 1 + len(after)
    given_out = [one for one in found if one is not None]
    assert len(given_out) == len(set(given_out))
    assert set(given_out) <= set(value)
    for name in {*before} & {*after} - {""}:
        theirs = [one for one, other in zip(found[1:], after, strict=True) if other == name]
        kept = [one for one in theirs if one is not None and one.startswith(name)]
        assert len(kept) == min(before.count(name), after.count(name))


@given(names)
def test_the_same_companions_change_nothing(party: list[str]) -> None:
    value = [0, *range(1, 1 + len(party))]
    assert carried(value, party, party) == value


def test_counts_say_how_often_each_was_chosen() -> None:
    questions = known(told("food", "choices", "ab", per="person"), told("kids", "number"), told("late", "boolean"))
    found = summed(
        questions, [{"food": [["a"], ["a", "b"]], "kids": 2}, {"food": [None, ["a"]], "kids": 1, "late": True}]
    )
    assert (found["food"].answered, dict(found["food"].chosen)) == (3, {"a": 3, "b": 1})
    assert (found["kids"].answered, found["kids"].total) == (2, 3)
    assert dict(found["late"].chosen) == {"true": 1}
    assert each({"food": [1]}, "food", 3) == [1, None, None]
    assert question_of(told("x", "choices", "abc")).fields == 3


TALLIED = known(
    told("food", "choices", "ab", per="person"),
    told("kids", "number"),
    told("late", "boolean"),
    told("note", "text"),
    told("notes", "text", per="person"),
    told("way", "choice", "ab"),
)
somebodys = st.fixed_dictionaries(
    {},
    optional={
        "food": st.lists(st.none() | st.lists(st.sampled_from("ab"), unique=True), max_size=3),
        "kids": st.integers(0, 10) | st.floats(-100, 100).filter(lambda one: not one.is_integer()),
        "late": st.booleans(),
        "note": st.just("x"),
        "notes": st.lists(st.none() | st.just("y"), max_size=3),
        "way": st.sampled_from("ab"),
        "gone": st.just("nobody knows this question"),
    },
)
tellings = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from("rstu"), st.none() | somebodys),
        st.sets(st.sampled_from("rstu")),
        st.frozensets(st.sampled_from("rstuv")),
    ),
    max_size=6,
)


@given(tellings)
def test_a_tally_kept_up_with_changes_is_what_is_counted_anew(
    steps: list[tuple[dict[str, dict[str, Any] | None], set[str], frozenset[str]]],
) -> None:
    """Answers come, change and are erased (None), seats are given and taken: whatever happened before, the sums are those of now. Those that
    are told again without having changed are not read again."""
    tally = Tally(TALLIED)
    now: dict[str, tuple[int, dict[str, Any] | None]] = {}
    for moment, (written, told_again, seated) in enumerate(steps):
        now |= {id: (moment, answers) for id, answers in written.items()}
        changed = {id: at for id, (at, _) in now.items() if id in written or id in told_again}
        outdated = tally.outdated(changed)
        assert set(outdated) == set(written)
        read = {id: (at, answers) for id, (at, answers) in now.items() if id in outdated and answers is not None}
        tally.follow(changed, read, seated)
        assert tally.outdated({id: at for id, (at, _) in now.items()}) == []
        anew = summed(TALLIED, [answers for id, (_, answers) in now.items() if id in seated and answers is not None])
        for id, sums in anew.items():
            assert (tally.sums[id].answered, tally.sums[id].total) == (sums.answered, sums.total)
            assert +tally.sums[id].chosen == +sums.chosen


def test_answers_that_went_between_two_looks_are_not_counted_and_a_newer_change_is_taken() -> None:
    tally = Tally(TALLIED)
    tally.follow({"r": 1, "s": 1}, {"r": (2, {"way": "a"})}, {"r", "s"})
    assert dict(tally.sums["way"].chosen) == {"a": 1}
    assert tally.outdated({"r": 2, "s": 1}) == []
    assert tally.outdated({"s": 2}) == ["s"]


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
