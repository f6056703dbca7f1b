"""A municipality's self-checks over the years: lines only where the same was asked, and a word where it was not.

Figures of earlier waves are the ones disclosed when they were closed; nothing is calculated from answers. In a field of
action a line runs on as long as questions that are the same or comparable make up at least `MINIMUM_COMPARABLE` of its weight
in each of the waves it joins. If all its questions are such, its published score is drawn. If some are not, the mean of the
published scores of those that are, weighted as in the newest wave, is drawn for every wave of the line alike. Where it
breaks, `Break` says why. A wave whose figure is hidden or missing has no point, and no line passes over it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from services.reporting.domain.lineage import Lineage, Version

MINIMUM_COMPARABLE = 0.7
Figures = Mapping[str, Any]
Basis = Literal["field", "questions"]
Reason = Literal["rules", "questions", "hidden"]
"""Answers count otherwise; too few questions can be compared; too few of them may be shown."""


@dataclass(frozen=True, slots=True)
class Wave:
    """One closed self-check. `result`: as its event describes it."""

    id: str
    version: Version
    result: Figures


@dataclass(frozen=True, slots=True)
class Point:
    """A wave's figures in a line: `score` 0–100 and `coverage` 0–1 in all, and the score by perspective."""

    score: float | None
    coverage: float | None
    perspectives: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Run:
    """A line: the waves from `first` on that it joins. `comparable`: the smallest share of a wave's weight it rests on."""

    first: int
    points: tuple[Point, ...]
    basis: Basis
    comparable: float


@dataclass(frozen=True, slots=True)
class Break:
    """No line reaches the wave `before`. `comparable`: the share that could have been compared."""

    before: int
    reason: Reason
    comparable: float


