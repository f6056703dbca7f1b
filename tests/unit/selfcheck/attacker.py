"""An attacker who holds a published result and knows everything but the answers.

Known to them: the questionnaire with its weights and rules, every published number (as if it had not been rounded),
who answered which question, and which perspectives enter a mean. Unknown: for each question and perspective the mean
level of the people who answered it. Each published score is a linear equation over these unknowns. The attack succeeds
if some combination of the equations involves the answers of fewer people than the minimum group.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations

from services.selfcheck.domain.assessed import assess
from services.selfcheck.domain.figures import Column, mean_level
from services.selfcheck.domain.questionnaire import Overall, Questionnaire
from services.selfcheck.domain.responses import Response
from services.selfcheck.domain.scoring import Result
from services.selfcheck.domain.tally import count

Unknown = tuple[str, str]
Equation = dict[Unknown, Fraction]
PRIME = 2**61 - 1


class Attacker:
    """Sets up the equations of one published result."""

    def __init__(
        self, questionnaire: Questionnaire, responses: list[Response], result: Result, consensus: dict[str, int]
    ) -> None:
        self.questionnaire = questionnaire
        self.result = result
        self.consensus = consensus
        self.tally = count(questionnaire, responses)
        self.exact = assess(questionnaire, self.tally, consensus, 1)
        self.people = {
            cell: frozenset(
                person.respondent
                for person in responses
                if person.perspective == cell[1] and isinstance(person.answers.get(cell[0]), int)
            )
            for cell in self.tally.cells
        }
        self.unknowns = [cell for cell, people in self.people.items() if people]

    def equations(self) -> list[Equation]:
        """One per published score or spread, over the unknown means; constants don't matter."""
        found: list[Equation] = []
        names = self.tally.perspectives
        for question, node in self.result["questions"].items():
            total = self._question(question, self.exact.total)
            found += [total] if node["score"] is not None else []
            found += [self._pooled(question)] if node["spread"] or node["agreement"]["rwg"] is not None else []
            found += [{(question, p): Fraction(1)} for p in names if node["perspectives"][p]["score"] is not None]
        for field, node in self.result["fields"].items():
            found += [self._field(field, self.exact.total)] if node["score"] is not None else []
            found += [self._field(field, self.exact.agreed)] if node["consensus_score"] is not None else []
            for p in names:
                if node["perspectives"][p]["score"] is not None:
                    found.append(self._field(field, self.exact.perspectives[p], p))
            if node["agreement"]["alpha"] is not None:
                found += [self._pooled(q.id) for f in self.questionnaire.fields if f.id == field for q in f.questions]
        node = self.result["overall"]
        found += [self._overall(self.exact.total)] if node["score"] is not None else []
        found += [self._overall(self.exact.agreed)] if node["consensus_score"] is not None else []
        for p in names:
            if node["perspectives"][p]["score"] is not None:
                found.append(self._overall(self.exact.perspectives[p], p))
        return found

    def _question(self, question: str, column: Column, perspective: str | None = None) -> Equation:
        if column is self.exact.agreed and question in self.consensus:
            return {}
        if perspective is not None:
            return {(question, perspective): Fraction(1)}
        cells = self.tally.cells
        voices = [
            p for p in self.tally.perspectives if mean_level(cells[question, p], self.questionnaire.rules) is not None
        ]
        return {(question, p): Fraction(1, len(voices)) for p in voices}

    def _field(self, field: str, column: Column, perspective: str | None = None) -> Equation:
        chosen = next(f for f in self.questionnaire.fields if f.id == field)
        return self._mean((q.weight, q.id) for q in chosen.questions if column.points[q.id].level is not None)(
            lambda question: self._question(question, column, perspective)
        )

    def _overall(self, column: Column, perspective: str | None = None) -> Equation:
        if self.questionnaire.rules.overall is Overall.FIELDS:
            entering = (
                (field.weight, field.id)
                for field in self.questionnaire.fields
                if column.fields[field.id].level is not None
            )
            return self._mean(entering)(lambda field: self._field(field, column, perspective))
        asked = (
            (q.weight, q.id) for q in self.questionnaire.questions.values() if column.points[q.id].level is not None
        )
        return self._mean(asked)(lambda question: self._question(question, column, perspective))

    def _pooled(self, question: str) -> Equation:
        """The spread counts people: its mean weighs perspectives by their size."""
        return {(question, p): Fraction(self.tally.cells[question, p].rated) for p in self.tally.perspectives}

    @staticmethod
    def _mean(weighted: Iterable[tuple[Fraction, str]]):
        parts = list(weighted)
        whole = sum(weight for weight, _ in parts)

        def of(equation_of) -> Equation:
            result: Equation = {}
            for weight, part in parts:
                for cell, coefficient in equation_of(part).items():
                    result[cell] = result.get(cell, Fraction(0)) + coefficient * weight / whole
            return result

        return of


def exposed(attackers: Sequence[Attacker], minimum_group: int) -> frozenset[str] | None:
    """A group smaller than the minimum about whose answers an equation can be derived, or None.

    Several attackers hold results of the same answers, for example with and without consensus, and combine them.
    """
    unknowns, people = attackers[0].unknowns, attackers[0].people
    equations = [equation for attacker in attackers for equation in attacker.equations()]
    rows = [[equation.get(cell, Fraction(0)) for cell in unknowns] for equation in equations]
    known = rank(rows)
    everybody = sorted(frozenset().union(*people.values()))
    for group in combinations(everybody, min(minimum_group - 1, len(everybody))):
        outside = [i for i, cell in enumerate(unknowns) if not people[cell] <= set(group)]
        if rank([[row[i] for i in outside] for row in rows]) < known:
            return frozenset(group)
    return None


def rank(rows: list[list[Fraction]]) -> int:
    """The rank of a matrix, calculated modulo a large prime (wrong only by a coincidence of 1 in 10^18)."""
    matrix = [[value.numerator * pow(value.denominator, -1, PRIME) % PRIME for value in row] for row in rows]
    found = 0
    for column in range(len(matrix[0]) if matrix else 0):
        pivot = next((row for row in range(found, len(matrix)) if matrix[row][column]), None)
        if pivot is None:
            continue
        matrix[found], matrix[pivot] = matrix[pivot], matrix[found]
        inverse = pow(matrix[found][column], -1, PRIME)
        for row in range(found + 1, len(matrix)):
            if factor := matrix[row][column] * inverse % PRIME:
                matrix[row] = [(a - factor * b) % PRIME for a, b in zip(matrix[row], matrix[found], strict=True)]
        found += 1
    return found
