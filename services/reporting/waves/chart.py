"""The picture of a group: for each field where the middle half and the median lie, and the own figure. A table says the same."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from services.reporting.council.picture import FONT, two_lines
from services.reporting.waves.benchmark import Line

WIDTH, LABELS, RIGHT, TOP, ROW, LETTERS = 760, 330, 30, 28, 54, 18
HALF, MEDIAN, OWN = "#cfdced", "#1f4e8c", "#1c1b19"


def benchmark_chart(lines: Sequence[Line], titles: Sequence[str], title: str, description: str) -> str:
    """SVG; `titles`: of the fields, in the reader's language. The own figure is a diamond, the median's class a dark bar, the
    middle half a light one: they differ in form as well as in colour."""
    height = TOP + ROW * len(lines) + 8
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-labelledby="benchmark-title benchmark-desc" font-family="{FONT}" font-size="{LETTERS}">',
        f'<title id="benchmark-title">{escape(title)}</title>',
        f'<desc id="benchmark-desc">{escape(description)}</desc>',
    ]
    for score in (0, 25, 50, 75, 100):
        x = _x(score)
        parts.append(f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{height - 8}" stroke="#cccccc"/>')
        parts.append(f'<text x="{x:.1f}" y="{TOP - 8}" text-anchor="middle">{score}</text>')
    for number, (line, name) in enumerate(zip(lines, titles, strict=True)):
        middle = TOP + ROW * number + ROW / 2
        words = two_lines(name)
        first = middle + 6 - 10 * (len(words) - 1)
        parts += [f'<text x="0" y="{first + 20 * place:.1f}">{escape(part)}</text>' for place, part in enumerate(words)]
        parts += _row(line, middle)
    return "\n".join([*parts, "</svg>"])


def _row(line: Line, middle: float) -> list[str]:
    parts = []
    if line.published is not None:
        if line.published.quartiles is not None:
            low, high = line.published.quartiles
            parts.append(_bar(low.low, high.high, middle, 20, HALF))
        parts.append(_bar(line.published.median.low, line.published.median.high, middle, 26, MEDIAN))
    if line.own is not None:
        x, size = _x(line.own), 8
        corners = f"M{x:.1f} {middle - size}L{x + size:.1f} {middle}L{x:.1f} {middle + size}L{x - size:.1f} {middle}Z"
        parts.append(f'<path d="{corners}" fill="{OWN}" stroke="#ffffff" stroke-width="2"/>')
    return parts


def _bar(low: float, high: float, middle: float, size: float, colour: str) -> str:
    return (
        f'<rect x="{_x(low):.1f}" y="{middle - size / 2:.1f}" width="{_x(high) - _x(low):.1f}" height="{size}" '
        f'fill="{colour}"/>'
    )


def _x(score: float) -> float:
    return LABELS + (WIDTH - LABELS - RIGHT) * min(100.0, max(0.0, score)) / 100
