"""Decides which cells are shown: the only step between what people answered and what anybody sees of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from disclosure.scheme import Scheme
from disclosure.tally import Tally


@dataclass(frozen=True)
class ShownCell:
    """The counts of a cell that is shown: voices per level (lowest first), unsure, not applicable, asked but silent."""

    levels: tuple[int, ...]
    unsure: int
    not_applicable: int
    no_answer: int

    @cached_property
    def rated(self) -> int:
        """Voices that gave a level."""
        return sum(self.levels)

    @property
    def applicable(self) -> bool:
        """False if a voice said `not_applicable` and none gave a level or was unsure. Silence does not decide."""
        return self.not_applicable == 0 or self.rated + self.unsure > 0


@dataclass(frozen=True)
class ShownCells:
    """All that figures are made from.

    `cells` holds the shown cells by (question, perspective). `inapplicable` names cells of which only this is told: that
    enough voices reacted and all of them said that the question does not apply. What is in neither is hidden.
    """

    scheme: Scheme
    minimum_group: int
    perspectives: tuple[str, ...]
    cells: Mapping[tuple[str, str], ShownCell]
    inapplicable: frozenset[tuple[str, str]]

    def is_hidden(self, question: str, perspective: str) -> bool:
        """Whether nothing is told of this cell."""
        return (question, perspective) not in self.cells and (question, perspective) not in self.inapplicable


def show(tally: Tally, minimum_group: int, institutions: Collection[str] = ()) -> ShownCells:
    """The cells that may be shown, of persons from `minimum_group` voices on, of `institutions` from one voice on.

    With a minimum of one there is nothing to hide, not even that nobody answered.
    """
    shown: dict[tuple[str, str], ShownCell] = {}
    inapplicable: set[tuple[str, str]] = set()
    for place, cell in tally.cells.items():
        least = 1 if place[1] in institutions else minimum_group
        if least <= 1 or cell.rated >= least:
            shown[place] = ShownCell(cell.levels, cell.unsure, cell.not_applicable, cell.blank)
        elif least <= cell.reacted == cell.not_applicable:
            inapplicable.add(place)
    return ShownCells(tally.scheme, minimum_group, tally.perspectives, shown, frozenset(inapplicable))
