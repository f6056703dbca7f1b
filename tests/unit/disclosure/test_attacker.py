"""A solver that knows the rule, the weights and who answered what finds nothing that the shown cells do not say."""

from __future__ import annotations

from typing import Any

import pytest

from disclosure.agreement import alpha_with_interval
from disclosure.result import result
from disclosure.trace import trace_question
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.domain.questionnaire_document import parse
from services.selfcheck.domain.responses import Response
from services.selfcheck.domain.scoring import figures_of, given_across, score
from services.selfcheck.domain.sheet_model import Sheet
from services.selfcheck.domain.voices import voices
from tests.support.attacked import (
    ACROSS,
    MINIMUM,
    OFFICE,
    Assessment,
    hidden_cells,
    next_wave,
    questions,
    random_assessment,
    shown_by_rule,
    spread_publication,
)
from tests.support.attacker import Attacker, Place, Publication
from tests.unit.selfcheck.builders import document


def responses(case: Assessment) -> list[Response]:
    """As they come out of sheets and the sheets of colleagues: what the inviting person had said counts nowhere."""
    sheets = []
    for number, (view, answers) in enumerate(case.voices):
        id, held = str(number), case.handed_on.get(number, {})
        sheets.append(Sheet(id, view, answers={**answers, **held}, handed_on=frozenset(held)))
        for place, question in enumerate(held):
            theirs = {question: answers[question]}
            sheets.append(Sheet(f"{id}-{place}", view, frozenset(theirs), theirs, handed_on_by=id, root=id))
    return voices(sheets)


def attackers(case: Assessment, before: tuple[Attacker, Attacker] | None = None) -> tuple[Attacker, Attacker]:
    """One who reads everything: the results as they stood after each consensus, the traces, and what was given beyond the
    municipality; and one who reads the shown cells alone."""
    everything, cells = before or (None, None)
    everything, cells = Attacker(case.document, case.voices, everything), Attacker(case.document, case.voices, cells)
    asked, given = parse(case.document), responses(case)
    counted = shown_by_rule(everything, MINIMUM)
    for number, then, question in case.stayed:
        for one in (everything, cells):
            one.answered_as_before(one.first + number, then, question)
    for so_far in range(len(case.agreed) + 1):
        agreed = dict(list(case.agreed.items())[:so_far])
        figures = figures_of(asked, given, consensus=agreed, minimum_group=MINIMUM, institutions=case.institutions)
        published: Any = result(figures)
        traces: Any = {question: trace_question(figures, question) for question in questions(case.document)}
        told = spread_publication(published, counted, traces, agreed)
        everything.reads(told)
        across: Any = given_across(figures, case.institutions)
        everything.reads(Publication({**across, "questions": {}}, shown_by_rule(everything, ACROSS), agreed=agreed))
        if not so_far:
            cells.reads_spreads(told)
        assert alpha_beyond_spreads(published, asked) == []
    return everything, cells


def alpha_beyond_spreads(published: Any, asked: Questionnaire) -> list[str]:
    """Fields whose alpha or interval says more than the spreads told beside it: it is made of these and of nothing else."""
    beyond = []
    for field in asked.fields:
        node = published["fields"][field.id]
        spreads = [published["questions"][q.id]["spread"] or [0] * len(asked.scale) for q in field.questions]
        found = alpha_with_interval(spreads, node["answered"] or 0)
        again = (found.alpha, [found.low, found.high]) if found else (None, None)
        if (node["agreement"]["alpha"], node["agreement"]["alpha_interval"]) != again:
            beyond.append(field.id)
    return beyond


def places(attacker: Attacker) -> list[Place]:
    return [
        (question, view) for _, group in attacker.fields.values() for question, _ in group for view in attacker.views()
    ]


def worked_out(everything: Attacker, cells: Attacker) -> tuple[list[Place], list[tuple[int, str, int]]]:
    """Sums of hidden cells, and levels of voices in shown ones, that follow from everything and not from the shown cells."""
    hidden = hidden_cells(everything)
    known = [place for place in everything.known_sums(hidden) if place not in cells.known_sums([place])]
    shown = [place for place in places(everything) if place not in hidden and place[1] != OFFICE]
    return known, everything.ruled_out(shown, lambda *one: not cells.may_be(*one))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30))
def test_nothing_follows_beyond_what_shown_cells_say(seed):
    """In every third of them a second wave follows, of mostly the same people."""
    case = random_assessment(seed, document)
    known = attackers(case)
    if seed % 3 == 0:
        known = attackers(next_wave(case, seed), known)
    assert worked_out(*known) == ([], [])


def test_the_attacker_finds_a_hidden_answer_that_a_later_wave_gives_away():
    """Totals of everybody, in two waves: whoever came is what was added."""
    asked = document({"f": {"f1": 1}}, decimals=2, minimum_coverage=0)
    first = Assessment(asked, [("a", {"f1": 1}), ("a", {"f1": 3})], {})
    later = Assessment(asked, [*first.voices, ("b", {"f1": 4})], {}, stayed=[(0, 0, "f1"), (1, 1, "f1")])
    attacker = None
    for case in (first, later):
        attacker = Attacker(asked, case.voices, attacker)
        for number, then, question in case.stayed:
            attacker.answered_as_before(attacker.first + number, then, question)
        everybody: Any = score(parse(asked), responses(case), minimum_group=1)
        for node in (everybody["overall"], *everybody["fields"].values(), *everybody["questions"].values()):
            node["perspectives"] = {}
        attacker.reads(Publication(everybody, lambda place: True))
    assert attacker.known_sums([("f1", "b")]) == [("f1", "b")]


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
