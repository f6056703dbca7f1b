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
NOTHING = {"agreement": {"rwg": None, "alpha": None, "alpha_interval": None}, "spread": None}
Blocks = dict[tuple[str, str], Any]


Agreed = dict[str, int]


def given_out(asked: Questionnaire, people: list[Response], minimum_group: int, agreed: Agreed | None = None) -> Any:
    assessed = assess(asked, count(asked, people, "ab"), agreed or {}, minimum_group)
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


def agreements(figures: Any) -> dict[str, Any]:
    """The whole ("") and the fields, which alone carry what workshops agreed on."""
    return {"": figures["overall"], **figures["fields"]}


@st.composite
def members(draw: st.DrawFn) -> tuple[Questionnaire, list[tuple[list[Response], Agreed]], int]:
    """Two or three members near the limits, with the same questionnaire: people, and what their workshop agreed on."""
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
        agreed = draw(st.dictionaries(st.sampled_from(list(asked.questions)), levels, max_size=3))
        towns.append((people, agreed))
    return asked, towns, draw(st.integers(3, 4))


@settings(EXAMPLES, max_examples=120)
@given(members())
def test_what_goes_out_isolates_nobody_for_those_outside_and_tells_those_inside_nothing_new(case):
    asked, towns, minimum_group = case
    for people, agreed in towns:
        out = given_out(asked, people, minimum_group, agreed)
        outside = Attacker(asked, people, as_result(out), agreed)
        own = score(asked, people, consensus=agreed, minimum_group=minimum_group, perspectives="ab")
        assert exposed([outside], ACROSS) is None
        assert exposed([outside, Attacker(asked, people, own, agreed)], minimum_group) is None
        inside = blocks(own)
        for place, node in agreements(out).items():
            assert node["consensus_score"] in (None, agreements(own)[place]["consensus_score"])
        assert all(
            one["answered"] is None or one["score"] == inside[place]["score"] for place, one in blocks(out).items()
        )


@settings(EXAMPLES, max_examples=120)
@given(members(), st.data())
def test_staff_of_a_member_learn_nothing_of_a_small_group_elsewhere_from_all_figures_at_once(case, data):
    """The first member's staff know every answer of their own people, what every workshop agreed on, all members' figures,
    the joint result, and the one that stands after a member has gone."""
    asked, towns, minimum_group = case
    out = [given_out(asked, people, minimum_group, agreed) for people, agreed in towns]
    attackers = [
        Attacker(asked, people, as_result(shown), agreed) for (people, agreed), shown in zip(towns, out, strict=True)
    ]
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
    for field, node in agreements(together(out, 0)).items():
        if node["consensus_score"] is not None:
            entering = [
                town for town, figures in enumerate(out) if agreements(figures)[field]["consensus_score"] is not None
            ]
            found.append(
                {
                    (town, cell): share / len(entering)
                    for town in entering
                    for cell, share in agreed_equation_of(attackers[town], field).items()
                }
            )
    return found


def agreed_equation_of(attacker: Attacker, field: str) -> Equation:
    agreed = attacker.exact.agreed
    return attacker._field(field, agreed) if field else attacker._overall(agreed)


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
    out = [given_out(asked, people, minimum_group, agreed) for people, agreed in towns]
    changed = [
        [
            Response(
                one.respondent,
                one.perspective,
                {q: data.draw(levels) if isinstance(a, int) else a for q, a in one.answers.items()},
            )
            for one in people
        ]
        for people, _ in towns
    ]
    after = [
        given_out(asked, people, minimum_group, agreed) for people, (_, agreed) in zip(changed, towns, strict=True)
    ]
    joint, joint_after = blocks(together(out, 1)), blocks(together(after, 1))
    for place in joint:
        if [blocks(one)[place] for one in out] == [blocks(one)[place] for one in after]:
            assert without_agreement(joint[place]) == without_agreement(joint_after[place])
    for field, node in agreements(together(out, 1)).items():
        scores = [[agreements(one)[field]["consensus_score"] for one in given] for given in (out, after)]
        if scores[0] == scores[1]:
            assert node["consensus_score"] == agreements(together(after, 1))[field]["consensus_score"]


