"""A solver that knows the rule, the weights and who answered what finds nothing that the shown cells do not say."""

from __future__ import annotations

from typing import Any

import pytest

from disclosure.trace import trace_question
from services.selfcheck.domain.questionnaire_document import parse
from services.selfcheck.domain.responses import Response
from services.selfcheck.domain.scoring import figures_of, given_across, score
from tests.support.attacked import (
    ACROSS,
    MINIMUM,
    Assessment,
    hidden_cells,
    questions,
    random_assessment,
    shown_by_rule,
    spread_publication,
)
from tests.support.attacker import Attacker, Publication
from tests.unit.selfcheck.builders import document


def responses(case: Assessment) -> list[Response]:
    return [Response(str(n), view, answers) for n, (view, answers) in enumerate(case.voices)]


def informed(case: Assessment) -> Attacker:
    """Knows the result, the traces, and what was given beyond the municipality."""
    attacker = Attacker(case.document, case.voices)
    asked = parse(case.document)
    figures = figures_of(
        asked, responses(case), consensus=case.agreed, minimum_group=MINIMUM, institutions=case.institutions
    )
    published: Any = score(
        asked, responses(case), consensus=case.agreed, minimum_group=MINIMUM, institutions=case.institutions
    )
    traces: Any = {question: trace_question(figures, question) for question in questions(case.document)}
    attacker.reads(spread_publication(published, shown_by_rule(attacker, MINIMUM), traces))
    across: Any = given_across(figures, case.institutions)
    attacker.reads(Publication({**across, "questions": {}}, shown_by_rule(attacker, ACROSS)))
    return attacker


@pytest.mark.parametrize("seed", range(30))
def test_nothing_follows_beyond_what_shown_cells_say(seed):
    case = random_assessment(seed, document)
    attacker = informed(case)
    assert attacker.known_sums(hidden_cells(attacker)) == []
    for question in questions(case.document):
        for view in attacker.views():
            counted = attacker.rated((question, view))
            if view in case.institutions or len(counted) < MINIMUM:
                continue
            spread = [0] * 5
            for number in counted:
                spread[case.voices_taking_part[number][1][question]] += 1
            assert attacker.unheard_levels(question, view, spread) == [], (question, view)


def test_the_attacker_finds_what_totals_of_everybody_tell():
    """Totals that count everybody, small groups hidden beside them, as results were published before: the proof above is
    worth something only because the same attacker finds these."""
    found = cells = 0
    for seed in range(20):
        case = random_assessment(seed, document, office=False)
        attacker = Attacker(case.document, case.voices)
        asked = parse(case.document)
        everybody: Any = score(asked, responses(case), minimum_group=1)
        for node in (everybody["overall"], *everybody["fields"].values(), *everybody["questions"].values()):
            node["perspectives"] = {
                view: block if (block["answered"] or 0) >= MINIMUM else {"score": None}
                for view, block in node["perspectives"].items()
            }
        attacker.reads(Publication(everybody, lambda place: True))
        hidden = hidden_cells(attacker, ())
        cells += len(hidden)
        found += len(attacker.known_sums(hidden))
    assert cells > 20
    assert found > cells / 3
