"""Waves of one field, linked by the contributors they share: who is exchangeable (*atoms*), between which bounds (*thresholds*).

A figure that was given to two waves from the same self-check is one unknown, so waves are linked by whoever stayed, and groups by
whoever is in both. What can be concluded from that is the audit's matter (`wave_audit`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from disclosure.counts_moves import Moves
from disclosure.counts_program import Program
from disclosure.wave_figures import Published


@dataclass(frozen=True, slots=True)
class Contribution:
    """A figure of one field. `owner`: the municipality; `named_in`: waves in which it shows its name; `marked`: it lets
    everybody know its band, which is taken as if everybody knew the figure."""

    key: str
    owner: str
    score: float
    named_in: frozenset[str] = frozenset()
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """What a wave tells of the field in a group. `gone`: contributors of whom nothing is kept any more, whom a viewer may
    take for anything."""

    wave: str
    group: str
    members: frozenset[str]
    published: Published
    gone: int = 0

    @property
    def name(self) -> tuple[str, str]:
        return self.wave, self.group


@dataclass(slots=True)
class Linked:
    """Groups of one field that hang together by whom they share, counted in atoms (rows) and bins between thresholds (columns)."""

    cells: list[Cell]
    thresholds: list[int]
    atoms: list[frozenset[int]]
    counts: list[list[int]]
    place: dict[str, tuple[int, int]]
    free: list[bool] = field(default_factory=list)
    """Atoms of contributors who are gone: their counts are one possibility, not the truth."""

    @property
    def bins(self) -> int:
        return len(self.thresholds) + 1

    def width(self, low: int, high: int) -> int:
        """Points from the beginning of a bin to the end of another."""
        bounds = [0, *self.thresholds, 100]
        return bounds[high + 1] - bounds[low]

    def limits(self, cell: Cell) -> tuple[list[int], list[int]]:
        """The bounds by threshold: how many of the cell reach it at least, and at most."""
        count = cell.published.municipalities
        least, most = [0] * len(self.thresholds), [count] * len(self.thresholds)
        for rank, published_class in cell.published.ranks():
            if published_class.low > 0:
                at = self.thresholds.index(published_class.low)
                least[at] = max(least[at], count - rank + 1)
            if published_class.high < 100:
                at = self.thresholds.index(published_class.high)
                most[at] = min(most[at], count - rank)
        return least, most

    def moves(self) -> Moves:
        inside = [[atom for atom, sign in enumerate(self.atoms) if at in sign] for at in range(len(self.cells))]
        least, most = zip(*map(self.limits, self.cells), strict=True)
        return Moves(self.counts, [sorted(sign) for sign in self.atoms], inside, least, most)


def link(cells: Sequence[Cell], contributions: Mapping[str, Contribution]) -> Linked:
    """Count contributors by atom and bin."""
    bounds = {
        bound
        for cell in cells
        for _, published_class in cell.published.ranks()
        for bound in (published_class.low, published_class.high)
    }
    thresholds = sorted(bounds - {0, 100})
    signs: dict[str, set[int]] = {}
    for at, cell in enumerate(cells):
        for key in cell.members:
            signs.setdefault(key, set()).add(at)
    atoms: dict[tuple[frozenset[int], bool], int] = {}
    counts: list[list[int]] = []
    place = {}
    for key in sorted(signs):
        atom = atoms.setdefault((frozenset(signs[key]), False), len(atoms))
        if atom == len(counts):
            counts.append([0] * (len(thresholds) + 1))
        bin = bisect_right(thresholds, contributions[key].score)
        counts[atom][bin] += 1
        place[key] = (atom, bin)
    for at, cell in enumerate(cells):
        if cell.gone:
            atoms[frozenset({at}), True] = len(atoms)
            counts.append([cell.gone] + [0] * len(thresholds))
    names, free = [sign for sign, _ in atoms], [gone for _, gone in atoms]
    linked = Linked(list(cells), thresholds, names, counts, place, free)
    if any(free):
        _example_for(linked)
    return linked


def _example_for(linked: Linked) -> None:
    """Give those who are gone some figures that agree with all classes."""
    fixed = [None if gone else row for row, gone in zip(linked.counts, linked.free, strict=True)]
    solved = program_of(linked, fixed).any()
    assert solved is not None, "published classes agree with the figures they were made of"
    linked.counts = solved


def program_of(linked: Linked, fixed: Sequence[Sequence[int] | None] = ()) -> Program:
    """The program whose solutions are all counts that agree with the published classes. `fixed`: rows that are known, by atom."""
    totals = [sum(row) for row in linked.counts]
    rows = [
        ([atom for atom, sign in enumerate(linked.atoms) if at in sign], *linked.limits(cell))
        for at, cell in enumerate(linked.cells)
    ]
    return Program(totals, linked.bins, rows, fixed)


def connected(cells: Sequence[Cell]) -> list[list[Cell]]:
    """Cells in sets that share contributors, directly or by others."""
    sets: list[tuple[set[str], list[Cell]]] = []
    for cell in cells:
        apart, members, inside = [], set(cell.members), [cell]
        for keys, others in sets:
            if keys & members:
                members, inside = members | keys, [*others, *inside]
            else:
                apart.append((keys, others))
        sets = [*apart, (members, inside)]
    return [inside for _, inside in sets]
