"""The profile as a picture: a radar of the whole beside bars of every perspective. Accessible SVG without scripts or styles;
a table of the same figures belongs beside it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from babel.numbers import format_decimal

from chassis.text.languages import LANGUAGES
from services.reporting.domain.profile import Line, text

COLOURS = ("#0b5394", "#b45f06", "#38761d", "#741b47")
"""Of the perspectives, in order; all at least 4.5 : 1 on white."""
FONT = "Libertinus Serif, Georgia, serif"
WIDTH, RADAR, ROW = 760, 240, 12
LEFT, SPAN = 500, 210
IN_A_ROW, BESIDE = 3, 16
"""Perspectives in a row of the legend, and the height of such a row."""
TITLES = {"de": "Profil über die Handlungsfelder", "en": "Profile over the fields of action"}
NONE = {"de": "keine Angabe", "en": "no figure"}
CUT = 44


def chart(lines: Sequence[Line], perspectives: Mapping[str, str], language: str) -> str:
    """SVG of the profile. `perspectives`: title by id, in the order of the lines'; `language`: `de` or `en`."""
    group = 16 + ROW * max(1, len(perspectives))
    top = 36 + BESIDE * ((len(perspectives) - 1) // IN_A_ROW)
    height = max(RADAR + 40, top + 4 + group * len(lines))
    described = "; ".join(_described(line, perspectives, language) for line in lines)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" lang="{language}" '
        f'aria-labelledby="chart-title chart-desc" font-family="{FONT}" font-size="11">',
        f'<title id="chart-title">{escape(TITLES[language])}</title>',
        f'<desc id="chart-desc">{escape(described)}</desc>',
        *_radar(lines),
        *_legend(perspectives),
        *(part for row, line in enumerate(lines) for part in _bars(row, line, top + row * group, language)),
        "</svg>",
    ]
    return "\n".join(parts)


def number(value: float | None, language: str) -> str:
    """A score as people read it, with the decimals it was published with; a dash where there is none."""
    return "–" if value is None else format_decimal(value, locale=LANGUAGES[language].locale)


def _described(line: Line, perspectives: Mapping[str, str], language: str) -> str:
    figures = [
        f"{perspectives[id]} {NONE[language] if figure.score is None else number(figure.score, language)}"
        for id, figure in line.perspectives
    ]
    return f"{text(line.title, language, line.id)}: {', '.join(figures)}"


def _point(index: int, count: int, share: float) -> str:
    angle = 2 * math.pi * index / count - math.pi / 2
    radius = RADAR * 0.4 * share
    return f"{RADAR / 2 + radius * math.cos(angle):.1f},{RADAR / 2 + 30 + radius * math.sin(angle):.1f}"


def _radar(lines: Sequence[Line]) -> list[str]:
    """Rings at 25, 50, 75, 100; one polygon per perspective of its scores. Fields carry the bars' numbers."""
    count = len(lines)
    if count < 3:
        return []
    rings = [
        f'<polygon points="{" ".join(_point(i, count, share) for i in range(count))}" fill="none" stroke="#999999" stroke-width="0.5"/>'
        for share in (0.25, 0.5, 0.75, 1.0)
    ]
    places = [_point(i, count, 1.13).split(",") for i in range(count)]
    names = [
        f'<text x="{x}" y="{float(y) + 4:.1f}" text-anchor="middle">{i}</text>' for i, (x, y) in enumerate(places, 1)
    ]
    shapes = []
    for index in range(len(lines[0].perspectives)):
        scores = [line.perspectives[index][1].score for line in lines]
        colour = COLOURS[index % len(COLOURS)]
        points = [None if score is None else _point(i, count, score / 100) for i, score in enumerate(scores)]
        shapes += _outline(points, colour)
    return [*rings, *names, *shapes]


def _outline(points: Sequence[str | None], colour: str) -> list[str]:
    """A filled shape where every score is known; else only the sides between known neighbours, and dots: a line across
    a gap would show a score that nobody may see or that does not exist."""
    whole = [point for point in points if point is not None]
    if len(whole) == len(points):
        return [
            f'<polygon points="{" ".join(whole)}" fill="{colour}" fill-opacity="0.12" stroke="{colour}" stroke-width="1.5"/>'
        ]
    neighbours = zip(points, [*points[1:], points[0]], strict=True)
    sides = [
        f'<polyline points="{a} {b}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
        for a, b in neighbours
        if a and b
    ]
    places = [point.split(",") for point in whole]
    return [*sides, *(f'<circle cx="{x}" cy="{y}" r="2" fill="{colour}"/>' for x, y in places)]


def _legend(perspectives: Mapping[str, str]) -> list[str]:
    parts = []
    for index, title in enumerate(perspectives.values()):
        x, y = RADAR + 20 + index % IN_A_ROW * 170, 8 + index // IN_A_ROW * BESIDE
        parts.append(f'<rect x="{x}" y="{y}" width="10" height="10" fill="{COLOURS[index % len(COLOURS)]}"/>')
        parts.append(f'<text x="{x + 15}" y="{y + 9}">{escape(_cut(title, 24))}</text>')
    return parts


def _bars(row: int, line: Line, top: int, language: str) -> list[str]:
    title = _cut(text(line.title, language, line.id), CUT)
    parts = [f'<text x="{RADAR + 20}" y="{top + ROW}">{row + 1}  {escape(title)}</text>']
    for index, (_, figure) in enumerate(line.perspectives):
        y = top + index * ROW
        parts.append(f'<rect x="{LEFT}" y="{y + 2}" width="{SPAN}" height="{ROW - 3}" fill="#eeeeee"/>')
        if figure.score is not None:
            width = SPAN * min(100.0, max(0.0, figure.score)) / 100
            colour = COLOURS[index % len(COLOURS)]
            parts.append(f'<rect x="{LEFT}" y="{y + 2}" width="{width:.1f}" height="{ROW - 3}" fill="{colour}"/>')
        parts.append(f'<text x="{LEFT + SPAN + 8}" y="{y + ROW - 1}">{number(figure.score, language)}</text>')
    return parts


def _cut(title: str, length: int) -> str:
    return title if len(title) <= length else title[: length - 1] + "…"