@dataclass(frozen=True, slots=True)
class Step:
    """What changed in the questions of a field from one wave to the next, by id in the wave they belong to."""

    same: tuple[str, ...]
    comparable: tuple[str, ...]
    new: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FieldSeries:
    """A field of action over the waves; `steps[n]` lies between wave n and the next."""

    field: str
    runs: tuple[Run, ...]
    breaks: tuple[Break, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class QuestionInWave:
    """A question as one wave asked it. `relation` to the wave before that asked it: None where no line leads here."""

    wave: int
    id: str
    relation: str | None
    figures: Figures


@dataclass(frozen=True, slots=True)
class QuestionSeries:
    """One thread: what has been asked, wave by wave; `field` where it stands now."""

    field: str
    asked: tuple[QuestionInWave, ...]


def question_series(waves: Sequence[Wave], lineage: Lineage) -> list[QuestionSeries]:
    """All questions in the order of the newest wave, those no longer asked last."""
    threads: dict[str, list[tuple[int, str]]] = {}
    for number in reversed(range(len(waves))):
        version = waves[number].version
        for id in version.questions:
            threads.setdefault(lineage.thread(version, id), []).insert(0, (number, id))
    return [_series_of_thread(thread, waves, lineage) for thread in threads.values()]


def _series_of_thread(places: Sequence[tuple[int, str]], waves: Sequence[Wave], lineage: Lineage) -> QuestionSeries:
    questions: list[QuestionInWave] = []
    for number, id in places:
        wave, relation = waves[number], None
        if questions:
            before = waves[questions[-1].wave].version
            if before.treatment == wave.version.treatment or before.name == wave.version.name:
                changed = lineage.changed(before, questions[-1].id, wave.version, id)
                relation = "comparable" if changed else "same"
        questions.append(QuestionInWave(number, id, relation, wave.result.get("questions", {}).get(id) or {}))
    newest = waves[places[-1][0]].version.questions[places[-1][1]]
    return QuestionSeries(newest.field, tuple(questions))


def field_series(field: str, waves: Sequence[Wave], lineage: Lineage) -> FieldSeries:
    """The lines of one field; `waves` in order, at least one."""
    members = [_Members.of(field, wave, lineage) for wave in waves]
    groups: list[list[int]] = [[0]]
    breaks = []
    for number in range(1, len(waves)):
        reason, share = _why_no_line(members, [*groups[-1], number])
        if reason is None:
            groups[-1].append(number)
        else:
            breaks.append(Break(number, reason, share))
            groups.append([number])
    runs = tuple(_run(field, [members[number] for number in group], group[0]) for group in groups)
    return FieldSeries(field, runs, tuple(breaks), tuple(_step(a, b, lineage) for a, b in pairwise(members)))


@dataclass(frozen=True)
class _Members:
    """The questions of a field in one wave, by the thread each belongs to (what it has been called first)."""

    wave: Wave
    weights: Mapping[str, float]
    ids: Mapping[str, str]

    @classmethod
    def of(cls, field: str, wave: Wave, lineage: Lineage) -> _Members:
        questions = [question for question in wave.version.questions.values() if question.field == field]
        threads = {lineage.thread(wave.version, question.id): question for question in questions}
        weights = {thread: question.weight for thread, question in threads.items()}
        return cls(wave, weights, {thread: question.id for thread, question in threads.items()})

    def share(self, threads: set[str]) -> float:
        """The share of the field's weight that these threads have; 0 where the field is not asked."""
        whole = sum(self.weights.values())
        return sum(self.weights[thread] for thread in threads) / whole if whole else 0.0

    def figures(self, thread: str) -> Figures:
        figure: Figures = self.wave.result.get("questions", {}).get(self.ids[thread]) or {}
        return figure


def _common_threads(members: Sequence[_Members]) -> set[str]:
    return set.intersection(*(set(one.weights) for one in members))


def _shown_throughout(members: Sequence[_Members], threads: set[str]) -> set[str]:
    """Questions with a score in every wave."""
    return {thread for thread in threads if all(one.figures(thread).get("score") is not None for one in members)}


def _alike(members: Sequence[_Members]) -> bool:
    """Whether the field consists of the same threads with the same weights in all waves."""
    return all(one.weights == members[0].weights for one in members)


def _why_no_line(members: Sequence[_Members], group: Sequence[int]) -> tuple[Reason | None, float]:
    """Why the waves of a group can't be one line, None if they can; and the share that is comparable."""
    joined = [members[number] for number in group]
    if len({in_wave.wave.version.name for in_wave in joined}) == 1:
        return None, 1.0
    common = _common_threads(joined)
    share = min(in_wave.share(common) for in_wave in joined)
    if any(in_wave.wave.version.treatment != joined[0].wave.version.treatment for in_wave in joined):
        return "rules", share
    if share < MINIMUM_COMPARABLE:
        return "questions", share
    if (
        not _alike(joined)
        and min(in_wave.share(_shown_throughout(joined, common)) for in_wave in joined) < MINIMUM_COMPARABLE
    ):
        return "hidden", share
    return None, share


def _run(field: str, members: Sequence[_Members], first: int) -> Run:
    common = _common_threads(members)
    if _alike(members):
        points = tuple(_published(field, in_wave.wave.result) for in_wave in members)
        return Run(first, points, "field", 1.0)
    weights = members[-1].weights
    figures_of_common = [in_wave.figures(thread) for in_wave in members for thread in common]
    names = list(dict.fromkeys(name for figures in figures_of_common for name in figures.get("perspectives") or {}))

    def mean_of_comparable(in_wave: _Members, figure: Callable[[Figures], float | None]) -> float | None:
        """The weighted mean over the threads that have the figure in every wave, if they are enough."""
        usable = {thread for thread in common if all(figure(other.figures(thread)) is not None for other in members)}
        if not usable or min(other.share(usable) for other in members) < MINIMUM_COMPARABLE:
            return None
        weighted = sum(weights[thread] * (figure(in_wave.figures(thread)) or 0.0) for thread in usable)
        return weighted / sum(weights[thread] for thread in usable)

    points = tuple(
        Point(
            mean_of_comparable(in_wave, lambda figures: figures.get("score")),
            mean_of_comparable(in_wave, lambda figures: figures.get("coverage")),
            {
                name: mean_of_comparable(in_wave, lambda figures, name=name: _perspective(figures, name))  # type: ignore[misc]
                for name in names
            },
        )
        for in_wave in members
    )
    return Run(first, points, "questions", min(in_wave.share(common) for in_wave in members))


def _published(field: str, result: Figures) -> Point:
    figures: Figures = result.get("fields", {}).get(field) or {}
    names = figures.get("perspectives") or {}
    return Point(figures.get("score"), figures.get("coverage"), {name: _perspective(figures, name) for name in names})


def _perspective(figures: Figures, name: str) -> float | None:
    score: float | None = ((figures.get("perspectives") or {}).get(name) or {}).get("score")
    return score


def _step(before: _Members, after: _Members, lineage: Lineage) -> Step:
    kept = [thread for thread in after.weights if thread in before.weights]
    earlier, later = before.wave.version, after.wave.version
    comparable = {thread for thread in kept if lineage.changed(earlier, before.ids[thread], later, after.ids[thread])}
    return Step(
        tuple(after.ids[thread] for thread in kept if thread not in comparable),
        tuple(after.ids[thread] for thread in kept if thread in comparable),
        tuple(id for thread, id in after.ids.items() if thread not in before.weights),
        tuple(id for thread, id in before.ids.items() if thread not in after.weights),
    )
