"""Scores written from the definitions (DESIGN, self-check semantics), person by person, without any of the code under test.

A group is whoever answers for one perspective; every group is taken to be large enough to be shown.
"""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import Any

Person = tuple[str, dict[str, Any], "frozenset[str] | None"]
"""Perspective, answers by question, questions asked (None: all)."""


def scores(document: dict[str, Any], people: list[Person], agreed: dict[str, int] | None = None) -> dict[str, Any]:
    """`{place: (score, coverage)}`; places are ("overall" | field | question, perspective or "" for all or "consensus")."""
    rules, low, high = document["rules"], document["scale"]["min"], document["scale"]["max"]
    people = [one for one in people if [answer for answer in one[1].values() if answer is not None]]
    fields = {
        field["id"]: [question for criterion in field["criteria"] for question in criterion["questions"]]
        for field in document["fields"]
    }
    weight = {question["id"]: Fraction(str(question["weight"])) for group in fields.values() for question in group}
    field_weight = {field["id"]: Fraction(str(field["weight"])) for field in document["fields"]}
    views = sorted({one[0] for one in people})

    def said(question: str, view: str | None) -> list[Any]:
        return [one[1].get(question) for one in people if view in (None, one[0])]

    def applies(question: str, view: str | None) -> bool:
        answers = said(question, view)
        return "not_applicable" not in answers or any(a == "unsure" or isinstance(a, int) for a in answers)

    def covered(question: str, view: str | None) -> bool:
        return any(isinstance(answer, int) for answer in said(question, view))

    def of_one_view(question: str, view: str) -> Fraction | None:
        counted = []
        for perspective, answers, asked in people:
            if perspective != view:
                continue
            answer = answers.get(question)
            if isinstance(answer, int):
                counted.append(answer - low)
            elif (answer == "unsure" and rules["unsure"] == "zero") or (
                answer is None and rules["unanswered"] == "zero" and (asked is None or question in asked)
            ):
                counted.append(0)
        return Fraction(sum(counted), len(counted)) if counted and applies(question, view) else None

    def level(question: str, view: str | None) -> Fraction | None:
        if view is not None:
            return of_one_view(question, view)
        levels = [one for name in views if (one := of_one_view(question, name)) is not None]
        return sum(levels) / len(levels) if levels and applies(question, None) else None

    def mean(pairs: list[tuple[Fraction | None, Fraction]]) -> Fraction | None:
        told = [(value, w) for value, w in pairs if value is not None]
        return sum(value * w for value, w in told) / sum(w for _, w in told) if told else None

    def column(view: str | None, fixed: dict[str, int]) -> dict[str, tuple[Fraction | None, Fraction | None]]:
        found: dict[str, tuple[Fraction | None, Fraction | None]] = {}
        for question in weight:
            if question in fixed:
                found[question] = Fraction(fixed[question] - low), Fraction(1)
            else:
                cover = Fraction(covered(question, view)) if applies(question, view) else None
                found[question] = level(question, view), cover

        def over(questions: list[str]) -> tuple[Fraction | None, Fraction | None]:
            return (
                mean([(found[question][0], weight[question]) for question in questions]),
                mean([(found[question][1], weight[question]) for question in questions]),
            )

        for field, group in fields.items():
            value, cover = over([question["id"] for question in group])
            enough = cover is not None and cover >= Fraction(str(rules["minimum_coverage"]))
            found[field] = (value if enough else None), cover
        if rules["overall"] == "questions":
            found["overall"] = over(list(weight))
        else:
            found["overall"] = (
                mean([(found[field][0], field_weight[field]) for field in fields]),
                mean([(found[field][1], field_weight[field]) for field in fields]),
            )
        return found

    def shown(value: Fraction | None) -> float | None:
        if value is None:
            return None
        power = 10 ** rules["decimals"]
        units = floor(value * 100 / (high - low) * power + Fraction(1, 2))
        return units if power == 1 else units / power

    result: dict[str, Any] = {}
    for name in (None, *views):
        for place, (value, cover) in column(name, {}).items():
            result[place, name or ""] = shown(value), None if cover is None else float(cover)
    if agreed:
        for place, (value, _) in column(None, agreed).items():
            result[place, "consensus"] = shown(value)
    return result