def without_agreement(block: Any) -> Any:
    return {key: value for key, value in block.items() if key not in ("consensus_score", "perspectives")}


def test_by_hand():
    first = given_out(ASKED, respond("a", *[ALL] * 5), 3)
    second = given_out(ASKED, respond("a", *[{"f1": 0, "f2": 1, "g1": 3}] * 6), 3)
    third = given_out(ASKED, respond("a", *[ALL] * 4), 3)
    shown = {"score": 87.5, "coverage": 1.0, "answered": 5}
    nothing_agreed = {"consensus_score": None, "consensus_questions": 0}
    assert first["fields"]["f"] == {**shown, **nothing_agreed, "perspectives": {"a": shown, "b": HIDDEN}}
    assert {**third["fields"]["f"], "perspectives": {}} == {**HIDDEN, **nothing_agreed, "perspectives": {}}, (
        "four people: shown within, not beyond"
    )
    joint = together([first, second, third], 1)
    assert joint["fields"]["f"]["score"] == 50.0
    assert (joint["fields"]["f"]["answered"], joint["fields"]["f"]["members"]) == (11, 2)
    assert joint["fields"]["g"]["score"] == 62.5
    assert joint["overall"]["score"] == half_up(Fraction("56.25"), 1) == 56.3, "the mean of 68.8 and 43.8, as shown"


def test_what_workshops_agreed_on():
    """f1 is 4 and f2 is 3 for the first; its workshop says 2 for f1. The third is too small to show the rest of its field."""
    first = given_out(ASKED, respond("a", *[ALL] * 5), 3, {"f1": 2})
    second = given_out(ASKED, respond("a", *[ALL] * 6), 3, {"f1": 4, "g1": 1})
    third = given_out(ASKED, respond("a", *[ALL] * 4), 3, {"f1": 0, "g1": 4})
    assert (first["fields"]["f"]["consensus_score"], first["fields"]["f"]["consensus_questions"]) == (62.5, 1)
    assert (third["fields"]["f"]["consensus_score"], third["fields"]["f"]["consensus_questions"]) == (None, 1)
    assert third["fields"]["g"]["consensus_score"] == 100, "agreed on wholly: nobody's answer is in it"
    assert second["overall"]["consensus_questions"] == 2
    joint = together([first, second, third], 1)
    assert (joint["fields"]["f"]["consensus_score"], joint["fields"]["f"]["consensus_members"]) == (75.0, 3)
    assert (joint["fields"]["g"]["consensus_score"], joint["fields"]["g"]["consensus_members"]) == (62.5, 2)


def test_figures_given_before_agreements_went_out_are_taken_as_they_are():
    old = given_out(ASKED, respond("a", *[ALL] * 5), 3, {"f1": 2})
    for node in agreements(old).values():
        del node["consensus_score"], node["consensus_questions"]
    joint = together([old, given_out(ASKED, respond("a", *[ALL] * 5), 3, {"f1": 2})], 1)
    assert joint["fields"]["f"]["score"] == 87.5
    assert (joint["fields"]["f"]["consensus_score"], joint["fields"]["f"]["consensus_members"]) == (None, 1)


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
    out = [given_out(asked, people, minimum_group, agreed) for people, agreed in towns[:2]]
    assert together(out, 1) == together([out[i] for i in order], 1)


def test_a_figure_that_only_one_of_two_results_shows_stays_in():
    people = respond("a", *[ALL] * 6) + respond("b", *[ALL] * 6)
    one, other = score(ASKED, people, minimum_group=3), score(ASKED, people, minimum_group=5)
    one["fields"]["f"]["perspectives"]["a"] = other["fields"]["g"]["perspectives"]["b"] = HIDDEN
    other["overall"].update(HIDDEN)
    out = blocks(in_both(one, other, {}))
    hidden = {place for place, block in out.items() if block["answered"] is None}
    assert hidden == {("f", "a"), ("g", "b"), ("", "")}
