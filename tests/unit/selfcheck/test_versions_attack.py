"""Why the same answers must never be scored under two versions of a questionnaire."""

from __future__ import annotations

import random

from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.responses import Response
from services.selfcheck.domain.scoring import score
from tests.unit.selfcheck.attacker import Attacker, exposed
from tests.unit.selfcheck.builders import questionnaire

MINIMUM = 3


def attacker(asked: Questionnaire, people: list[Response]) -> Attacker:
    """Who holds the published result, and knows who answered what question."""
    own = [
        Response(
            one.respondent, one.perspective, {q: answer for q, answer in one.answers.items() if q in asked.questions}
        )
        for one in people
    ]
    return Attacker(asked, own, score(asked, own, minimum_group=MINIMUM), {})


def test_each_version_alone_exposes_nobody_but_both_together_would() -> None:
    """The later version leaves one question out: what hides its few answers in the earlier one can then be subtracted.

    Therefore an assessment keeps its version for ever, no route scores its answers under another, and reporting draws
    series from published scores (decision 25).
    """
    chance, together = random.Random(3), 0
    for _ in range(60):
        weights = {f"q{number}": 1.0 for number in range(chance.randint(2, 4))}
        earlier, later = questionnaire({"f": weights}), questionnaire({"f": dict(list(weights.items())[1:])})
        people = [
            Response(f"r{n}", chance.choice("ab"), {q: chance.randint(0, 4) for q in weights if chance.random() < 0.7})
            for n in range(chance.randint(3, 9))
        ]
        both = attacker(earlier, people), attacker(later, people)
        assert exposed(both[:1], MINIMUM) is None
        together += exposed(both, MINIMUM) is not None
    assert together > 10
