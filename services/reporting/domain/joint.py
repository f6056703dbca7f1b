"""Municipalities side by side: their figures of each field of action, and together, as selfcheck disclosed them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.reporting.domain.profile import Figure, Texts

WHOLE = ""
"""Stands for the overall figure among the fields, and for all perspectives together among those."""


@dataclass(frozen=True, slots=True)
class Row:
    """One field, or the whole, in one perspective or in all: a figure for each municipality, and together."""

    field: str
    title: Texts
    perspective: str
    figures: tuple[Figure, ...]
    together: Figure


@dataclass(frozen=True, slots=True)
class Comparison:
    """`members`: slugs, in the order of each row's figures."""

    members: tuple[str, ...]
    rows: tuple[Row, ...]

    def of(self, perspective: str) -> list[Row]:
        return [row for row in self.rows if row.perspective == perspective]

    def plain(self) -> dict[str, Any]:
        """As the API shows it; `field` and `perspective` are null for the whole."""
        return {
            "members": list(self.members),
            "rows": [
                {
                    "field": row.field or None,
                    "title": dict(row.title),
                    "perspective": row.perspective or None,
                    "members": [figure.plain() for figure in row.figures],
                    "together": row.together.plain(),
                }
                for row in self.rows
            ],
        }


def compared(result: Mapping[str, Any], fields: Sequence[Mapping[str, Any]], perspectives: Sequence[str]) -> Comparison:
    """`result` as in the event; `fields`: `{id, title}` in the questionnaire's order, empty while it is not known."""
    together: Mapping[str, Any] = result["together"]
    titled = list(fields) or [{"id": id, "title": {}} for id in together["fields"]]
    rows = []
    for perspective in (WHOLE, *perspectives):
        for field in (*titled, {"id": WHOLE, "title": {}}):
            given = [_figure(one, field["id"], perspective) for one in result["members"]]
            row = Row(
                field["id"], field["title"], perspective, tuple(given), _figure(together, field["id"], perspective)
            )
            rows.append(row)
    return Comparison(tuple(one["member"] for one in result["members"]), tuple(rows))


def _figure(source: Mapping[str, Any], field: str, perspective: str) -> Figure:
    node = source["fields"].get(field) or {} if field else source["overall"]
    return Figure.of((node.get("perspectives") or {}).get(perspective) or {} if perspective else node)
