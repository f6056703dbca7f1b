"""The picture of the council pack: a line from 0 to 100 for each field of action, a sign on it for each perspective.

Perspectives differ by shape as well as by colour, gaps are drawn as a band between the outermost signs, and the letters can be
read at arm's length. A table with the same figures belongs beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from xml.sax.saxutils import escape

from services.reporting.council.sentences import WORDS, Language
from services.reporting.council.wording import Wording
from services.reporting.domain.profile import Line
from services.reporting.figures import number

COLOURS = ("#0b5394", "#b45f06", "#38761d", "#741b47", "#444444", "#7a4900")
"""Of the perspectives, in order; all at least 4.5 : 1 on white."""
INK, TRACK, BAND = "#1c1b19", "#8c8c8c", "#d9d4c7"
WIDTH, LEFT, RIGHT = 760, 330, 700
ROW, SIZE, LETTERS = 54, 18, 34
SIGN, ASIDE = 16, 10
FONT = "Libertinus Serif, Georgia, serif"
LEGEND_ROW, IN_A_ROW = 28, 2


def council_picture(wording: Wording) -> str:
    """SVG of a council's profile."""
    lines = wording.council.lines
    views = {id: wording.view(id) for id, _ in wording.council.perspectives}
    return profile_picture(lines, [wording.field(line) for line in lines], views, wording.language)


def profile_picture(lines: Sequence[Line], names: Sequence[str], views: Mapping[str, str], language: Language) -> str:
    """SVG of a profile. `names`: of the fields, line by line; `views`: title of each perspective by id, in the lines' order."""
    legend = LEGEND_ROW * -(-len(views) // IN_A_ROW)
    top = legend + 34
    height = top + ROW * len(lines) + 4
    drawn = (
        _row(line, name, language, top + place * ROW)
        for place, (line, name) in enumerate(zip(lines, names, strict=True))
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" lang="{language}" '
            f'aria-labelledby="chart-title chart-desc" font-family="{FONT}" font-size="{SIZE}" fill="{INK}">',
            f'<title id="chart-title">{escape(WORDS[language]["figures"])}</title>',
            f'<desc id="chart-desc">{escape(in_words(lines, names, views, language))}</desc>',
            *_legend(list(views.values())),
            *_scale(top, height),
            f'<text x="{WIDTH - 4}" y="{top - 12}" font-weight="bold" text-anchor="end">{escape(WORDS[language]["col_total"])}</text>',
            *(part for row in drawn for part in row),
            "</svg>",
        ]
    )


def alt_text(wording: Wording) -> str:
    """A council's picture in words."""
    lines = wording.council.lines
    views = {id: wording.view(id) for id, _ in wording.council.perspectives}
    return in_words(lines, [wording.field(line) for line in lines], views, wording.language)


def in_words(lines: Sequence[Line], names: Sequence[str], views: Mapping[str, str], language: Language) -> str:
    """The picture in a sentence per field."""
    sentences = []
    for line, name in zip(lines, names, strict=True):
        scores = [f"{views[id]} {number(figure.score, language)}" for id, figure in line.perspectives]
        sentences.append(f"{name}: {', '.join(scores)}.")
    return " ".join(sentences)


def _legend(names: Sequence[str]) -> Iterator[str]:
    for place, name in enumerate(names):
        x, y = 10 + place % IN_A_ROW * 370, 16 + place // IN_A_ROW * LEGEND_ROW
        yield _sign(place, x, y)
        yield f'<text x="{x + 18}" y="{y + 6}">{escape(_cut(name, 36))}</text>'


def _scale(top: int, height: int) -> Iterator[str]:
    for score in (0, 25, 50, 75, 100):
        x = _x(score)
        yield f'<line x1="{x:.1f}" y1="{top - 6}" x2="{x:.1f}" y2="{height - 4}" stroke="#cccccc" stroke-width="0.8"/>'
        yield f'<text x="{x:.1f}" y="{top - 12}" text-anchor="middle">{score}</text>'


def _row(line: Line, name: str, language: Language, top: int) -> Iterator[str]:
    middle = top + ROW / 2
    words = two_lines(name)
    first = middle + 6 - 10 * (len(words) - 1)
    for place, part in enumerate(words):
        yield f'<text x="0" y="{first + 20 * place:.1f}">{escape(part)}</text>'
    yield f'<line x1="{LEFT}" y1="{middle}" x2="{RIGHT}" y2="{middle}" stroke="{TRACK}" stroke-width="1"/>'
    scores = [figure.score for _, figure in line.perspectives if figure.score is not None]
    if len(scores) > 1:
        a, b = _x(min(scores)), _x(max(scores))
        yield f'<rect x="{a:.1f}" y="{middle - 7}" width="{b - a:.1f}" height="14" fill="{BAND}"/>'
    for place, score, beside in _side_by_side([figure.score for _, figure in line.perspectives]):
        yield _sign(place, _x(score), middle + beside)
    yield (
        f'<text x="{WIDTH - 4}" y="{middle + 7}" font-size="20" font-weight="bold" text-anchor="end">'
        f"{number(line.total.score, language)}</text>"
    )


def _side_by_side(scores: Sequence[float | None]) -> Iterator[tuple[int, float, float]]:
    """Place, score, and how far beside the line a sign stands, so that none covers another with nearly the same score."""
    by_score = sorted((score, place) for place, score in enumerate(scores) if score is not None)
    side = 0.0
    for step, (score, place) in enumerate(by_score):
        neighbours = [by_score[near][0] for near in (step - 1, step + 1) if 0 <= near < len(by_score)]
        crowded = any(_x(max(score, one)) - _x(min(score, one)) < SIGN for one in neighbours)
        side = (-ASIDE if side >= 0 else ASIDE) if crowded else 0.0
        yield place, score, side


def _sign(place: int, x: float, y: float) -> str:
    """Circle, square, triangle, diamond, then outlined ones: told apart without colour."""
    colour = COLOURS[place % len(COLOURS)]
    fill = colour if place < 4 else "#ffffff"
    style = f'fill="{fill}" stroke="{colour}" stroke-width="2"'
    shape = place % 4
    if shape == 0:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="8" {style}/>'
    if shape == 1:
        return f'<rect x="{x - 7:.1f}" y="{y - 7:.1f}" width="14" height="14" {style}/>'
    if shape == 2:
        return f'<polygon points="{x:.1f},{y - 9:.1f} {x + 9:.1f},{y + 7:.1f} {x - 9:.1f},{y + 7:.1f}" {style}/>'
    return f'<polygon points="{x:.1f},{y - 10:.1f} {x + 10:.1f},{y:.1f} {x:.1f},{y + 10:.1f} {x - 10:.1f},{y:.1f}" {style}/>'


def _x(score: float) -> float:
    return LEFT + (RIGHT - LEFT) * min(100.0, max(0.0, score)) / 100


def two_lines(title: str) -> list[str]:
    """The label beside a picture's line, whole where two lines of it hold that."""
    parts = wrap(title, LETTERS) or [""]
    return parts if len(parts) <= 2 else [parts[0], _cut(" ".join(parts[1:]), LETTERS)]


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"
