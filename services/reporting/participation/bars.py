"""A bar for each row of a table of counts: accessible SVG without scripts; the table beside it says the same."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from services.reporting.council.picture import COLOURS, FONT

WIDTH, ROW, LABEL, NUMBER = 560, 26, 190, 60
MOST = 24
"""Bars of one picture; with more rows the latest or largest are drawn."""


def bars(rows: Sequence[tuple[str, int]], id: str, title: str, description: str) -> str:
    """Draw bars: `rows`: label and number, drawn in their order."""
    drawn = list(rows)[-MOST:]
    most = max((number for _, number in drawn), default=0) or 1
    height = ROW * len(drawn) + 8
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-labelledby="{id}-title {id}-desc" font-family="{FONT}" font-size="14">',
        f'<title id="{id}-title">{escape(title)}</title><desc id="{id}-desc">{escape(description)}</desc>',
    ]
    for place, (label, number) in enumerate(drawn):
        top, length = 4 + ROW * place, (WIDTH - LABEL - NUMBER) * number / most
        short = label if len(label) <= 24 else label[:23] + "…"
        parts.append(
            f'<text x="{LABEL - 8}" y="{top + 16}" text-anchor="end" fill="currentColor">{escape(short)}</text>'
            f'<rect x="{LABEL}" y="{top + 3}" width="{length:.1f}" height="{ROW - 8}" fill="{COLOURS[0]}"/>'
            f'<text x="{LABEL + length + 6:.1f}" y="{top + 16}" fill="currentColor">{number}</text>'
        )
    return "\n".join([*parts, "</svg>"])
