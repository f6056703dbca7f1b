"""No small group of any member can be worked out of a joint result: not from it, not against members' figures, not by staff
who know their own municipality, not when a member goes."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.selfcheck.domain.assessed import assess
from services.selfcheck.domain.joint_figures import ACROSS, HIDDEN, going_out, in_both, together
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.responses import Answer, Response
from services.selfcheck.domain.scoring import half_up, result, score
from services.selfcheck.domain.tally import count
from tests.unit.selfcheck.attacker import Attacker, Equation, exposed, rank
from tests.unit.selfcheck.builders import EXAMPLES, questionnaire, questionnaires, respond

ASKED = questionnaire({"f": {"f1": 1, "f2": 1}, "g": {"g1": 1}}, minimum_coverage=0, decimals=1)
ALL: dict[str, Answer] = {"f1": 4, "f2": 3, "g1": 2}
NOTHING = {"consensus_score": None, "agreement": {"rwg": None, "alpha": None, "alpha_interval": None}, "spread": None}
Blocks = dict[tuple[str, str], Any]


def given_out(asked: Questionnaire, people: list[Response], minimum_group: int) -> Any:
    assessed = assess(asked, count(asked, people, "ab"), {}, minimum_group)
    return going_out(assessed, result(assessed))


def as_result(figures: Any) -> Any:
    """In the shape that the attacker reads."""
    fields = {name: {**node, **NOTHING} for name, node in figures["fields"].items()}
    return {"overall": {**figures["overall"], **NOTHING}, "fields": fields, "questions": {}}


def blocks(figures: Any) -> Blocks:
    """Every figure by its place: (field or "", perspective or "")."""
    nodes = {"": figures["overall"], **figures["fields"]}
    flat = {(name, ""): node for name, node in nodes.items()}
    flat |= {(name, view): one for name, node in nodes.items() for view, one in node["perspectives"].items()}
    return flat


@st.composite
def members(draw: st.DrawFn) -> tuple[Questionnaire, list[list[Response]], int]:
    """Two or three members near the limits, with the same questionnaire."""
    asked = draw(questionnaires(max_questions=4, minimum_coverage=draw(st.sampled_from([0, 0.5]))))
    levels = st.integers(asked.scale.min, asked.scale.max)
    skipped: st.SearchStrategy[Answer] = st.sampled_from(["unsure", "not_applicable", None])
    towns = []
    for town in range(draw(st.integers(2, 3))):
        rare = draw(st.sets(st.sampled_from(list(asked.questions)), max_size=2))
        people = []
        for view in draw(st.sampled_from(["a", "ab"])):
            for number in range(draw(st.integers(2, 7))):
                answers: dict[str, Answer] = {}
                for question in asked.questions:
                    answering = question not in rare or draw(st.booleans())
                    answers[question] = draw(levels) if answering else draw(skipped)
                people.append(Response(f"{town}{view}{number}", view, answers))
        towns.append(people)
    return asked, towns, draw(st.integers(3, 4))


@settings(EXAMPLES, max_examples=120)
@given(members())
def test_what_goes_out_isolates_nobody_for_those_outside_and_tells_those_inside_nothing_new(case):
    asked, towns, minimum_group = case
    for people in towns:
        out = given_out(asked, people, minimum_group)
        outside = Attacker(asked, people, as_result(out), {})
        own = score(asked, people, minimum_group=minimum_group, perspectives="ab")
        assert exposed([outside], ACROSS) is None
        assert exposed([outside, Attacker(asked, people, own, {})], minimum_group) is None
        inside = blocks(own)
        assert all(
            one["answered"] is None or one["score"] == inside[place]["score"] for place, one in blocks(out).items()
        )


@settings(EXAMPLES, max_examples=120)
@given(members(), st.data())
def test_staff_of_a_member_learn_nothing_of_a_small_group_elsewhere_from_all_figures_at_once(case, data):
    """The first member's staff know every answer of their own people, all members' figures, the joint result, and the one
    that stands after a member has gone."""
    asked, towns, minimum_group = case
    attackers = [Attacker(asked, people, as_result(given_out(asked, people, minimum_group)), {}) for people in towns]
    out = [given_out(asked, people, minimum_group) for people in towns]
    own: list[dict[tuple[int, Any], Fraction]] = [
        {(town, cell): share for cell, share in equation.items()}
        for town, attacker in enumerate(attackers)
        for equation in attacker.equations()
    ]
    joint = [*equations_together(attackers, out), *equations_together(attackers[:-1], out[:-1])]

    people = {(town, cell): who for town, one in enumerate(attackers) for cell, who in one.people.items() if who}
    elsewhere = [unknown for unknown in people if unknown[0] != 0]
    everybody = sorted(frozenset().union(*(people[unknown] for unknown in elsewhere)))
    group = data.draw(st.sets(st.sampled_from(everybody), max_size=ACROSS - 1)) if everybody else set()
    outside = [unknown for unknown in elsewhere if not people[unknown] <= group]
    equations = [*own, *joint]

    def known(unknowns: list[Any]) -> int:
        return rank([[equation.get(unknown, Fraction(0)) for unknown in unknowns] for equation in equations])

    assert known(outside) == known(elsewhere)


def equations_together(attackers: list[Attacker], out: list[Any]) -> list[dict[tuple[int, Any], Fraction]]:
    """One for each joint figure that is shown: the mean of what enters it. The service says how many members that are; the
    attacker tries who they are by their figures, and is wrong about none."""
    found = []
    for place, block in blocks(together(out, 0)).items():
        if block["score"] is None:
            continue
        entering = [town for town, figures in enumerate(out) if blocks(figures)[place]["score"] is not None]
        assert len(entering) == block["members"]
        equation: dict[tuple[int, Any], Fraction] = {}
        for town in entering:
            for cell, share in equation_of(attackers[town], place).items():
                equation[town, cell] = share / len(entering)
        found.append(equation)
    return found


def equation_of(attacker: Attacker, place: tuple[str, str]) -> Equation:
    field, view = place
    column = attacker.exact.perspectives[view] if view else attacker.exact.total
    perspective = view or None
    return attacker._field(field, column, perspective) if field else attacker._overall(column, perspective)


@settings(EXAMPLES, max_examples=120)
@given(members(), st.data())
def test_what_is_hidden_of_a_member_does_not_enter_the_joint_figures(case, data):
    """Whatever hidden people answered, as long as no figure shown of their municipality changes: the joint one does not either."""
    asked, towns, minimum_group = case
    levels = st.integers(asked.scale.min, asked.scale.max)
    out = [given_out(asked, people, minimum_group) for people in towns]
    changed = [
        [
            Response(
                one.respondent,
                one.perspective,
                {q: data.draw(levels) if isinstance(a, int) else a for q, a in one.answers.items()},
            )
            for one in people
        ]
        for people in towns
    ]
    after = [given_out(asked, people, minimum_group) for people in changed]
    joint, joint_after = blocks(together(out, 1)), blocks(together(after, 1))
    for place in joint:
        if [blocks(one)[place] for one in out] == [blocks(one)[place] for one in after]:
            assert joint[place] == joint_after[place]


def test_by_hand():
    first = given_out(ASKED, respond("a", *[ALL] * 5), 3)
    second = given_out(ASKED, respond("a", *[{"f1": 0, "f2": 1, "g1": 3}] * 6), 3)
    third = given_out(ASKED, respond("a", *[ALL] * 4), 3)
    shown = {"score": 87.5, "coverage": 1.0, "answered": 5}
    assert first["fields"]["f"] == {**shown, "perspectives": {"a": shown, "b": HIDDEN}}
    assert {**third["fields"]["f"], "perspectives": {}} == {**HIDDEN, "perspectives": {}}, (
        "four people: shown within, not beyond"
    )
    joint = together([first, second, third], 1)
    assert joint["fields"]["f"]["score"] == 50.0
    assert (joint["fields"]["f"]["answered"], joint["fields"]["f"]["members"]) == (11, 2)
    assert joint["fields"]["g"]["score"] == 62.5
    assert joint["overall"]["score"] == half_up(Fraction("56.25"), 1) == 56.3, "the mean of 68.8 and 43.8, as shown"


def test_a_larger_minimum_group_of_a_member_holds_beyond_it_too():
    out = given_out(ASKED, respond("a", *[ALL] * 7), 8)
    assert {one["answered"] for one in blocks(out).values()} == {None}


def test_of_one_member_there_is_nothing_together():
    first = given_out(ASKED, respond("a", *[ALL] * 5), 3)
    none = given_out(ASKED, respond("a", ALL, ALL), 3)
    for joint in (together([first], 1), together([first, none], 1)):
        assert {(one["score"], one["answered"]) for one in blocks(joint).values()} == {(None, None)}
    assert together([], 1)["fields"] == {}


@EXAMPLES
@given(members(), st.permutations([0, 1]))
def test_the_order_of_members_is_without_meaning(case, order):
    asked, towns, minimum_group = case
    out = [given_out(asked, people, minimum_group) for people in towns[:2]]
    assert together(out, 1) == together([out[i] for i in order], 1)


def test_a_figure_that_only_one_of_two_results_shows_stays_in():
    people = respond("a", *[ALL] * 6) + respond("b", *[ALL] * 6)
    one, other = score(ASKED, people, minimum_group=3), score(ASKED, people, minimum_group=5)
    one["fields"]["f"]["perspectives"]["a"] = other["fields"]["g"]["perspectives"]["b"] = HIDDEN
    other["overall"].update(HIDDEN)
    out = blocks(in_both(one, other))
    hidden = {place for place, block in out.items() if block["answered"] is None}
    assert hidden == {("f", "a"), ("g", "b"), ("", "")}
