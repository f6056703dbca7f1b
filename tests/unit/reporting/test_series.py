"""Lines over the years: across the same and the comparable only, from disclosed figures only, and with a word at each break."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.reporting.domain.lineage import Lineage, Question, Version
from services.reporting.domain.series import MINIMUM_COMPARABLE, FieldSeries, Wave, field_series, question_series
from tests.support.examples import examples

EXAMPLES = settings(max_examples=examples(200), deadline=None, derandomize=True)
EXCLUDE = ("exclude", "exclude")
Asked = dict[str, tuple[float, tuple[str, str] | None]]
"""By question: its weight and what it continues."""


def version(number: int, asked: Asked, treatment: tuple[str, str] = EXCLUDE, field: str = "f") -> Version:
    follows = f"q:{number - 1}" if number > 1 else None
    questions = {id: Question(id, field, {"de": id}, weight, link) for id, (weight, link) in asked.items()}
    return Version(f"q:{number}", follows, [(field, {"de": "Feld"})], questions, treatment)


def wave(of: Version, scores: dict[str, float | None], field: float | None = None) -> Wave:
    def figures(score: float | None) -> dict[str, Any]:
        return {"score": score, "coverage": None if score is None else 1.0, "perspectives": {"p": {"score": score}}}

    result = {"questions": {id: figures(score) for id, score in scores.items()}, "fields": {"f": figures(field)}}
    return Wave(of.name, of, result)


def drawn(*waves: Wave) -> FieldSeries:
    return field_series("f", waves, Lineage(list({one.version.name: one.version for one in waves}.values())))


def scores(series: FieldSeries) -> list[list[float | None]]:
    return [[point.score for point in run.points] for run in series.runs]


ONE = version(1, {"a": (1, None), "b": (1, None), "c": (2, None)})


def test_the_same_version_is_one_line_of_published_scores() -> None:
    series = drawn(wave(ONE, {}, 40.0), wave(ONE, {}, None), wave(ONE, {}, 60.0))
    assert scores(series) == [[40.0, None, 60.0]]
    assert (series.breaks, series.runs[0].basis, series.runs[0].comparable) == ((), "field", 1.0)


def test_a_version_with_the_same_questions_goes_on_with_published_scores() -> None:
    two = version(2, {"x": (1, ("a", "same")), "b": (1, ("b", "comparable")), "c": (2, ("c", "same"))})
    series = drawn(wave(ONE, {"a": 0.0}, 40.0), wave(two, {"x": 100.0}, 60.0))
    assert scores(series) == [[40.0, 60.0]]
    assert series.runs[0].basis == "field"
    assert series.steps[0].same == ("x", "c")
    assert series.steps[0].comparable == ("b",)


def test_a_new_question_leaves_only_the_others_in_the_line() -> None:
    two = version(2, {"a": (1, ("a", "same")), "c": (2, ("c", "same")), "new": (1, None)})
    series = drawn(
        wave(ONE, {"a": 10.0, "b": 90.0, "c": 40.0}, 50.0), wave(two, {"a": 40.0, "c": 55.0, "new": 0.0}, 30.0)
    )
    assert scores(series) == [[30.0, 50.0]]
    assert (series.runs[0].basis, series.runs[0].comparable) == ("questions", 0.75)
    assert (series.steps[0].new, series.steps[0].removed) == (("new",), ("b",))
    assert series.runs[0].points[0].perspectives == {"p": 30.0}


def test_too_few_comparable_questions_break_the_line_and_it_begins_anew() -> None:
    two = version(2, {"a": (1, ("a", "same")), "n": (3, None)})
    series = drawn(wave(ONE, {}, 50.0), wave(two, {}, 30.0), wave(two, {}, 35.0))
    assert scores(series) == [[50.0], [30.0, 35.0]]
    assert [(one.before, one.reason, one.comparable) for one in series.breaks] == [(1, "questions", 0.25)]


def test_weights_that_changed_are_no_published_scores() -> None:
    two = version(2, {"a": (3, ("a", "same")), "b": (1, ("b", "same")), "c": (0.5, ("c", "same"))})
    series = drawn(wave(ONE, {"a": 0.0, "b": 0.0, "c": 90.0}, 45.0), wave(two, {"a": 0.0, "b": 0.0, "c": 90.0}, 10.0))
    assert scores(series) == [[10.0, 10.0]]


def test_other_rules_break_every_line() -> None:
    two = version(
        2,
        {id: (weight, (id, "same")) for id, (weight, _) in {"a": (1, 0), "b": (1, 0), "c": (2, 0)}.items()},
        ("zero", "exclude"),
    )
    series = drawn(wave(ONE, {}, 50.0), wave(two, {}, 30.0))
    assert [(one.reason, one.comparable) for one in series.breaks] == [("rules", 1.0)]


def test_hidden_figures_are_not_made_up() -> None:
    two = version(2, {"a": (1, ("a", "same")), "c": (2, ("c", "same")), "b": (1, ("b", "same")), "n": (0.1, None)})
    enough = drawn(wave(ONE, {"a": None, "b": 50.0, "c": 50.0}, 50.0), wave(two, {"a": 0.0, "b": 60.0, "c": 60.0}, 1.0))
    assert scores(enough) == [[50.0, 60.0]]
    few = drawn(wave(ONE, {"a": 1.0, "b": 50.0, "c": None}, 50.0), wave(two, {"a": 0.0, "b": 60.0, "c": 60.0}, 1.0))
    assert [one.reason for one in few.breaks] == ["hidden"]


def test_what_continues_an_unknown_version_begins_anew() -> None:
    three = version(3, {"a": (1, ("a", "same")), "b": (1, ("b", "same")), "c": (2, ("c", "same"))})
    assert [one.reason for one in drawn(wave(ONE, {}, 1.0), wave(three, {}, 2.0)).breaks] == ["questions"]


def test_questions_keep_their_thread_under_other_names() -> None:
    two = version(2, {"x": (1, ("a", "comparable")), "n": (1, None)})
    three = version(3, {"y": (1, ("x", "same")), "n": (1, ("n", "same"))})
    waves = [wave(ONE, {"a": 1.0}), wave(two, {"x": 2.0, "n": 7.0}), wave(three, {"y": 3.0, "n": 8.0})]
    series = question_series(waves, Lineage([ONE, two, three]))
    assert [[(one.wave, one.id, one.relation) for one in thread.asked] for thread in series] == [
        [(0, "a", None), (1, "x", "comparable"), (2, "y", "same")],
        [(1, "n", None), (2, "n", "same")],
        [(0, "b", None)],
        [(0, "c", None)],
    ]
    jump = question_series([waves[0], waves[2]], Lineage([ONE, two, three]))
    assert jump[0].asked[1].relation == "comparable"


@st.composite
def histories(draw: st.DrawFn) -> list[Wave]:
    """Waves over versions whose questions come, go, change and move weight; some figures hidden."""
    versions: list[Version] = []
    for number in range(1, draw(st.integers(2, 4))):
        questions: Asked = {}
        for n in range(draw(st.integers(1, 5))):
            link = None
            if versions:
                free = sorted(set(versions[-1].questions) - {link[0] for _, link in questions.values() if link})
                if free and draw(st.booleans()):
                    link = draw(st.sampled_from(free)), draw(st.sampled_from(["same", "comparable"]))
            questions[f"v{number}.{n}"] = draw(st.sampled_from([0.5, 1, 2])), link
        versions.append(version(number, questions, draw(st.sampled_from([EXCLUDE, EXCLUDE, ("zero", "zero")]))))
    figure = st.one_of(st.none(), st.floats(0, 100))
    return [
        wave(of, {id: draw(figure) for id in of.questions}, draw(figure))
        for of in draw(st.lists(st.sampled_from(versions), min_size=1, max_size=5))
    ]


@EXAMPLES
@given(histories())
def test_every_wave_is_in_exactly_one_line_and_lines_rest_on_enough(waves: list[Wave]) -> None:
    series = drawn(*waves)
    assert [run.first + step for run in series.runs for step in range(len(run.points))] == list(range(len(waves)))
    assert [one.before for one in series.breaks] == [run.first for run in series.runs[1:]]
    assert all(run.comparable >= MINIMUM_COMPARABLE for run in series.runs)
    for run in series.runs:
        joined = waves[run.first : run.first + len(run.points)]
        assert len({one.version.treatment for one in joined}) == 1


@EXAMPLES
@given(histories(), st.data())
def test_a_hidden_figure_is_in_no_point(waves: list[Wave], data: st.DataObject) -> None:
    """Whatever stood behind a hidden figure, the series is the same: it can't be worked out of it."""
    series = drawn(*waves)
    for one in waves:
        for figures in [*one.result["questions"].values(), *one.result["fields"].values()]:
            if figures["score"] is None:
                figures["secret"] = data.draw(st.floats(0, 100))
    assert drawn(*waves) == series
    for run in series.runs:
        if run.basis == "field":
            published = [one.result["fields"]["f"]["score"] for one in waves[run.first : run.first + len(run.points)]]
            assert [point.score for point in run.points] == published
