"""Where everything is shown, scores are what the definitions say, to the last digit."""

from __future__ import annotations

import random
from typing import Any

import pytest

from services.selfcheck.domain.questionnaire_document import parse
from services.selfcheck.domain.responses import Response
from services.selfcheck.domain.scoring import score
from tests.support.examples import examples
from tests.unit.disclosure.reference import Person, scores
from tests.unit.selfcheck.builders import document

SETS = examples(400)
VIEWS = ("administration", "civil_society", "economy")


def random_document(chance: random.Random) -> dict[str, Any]:
    low = chance.choice([0, 0, 1, -2])
    shape = {
        f"f{field}": {
            f"f{field}.q{number}": chance.choice([0.1, 0.5, 1, 1, 2, 3]) for number in range(chance.randint(1, 6))
        }
        for field in range(chance.randint(1, 4))
    }
    return document(
        shape,
        scale=(low, low + chance.randint(1, 6)),
        field_weights={field: chance.choice([0.5, 1, 1, 3]) for field in shape},
        unsure=chance.choice(["exclude", "zero"]),
        unanswered=chance.choice(["exclude", "zero"]),
        overall=chance.choice(["fields", "questions"]),
        minimum_coverage=chance.choice([0, 0.5, 0.7, 1]),
        decimals=chance.randint(0, 3),
    )


def random_people(chance: random.Random, asked: dict[str, Any], least: int) -> list[Person]:
    """`least` people of each perspective give a level at every question of theirs; what others do is free."""
    low, high = asked["scale"]["min"], asked["scale"]["max"]
    questions = [q["id"] for field in asked["fields"] for c in field["criteria"] for q in c["questions"]]
    people: list[Person] = []
    for view in VIEWS[: chance.randint(1, 3)]:
        for number in range(least + chance.randint(0, 5)):
            answers: dict[str, Any] = {}
            for question in questions:
                words = [chance.randint(low, high)] * 3 + ["unsure", "not_applicable", None]
                answers[question] = chance.randint(low, high) if number < least else chance.choice(words)
            some = frozenset(chance.sample(questions, chance.randint(1, len(questions)))) if number >= least else None
            only_asked = {q: a for q, a in answers.items() if some is None or q in some}
            people.append((view, only_asked, chance.choice([None, some])))
    chance.shuffle(people)
    return people


@pytest.mark.parametrize("minimum_group", [1, 3, 5])
def test_scores_are_what_the_definitions_say(minimum_group):
    compared = 0
    for seed in range(SETS):
        chance = random.Random(f"{minimum_group} {seed}")
        asked = random_document(chance)
        people = random_people(chance, asked, 0 if minimum_group == 1 else minimum_group)
        low, high = asked["scale"]["min"], asked["scale"]["max"]
        questions = [q["id"] for field in asked["fields"] for c in field["criteria"] for q in c["questions"]]
        agreed = {q: chance.randint(low, high) for q in questions if chance.random() < 0.3}
        expected = scores(asked, people, agreed)
        found = score(
            parse(asked),
            [Response(str(n), view, answers, only) for n, (view, answers, only) in enumerate(people)],
            consensus=agreed,
            minimum_group=minimum_group,
        )
        nodes = {"overall": found["overall"], **found["fields"], **found["questions"]}
        for (place, view), told in expected.items():
            if view == "consensus":
                inside = place == "overall" or place in agreed or any(q in agreed for q in questions_of(asked, place))
                assert nodes[place]["consensus_score"] == (told if inside else None), (seed, place)
                continue
            node: Any = nodes[place] if not view else nodes[place]["perspectives"][view]
            assert (node["score"], node["coverage"]) == told, (seed, place, view)
            compared += 1
        assert not any("left_out" in node for node in nodes.values()), "everything is shown"
    assert compared > 10 * SETS


def questions_of(asked: dict[str, Any], field: str) -> list[str]:
    return [q["id"] for one in asked["fields"] if one["id"] == field for c in one["criteria"] for q in c["questions"]]


def test_points_that_the_rules_left_open_stay_as_they_were_settled():
    def node(people: list[Person], **rules: Any) -> Any:
        asked = document({"f": {"f1": 1, "f2": 1}}, **rules)
        return score(parse(asked), [Response(str(n), *one) for n, one in enumerate(people)])

    one_level = node([("a", {"f1": 3}, None), ("a", {"f1": "unsure", "f2": 1}, None)])
    assert one_level["questions"]["f1"]["coverage"] == 1, "one level covers a question"
    silence = node([("a", {"f1": "not_applicable", "f2": 1}, None), ("a", {"f2": 2}, None)])
    assert silence["questions"]["f1"]["coverage"] is None, "one “not applicable” plus silence removes it"
    assert silence["fields"]["f"]["coverage"] == 1
    thin = node([("a", {"f1": 4}, None)], overall="questions", minimum_coverage=1)
    assert (thin["fields"]["f"]["score"], thin["overall"]["score"]) == (None, 100), (
        "overall ignores the minimum coverage"
    )
    people: list[Person] = [("a", {"f1": 4, "f2": 2}, None)]
    assert node([*people, ("a", {}, None), ("b", {"f1": None}, None)], unanswered="zero") == node(
        people, unanswered="zero"
    )
