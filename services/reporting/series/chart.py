"""One small picture per field of action: its lines over the waves. Accessible SVG without scripts; a table says the same."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from xml.sax.saxutils import escape

from services.reporting.council.picture import COLOURS, FONT
from services.reporting.domain.series import FieldSeries, Run

WIDTH, HEIGHT = 400, 200
LEFT, RIGHT, TOP, BOTTOM = 34, 20, 20, 26
ALL = "#1c1b19"
DASHES = ("6 3", "2 3", "8 3 2 3", "1 4")
"""Of the perspectives' lines, so that they can be told apart without colour."""
MOST_LABELS = 8


def series_chart(
    lines: FieldSeries, labels: Sequence[str], perspectives: Sequence[str], number: int, title: str, description: str
) -> str:
    """SVG of one field, the `number`-th picture of its page. `labels`: of the waves; `perspectives`: ids, in the order of
    their colours. Filled points are published scores, hollow ones means of the questions that can be compared."""
    place = _Places(len(labels))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-labelledby="series-{number}-title series-{number}-desc" font-family="{FONT}" font-size="11">',
        f'<title id="series-{number}-title">{escape(title)}</title>',
        f'<desc id="series-{number}-desc">{escape(description)}</desc>',
        *_frame(place, labels),
        *(part for one in lines.breaks for part in _break(place, one.before)),
    ]
    for run in lines.runs:
        for index, name in enumerate(perspectives):
            scores = [point.perspectives.get(name) for point in run.points]
            parts += _line(place, run.first, scores, *pen(index))
        parts += _line(place, run.first, [point.score for point in run.points], ALL, "")
        parts += _dots(place, run)
    return "\n".join([*parts, "</svg>"])


def pen(index: int) -> tuple[str, str]:
    """Colour and dashes of the line of a perspective, by its place."""
    return COLOURS[index % len(COLOURS)], DASHES[index % len(DASHES)]


class _Places:
    """Where waves and scores lie in the picture."""

    def __init__(self, waves: int) -> None:
        self._waves = waves

    def x(self, wave: float) -> float:
        span = WIDTH - LEFT - RIGHT - 24
        return LEFT + 12 + (span * wave / (self._waves - 1) if self._waves > 1 else span / 2)

    def y(self, score: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - min(100.0, max(0.0, score)) / 100)


def _frame(place: _Places, labels: Sequence[str]) -> list[str]:
    parts = []
    for score in (0, 25, 50, 75, 100):
        y = place.y(score)
        parts.append(
            f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#cccccc" stroke-width="0.7"/>'
        )
        if score % 50 == 0:
            parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{score}</text>')
    every = -(-len(labels) // MOST_LABELS)
    for wave, label in enumerate(labels):
        if wave % every == 0:
            parts.append(f'<text x="{place.x(wave):.1f}" y="{HEIGHT - 8}" text-anchor="middle">{escape(label)}</text>')
    return parts


def _break(place: _Places, before: int) -> list[str]:
    """A dashed line under “≠”, which is drawn: not every font has that sign in one piece."""
    x, y = place.x(before - 0.5), TOP - 10
    sign = f"M{x - 5:.1f} {y - 2.5}h10M{x - 5:.1f} {y + 2.5}h10M{x - 3:.1f} {y + 6.5}L{x + 3:.1f} {y - 6.5}"
    return [
        f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}" stroke="#6b6b6b" stroke-width="1" stroke-dasharray="3 3"/>',
        f'<path class="unequal" d="{sign}" fill="none" stroke="#333333" stroke-width="1.4"/>',
    ]


def _line(place: _Places, first: int, scores: Sequence[float | None], colour: str, dashes: str) -> list[str]:
    """Sides between neighbours that both have a figure: a line across a gap would claim what nobody knows."""
    spots = [(place.x(first + step), score) for step, score in enumerate(scores)]
    stroke = f'stroke="{colour}" stroke-width="{1.5 if dashes else 2.5}"' + (
        f' stroke-dasharray="{dashes}"' if dashes else ""
    )
    sides = [
        f'<line x1="{x1:.1f}" y1="{place.y(a):.1f}" x2="{x2:.1f}" y2="{place.y(b):.1f}" {stroke}/>'
        for (x1, a), (x2, b) in pairwise(spots)
        if a is not None and b is not None
    ]
    return [
        *sides,
        *(
            f'<circle cx="{x:.1f}" cy="{place.y(score):.1f}" r="2.2" fill="{colour}"/>'
            for x, score in spots
            if score is not None
        ),
    ]


def _dots(place: _Places, run: Run) -> list[str]:
    fill = ALL if run.basis == "field" else "#ffffff"
    return [
        f'<circle cx="{place.x(run.first + step):.1f}" cy="{place.y(point.score):.1f}" r="4" fill="{fill}" stroke="{ALL}" stroke-width="2"/>'
        for step, point in enumerate(run.points)
        if point.score is not None
    ]
