"""An attacker who knows the rule, the weights, and who answered which question, and asks a solver what can be worked out.

CP-SAT searches all levels that fit every figure published. What is the same in all of them is known to the attacker. The
model is written from the definitions and shares no code with what it attacks. A voice is an invitation with all that was handed on
from it; whoever attacks knows who handed on what. Several publications of the same answers (a result before and after each
consensus), and a later wave in which some are known to have answered as before, are read one after the other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ortools.sat.python import cp_model

Place = tuple[str, str]
"""A cell: question, perspective."""
Voice = tuple[str, dict[str, Any]]
"""Perspective, answers by question."""
Agreed = Mapping[str, int]
"""Agreed levels by question."""


@dataclass
class Form:
    """A sum of unknown levels with exact factors, and a constant."""

    factors: dict[tuple[int, str], Fraction] = field(default_factory=dict)
    constant: Fraction = Fraction(0)

    def add(self, other: Form, factor: Fraction) -> None:
        self.constant += other.constant * factor
        for unknown, share in other.factors.items():
            self.factors[unknown] = self.factors.get(unknown, Fraction(0)) + share * factor


@dataclass(frozen=True)
class Publication:
    """A result in the shape of the API. `counted`: whether a cell enters what is published (as everybody may know);
    `agreed`: the levels the workshop had agreed on by then."""

    result: dict[str, Any]
    counted: Callable[[Place], bool]
    spreads: dict[str, dict[str, list[int] | None]] = field(default_factory=dict)
    levels: dict[str, float | None] = field(default_factory=dict)
    agreed: dict[str, int] = field(default_factory=dict)


class Attacker:
    """`document`: the questionnaire; `voices`: everybody with what they answered, of which the attacker sees only whether it is
    a level, `unsure`, `not_applicable` or nothing. `before`: the attacker of an earlier wave, which goes on knowing what it knew."""

    def __init__(self, document: dict[str, Any], voices: Sequence[Voice], before: Attacker | None = None) -> None:
        self.rules, self.span = document["rules"], document["scale"]["max"] - document["scale"]["min"]
        self.low = document["scale"]["min"]
        self.fields = {
            one["id"]: (
                Fraction(str(one["weight"])),
                [(q["id"], Fraction(str(q["weight"]))) for c in one["criteria"] for q in c["questions"]],
            )
            for one in document["fields"]
        }
        self.first = before.first + len(before.voices) if before else 0
        self.voices = [one for one in voices if any(answer is not None for answer in one[1].values())]
        self.model = before.model if before else cp_model.CpModel()
        self.level: dict[tuple[int, str], cp_model.IntVar] = before.level if before else {}
        self.is_at: dict[tuple[int, str, int], cp_model.IntVar] = before.is_at if before else {}
        for number, (_, answers) in enumerate(self.voices, self.first):
            for question, answer in answers.items():
                if isinstance(answer, int):
                    self._unknown(number, question)
        # Asked for when everything is read.
        self._witnesses: list[dict[tuple[int, str], int]] = before._witnesses if before else []

    def answered_as_before(self, number: int, then: int, question: str) -> None:
        """A voice gave the same level in the earlier wave, as number `then`."""
        self.model.add(self.level[number, question] == self.level[then, question])

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
        found = [
            (number, answers.get(question))
            for number, (own, answers) in enumerate(self.voices, self.first)
            if own == view
        ]
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

    def _question(
        self, question: str, views: Sequence[str], counted: Callable[[Place], bool], agreed: Agreed
    ) -> Form | None:
        if question in agreed:
            return Form(constant=Fraction(agreed[question] - self.low))
        inside = [(question, view) for view in views if counted((question, view))]
        words = [state for place in inside for _, state in self.states(place)]
        if "not_applicable" in words and not {"level", "unsure"} & set(words):
            return None
        return _mean((form, Fraction(1)) for place in inside if (form := self._cell(place)) is not None)

    def _coverage(
        self, questions: Iterable[tuple[str, Fraction]], views: Sequence[str], counted: Any, agreed: Agreed
    ) -> Fraction | None:
        covered = whole = Fraction(0)
        for question, weight in questions:
            if question in agreed:
                covered, whole = covered + weight, whole + weight
                continue
            words = [s for view in views if counted((question, view)) for _, s in self.states((question, view))]
            if "not_applicable" in words and not {"level", "unsure"} & set(words):
                continue
            whole += weight
            covered += weight if "level" in words else 0
        return covered / whole if whole else None

    def _field(self, name: str, views: Sequence[str], counted: Callable[[Place], bool], agreed: Agreed) -> Form | None:
        questions = self.fields[name][1]
        coverage = self._coverage(questions, views, counted, agreed)
        if coverage is None or coverage < Fraction(str(self.rules["minimum_coverage"])):
            return None
        return _mean((form, w) for q, w in questions if (form := self._question(q, views, counted, agreed)) is not None)

    def _overall(self, views: Sequence[str], counted: Callable[[Place], bool], agreed: Agreed) -> Form | None:
        if self.rules["overall"] == "fields":
            return _mean(
                (form, weight)
                for name, (weight, _) in self.fields.items()
                if (form := self._field(name, views, counted, agreed)) is not None
            )
        questions = [one for _, group in self.fields.values() for one in group]
        return _mean((form, w) for q, w in questions if (form := self._question(q, views, counted, agreed)) is not None)

    # What is published

    def reads(self, published: Publication) -> None:
        """Everything in a publication becomes something that the levels have to fit."""
        figures, counted, agreed, everybody = published.result, published.counted, published.agreed, self.views()
        for views, of in [(everybody, None), *(([view], view) for view in everybody)]:
            self._fits(self._overall(views, counted, {}), _score(figures["overall"], of))
            for name in self.fields:
                self._fits(self._field(name, views, counted, {}), _score(figures["fields"][name], of))
            for question, node in figures.get("questions", {}).items():
                self._fits(self._question(question, views, counted, {}), _score(node, of))
        if agreed:
            self._fits(self._overall(everybody, counted, agreed), figures["overall"]["consensus_score"])
            for name in self.fields:
                self._fits(self._field(name, everybody, counted, agreed), figures["fields"][name]["consensus_score"])
        self.reads_spreads(published)
        for question, level in published.levels.items():
            form = self._question(question, everybody, counted, {})
            if level is not None and form is not None:
                exact = Fraction(level).limit_denominator(10**6) - self.low
                self._between(form, exact, exact)

    def reads_spreads(self, published: Publication) -> None:
        """Only what the shown cells say: how many gave which level."""
        for question, node in published.result.get("questions", {}).items():
            if node["spread"] is not None:
                inside = [(question, view) for view in self.views() if published.counted((question, view))]
                self._spread([number for place in inside for number in self.rated(place)], question, node["spread"])
        for question, by_view in published.spreads.items():
            for view, spread in by_view.items():
                if spread is not None:
                    self._spread(self.rated((question, view)), question, spread)

    def _fits(self, form: Form | None, score: float | None) -> None:
        if score is None or form is None:
            return
        unit = Fraction(1, 10 ** self.rules["decimals"])
        low = Fraction(str(score)) - unit / 2
        self._between(form, low * self.span / 100, (low + unit) * self.span / 100, open_end=True)

    def _between(self, form: Form, low: Fraction, high: Fraction, open_end: bool = False) -> None:
        low, high = low - form.constant, high - form.constant
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

    def ruled_out(self, places: Iterable[Place], unless: Callable[[int, str, int], bool]) -> list[tuple[int, str, int]]:
        """(voice, question, level) that can't be, of those for which `unless` does not say so anyway."""
        return [
            (number, question, at)
            for question, view in places
            for number in self.rated((question, view))
            for at in range(self.span + 1)
            if not unless(number, question, at) and not self.may_be(number, question, at)
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

    def may_be(self, number: int, question: str, at: int) -> bool:
        """Whether a voice may have given this level, counted from the lowest."""
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


def _score(node: dict[str, Any], view: str | None) -> float | None:
    """Of all together, or of one perspective."""
    block = node if view is None else node["perspectives"].get(view)
    return block["score"] if block else None


def _mean(weighted: Iterable[tuple[Form, Fraction]]) -> Form | None:
    parts = list(weighted)
    if not parts:
        return None
    whole, form = sum((weight for _, weight in parts), Fraction(0)), Form()
    for part, weight in parts:
        form.add(part, weight / whole)
    return form
