"""An attacker who knows the rule, the weights, and who answered which question, and asks a solver what can be worked out.

CP-SAT searches all levels that fit every figure published. What is the same in all of them is known to the attacker. The
model is written from the definitions and shares no code with what it attacks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ortools.sat.python import cp_model

Place = tuple[str, str]
"""A cell: question, perspective."""
Voice = tuple[str, dict[str, Any]]
"""Perspective, answers by question."""


@dataclass
class Form:
    """A sum of unknown levels with exact factors, and a constant."""

    factors: dict[tuple[int, str], Fraction] = field(default_factory=dict)

    def add(self, other: Form, factor: Fraction) -> None:
        for unknown, share in other.factors.items():
            self.factors[unknown] = self.factors.get(unknown, Fraction(0)) + share * factor


@dataclass(frozen=True)
class Publication:
    """A result in the shape of the API. `counted`: whether a cell enters what is published (as everybody may know)."""

    result: dict[str, Any]
    counted: Callable[[Place], bool]
    spreads: dict[str, dict[str, list[int] | None]] = field(default_factory=dict)
    levels: dict[str, float | None] = field(default_factory=dict)


class Attacker:
    """`document`: the questionnaire; `voices`: everybody with what they answered, of which the attacker sees only whether it is
    a level, `unsure`, `not_applicable` or nothing."""

    def __init__(self, document: dict[str, Any], voices: Sequence[Voice]) -> None:
        self.rules, self.span = document["rules"], document["scale"]["max"] - document["scale"]["min"]
        self.low = document["scale"]["min"]
        self.fields = {
            one["id"]: (
                Fraction(str(one["weight"])),
                [(q["id"], Fraction(str(q["weight"]))) for c in one["criteria"] for q in c["questions"]],
            )
            for one in document["fields"]
        }
        self.voices = [one for one in voices if any(answer is not None for answer in one[1].values())]
        self.model = cp_model.CpModel()
        self.level: dict[tuple[int, str], cp_model.IntVar] = {}
        self.is_at: dict[tuple[int, str, int], cp_model.IntVar] = {}
        for number, (_, answers) in enumerate(self.voices):
            for question, answer in answers.items():
                if isinstance(answer, int):
                    self._unknown(number, question)
        self._witnesses: list[dict[tuple[int, str], int]] = []

    def _unknown(self, number: int, question: str) -> None:
        level = self.model.new_int_var(0, self.span, f"{number} {question}")
        self.level[number, question] = level
        marks = [self.model.new_bool_var(f"{number} {question} {at}") for at in range(self.span + 1)]
        self.model.add_exactly_one(marks)
        self.model.add(level == sum(at * mark for at, mark in enumerate(marks)))
        for at, mark in enumerate(marks):
            self.is_at[number, question, at] = mark

    # What the attacker knows of everybody

    def states(self, place: Place) -> list[tuple[int, Any]]:
        """Voices of a cell with `level` instead of their level."""
        question, view = place
        found = [(number, answers.get(question)) for number, (own, answers) in enumerate(self.voices) if own == view]
        return [(number, "level" if isinstance(answer, int) else answer) for number, answer in found]

    def rated(self, place: Place) -> list[int]:
        return [number for number, state in self.states(place) if state == "level"]

    def views(self) -> list[str]:
        return sorted({view for view, _ in self.voices})

    # What each figure is of the unknown

    def _cell(self, place: Place) -> Form | None:
        states = self.states(place)
        words = [state for _, state in states]
        if "not_applicable" in words and not {"level", "unsure"} & set(words):
            return None
        counted = self.rated(place)
        people = len(counted)
        people += words.count("unsure") if self.rules["unsure"] == "zero" else 0
        people += words.count(None) if self.rules["unanswered"] == "zero" else 0
        return Form({(number, place[0]): Fraction(1, people) for number in counted}) if people else None

    def _question(self, question: str, views: Sequence[str], counted: Callable[[Place], bool]) -> Form | None:
        inside = [(question, view) for view in views if counted((question, view))]
        words = [state for place in inside for _, state in self.states(place)]
        if "not_applicable" in words and not {"level", "unsure"} & set(words):
            return None
        return _mean((form, Fraction(1)) for place in inside if (form := self._cell(place)) is not None)

    def _coverage(
        self, questions: Iterable[tuple[str, Fraction]], views: Sequence[str], counted: Any
    ) -> Fraction | None:
        covered = whole = Fraction(0)
        for question, weight in questions:
            words = [s for view in views if counted((question, view)) for _, s in self.states((question, view))]
            if "not_applicable" in words and not {"level", "unsure"} & set(words):
                continue
            whole += weight
            covered += weight if "level" in words else 0
        return covered / whole if whole else None

    def _field(self, name: str, views: Sequence[str], counted: Callable[[Place], bool]) -> Form | None:
        questions = self.fields[name][1]
        coverage = self._coverage(questions, views, counted)
        if coverage is None or coverage < Fraction(str(self.rules["minimum_coverage"])):
            return None
        return _mean((form, w) for q, w in questions if (form := self._question(q, views, counted)) is not None)

    def _overall(self, views: Sequence[str], counted: Callable[[Place], bool]) -> Form | None:
        if self.rules["overall"] == "fields":
            return _mean(
                (form, weight)
                for name, (weight, _) in self.fields.items()
                if (form := self._field(name, views, counted)) is not None
            )
        questions = [one for _, group in self.fields.values() for one in group]
        return _mean((form, w) for q, w in questions if (form := self._question(q, views, counted)) is not None)

    # What is published

    def reads(self, published: Publication) -> None:
        """Everything in a publication becomes something that the levels have to fit."""
        for views, block_of in [(self.views(), lambda node: node)] + [
            ([view], lambda node, view=view: node["perspectives"].get(view)) for view in self.views()
        ]:
            self._fits(self._overall(views, published.counted), block_of(published.result["overall"]))
            for name in self.fields:
                self._fits(self._field(name, views, published.counted), block_of(published.result["fields"][name]))
            for question, node in published.result.get("questions", {}).items():
                self._fits(self._question(question, views, published.counted), block_of(node))
        for question, node in published.result.get("questions", {}).items():
            if node["spread"] is not None:
                inside = [(question, view) for view in self.views() if published.counted((question, view))]
                self._spread([number for place in inside for number in self.rated(place)], question, node["spread"])
        for question, by_view in published.spreads.items():
            for view, spread in by_view.items():
                if spread is not None:
                    self._spread(self.rated((question, view)), question, spread)
        for question, level in published.levels.items():
            form = self._question(question, self.views(), published.counted)
            if level is not None and form is not None:
                exact = Fraction(level).limit_denominator(10**6) - self.low
                self._between(form, exact, exact)

    def _fits(self, form: Form | None, block: dict[str, Any] | None) -> None:
        if block is None or block["score"] is None or form is None:
            return
        unit = Fraction(1, 10 ** self.rules["decimals"])
        low = Fraction(str(block["score"])) - unit / 2
        self._between(form, low * self.span / 100, (low + unit) * self.span / 100, open_end=True)

    def _between(self, form: Form, low: Fraction, high: Fraction, open_end: bool = False) -> None:
        scale = math.lcm(low.denominator, high.denominator, *(share.denominator for share in form.factors.values()))
        total = sum(int(share * scale) * self.level[unknown] for unknown, share in form.factors.items())
        if form.factors:
            self.model.add(total >= int(low * scale))
            self.model.add(total <= int(high * scale) - open_end)

    def _spread(self, people: Sequence[int], question: str, spread: Sequence[int]) -> None:
        for at, count in enumerate(spread):
            self.model.add(sum(self.is_at[number, question, at] for number in people) == count)

    # What follows

    def known_sums(self, places: Iterable[Place]) -> list[Place]:
        """Cells whose sum of levels is the same whatever fits, though the levels alone would leave it open."""
        return [place for place in places if self.rated(place) and self._is_known(place)]

    def unheard_levels(self, question: str, view: str, spread: Sequence[int]) -> list[tuple[int, int]]:
        """(voice, level) that the spread of a cell allows and everything together does not."""
        return [
            (number, at)
            for number in self.rated((question, view))
            for at, count in enumerate(spread)
            if count and not self._may_be(number, question, at)
        ]

    def _is_known(self, place: Place) -> bool:
        unknown = [(number, place[0]) for number in self.rated(place)]
        sums = {sum(one[u] for u in unknown) for one in self._some_witness()}
        if len(sums) > 1:
            return False
        (known,) = sums
        outside = [(0, known - 1), (known + 1, self.span * len(unknown))]
        domain = cp_model.Domain.from_intervals([list(one) for one in outside if one[0] <= one[1]])
        query = self.model.clone()
        query.add_linear_expression_in_domain(sum(self.level[u] for u in unknown), domain)
        return not self._solve(query)

    def _may_be(self, number: int, question: str, at: int) -> bool:
        if any(one[number, question] == at for one in self._some_witness()):
            return True
        query = self.model.clone()
        query.add(self.level[number, question] == at)
        return self._solve(query)

    def _some_witness(self) -> list[dict[tuple[int, str], int]]:
        if not self._witnesses:
            assert self._solve(self.model), "the truth itself fits"
        return self._witnesses

    def _solve(self, model: cp_model.CpModel) -> bool:
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = len(self._witnesses)
        status = solver.solve(model)
        assert status in (cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.INFEASIBLE), solver.status_name(status)
        if status == cp_model.INFEASIBLE:
            return False
        self._witnesses.append({unknown: solver.value(level) for unknown, level in self.level.items()})
        return True


def _mean(weighted: Iterable[tuple[Form, Fraction]]) -> Form | None:
    parts = list(weighted)
    if not parts:
        return None
    whole, form = sum((weight for _, weight in parts), Fraction(0)), Form()
    for part, weight in parts:
        form.add(part, weight / whole)
    return form
