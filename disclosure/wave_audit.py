"""The audit of a benchmark wave: can anybody who looks bound another municipality's figure within ten points?

**What a viewer knows.** Who contributes to which group, the published classes of this wave and of all earlier ones, their own
figures, and the figures of those who show their names, where they show their own too. A figure that was given to two waves
from the same self-check is one unknown, so waves are linked by whoever stayed, and groups by whoever is in both.

**What that comes to.** A class says “at least k of the n are below its end, at least n - k + 1 reach its beginning”. So only
between which classes' bounds (*thresholds*) a figure lies matters, and contributors of the same groups (an *atom*) can be
exchanged for each other: unknown are, per atom and threshold, how many reach it. Which bounds a viewer can conclude for one
contributor is then the least and the greatest place of that contributor over all counts that agree with all classes: a
mixed-integer program (`counts_program`) whose size does not depend on how many contribute.

**Fast and exact.** The true figures are one solution. From it, moving one contributor alone as far as the classes allow, and
exchanging contributors of an atom, gives others; where these already spread over more than ten points, the figure is safe
for this viewer and nothing has to be solved. What is left is solved, and what a program finds is tried on the next viewers
first. A figure is called disclosed only if the program says so: there are no false alarms, and nothing is let through.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from disclosure.counts_moves import Delta, Moves
from disclosure.counts_program import Program
from disclosure.wave_figures import Published

WITHIN = 10
"""Points within which nobody may be able to bound another's figure."""
MOST_EXPLAINED = 12
"""Groups up to which a counterexample is cut down to those that it needs."""


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


@dataclass(frozen=True, slots=True)
class Counterexample:
    """Groups (wave, group) by which some viewer can bound a figure; the new wave's, and those of earlier ones. Never values.

    `pair`: the figure's key and the viewer's municipality, for tests; it is told to nobody.
    """

    groups: tuple[tuple[str, str], ...]
    pair: tuple[str, str]


@dataclass(slots=True)
class Checked:
    """What the audit did. `pairs`: contributor and viewer, in classes of alike ones; `programs`: how many had to be solved."""

    contributors: int = 0
    cells: int = 0
    pairs: int = 0
    programs: int = 0

    def add(self, other: Checked) -> None:
        self.contributors += other.contributors
        self.cells += other.cells
        self.pairs += other.pairs
        self.programs += other.programs


Know = tuple[tuple[int, int, int], ...]
"""What a viewer knows for sure: (atom, bin, how many), sorted."""


@dataclass(frozen=True, slots=True)
class _Viewer:
    """Viewers who know the same. `waves`: in which they see names."""

    know: Know
    waves: frozenset[str]
    owners: frozenset[str]


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
        for rank, told in cell.published.ranks():
            if told.low > 0:
                at = self.thresholds.index(told.low)
                least[at] = max(least[at], count - rank + 1)
            if told.high < 100:
                at = self.thresholds.index(told.high)
                most[at] = min(most[at], count - rank)
        return least, most

    def moves(self) -> Moves:
        inside = [[atom for atom, sign in enumerate(self.atoms) if at in sign] for at in range(len(self.cells))]
        least, most = zip(*map(self.limits, self.cells), strict=True)
        return Moves(self.counts, [sorted(sign) for sign in self.atoms], inside, least, most)


def audit(
    contributions: Iterable[Contribution], new: Sequence[Cell], earlier: Sequence[Cell] = ()
) -> tuple[list[Counterexample], Checked]:
    """All that is wrong with the cells of one field of a wave, and what was checked.

    Args:
        contributions: of all cells, by unlike keys.
        new: the cells that are to be published.
        earlier: cells of this field that were published before.
    """
    known = {one.key: one for one in contributions}
    found: list[Counterexample] = []
    checked = Checked()
    names = {cell.name for cell in new}
    for cells in _connected([*new, *earlier]):
        if not any(cell.name in names for cell in cells):
            continue
        linked = link(cells, known)
        search = _Search(linked, known)
        pair = search.disclosed()
        checked.add(search.checked)
        if pair is not None:
            found.append(Counterexample(_explained(cells, known, pair[0]), pair))
    return found, checked


def link(cells: Sequence[Cell], known: Mapping[str, Contribution]) -> Linked:
    """Count contributors by atom and bin."""
    bounds = {bound for cell in cells for _, told in cell.published.ranks() for bound in (told.low, told.high)}
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
        bin = bisect_right(thresholds, known[key].score)
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
    solved = _program(linked, fixed).any()
    assert solved is not None, "published classes agree with the figures they were made of"
    linked.counts = solved


def _program(linked: Linked, fixed: Sequence[Sequence[int] | None] = ()) -> Program:
    totals = [sum(row) for row in linked.counts]
    rows = [
        ([atom for atom, sign in enumerate(linked.atoms) if at in sign], *linked.limits(cell))
        for at, cell in enumerate(linked.cells)
    ]
    return Program(totals, linked.bins, rows, fixed)


class _Search:
    """Looks for a figure that a viewer can bound."""

    def __init__(self, linked: Linked, known: Mapping[str, Contribution]) -> None:
        self._linked = linked
        self._known = known
        self._program: Program | None = None
        self._moves = linked.moves()
        self._reach = [
            [self._moves.alone(atom, bin) for bin in range(linked.bins)] for atom in range(len(linked.atoms))
        ]
        self._found: dict[int, list[Delta]] = {}
        self.checked = Checked(len(linked.place), len(linked.cells))

    def disclosed(self) -> tuple[str, str] | None:
        """The key of a contributor, and somebody who can bound it; None: nobody can."""
        alike: dict[tuple[int, frozenset[str]], list[str]] = {}
        for key, (atom, _) in sorted(self._linked.place.items()):
            alike.setdefault((atom, self._known[key].named_in), []).append(key)
        viewers = self._viewers()
        inside: dict[int, list[str]] = {}
        for (atom, _), keys in alike.items():
            inside.setdefault(atom, []).extend(keys)
        safe = {atom for atom, keys in inside.items() if self._safe_from_all(atom, keys)}
        for (atom, named_in), keys in alike.items():
            self.checked.pairs += len(viewers)
            if atom in safe:
                continue
            keys = [key for key in keys if not self._known[key].marked]
            owners = {self._known[key].owner for key in keys}
            for viewer in viewers:
                if named_in & viewer.waves or not any(owners - {one} for one in viewer.owners):
                    continue  # seen by name, or nobody else's
                if keys and not self._safe(atom, viewer.know):
                    return _pair(keys, viewer, self._known)
        return None

    def _viewers(self) -> list[_Viewer]:
        """Viewers by what they know for sure. Whoever contributes to nothing here knows less than those who do."""
        waves: dict[str, set[str]] = {}
        for one in self._known.values():
            waves.setdefault(one.owner, set()).update(one.named_in)
        own: dict[str, list[str]] = {}
        named: dict[str, list[str]] = {}
        for key in self._linked.place:
            own.setdefault(self._known[key].owner, []).append(key)
            for wave in self._known[key].named_in:
                named.setdefault(wave, []).append(key)
        marked = [key for key in self._linked.place if self._known[key].marked]
        seen = {
            frozenset(some): {*marked, *(key for wave in some for key in named.get(wave, ()))}
            for some in waves.values()
        }
        found: dict[tuple[Know, frozenset[str]], set[str]] = {}
        for owner, keys in own.items():
            some = frozenset(waves[owner])
            found.setdefault((_know(self._linked, {*keys, *seen[some]}), some), set()).add(owner)
        return [_Viewer(know, some, frozenset(owners)) for (know, some), owners in found.items()]

    def _safe_from_all(self, atom: int, inside: Sequence[str]) -> bool:
        """Even who sees all names and has a figure of their own among these: without looking at viewers one by one."""
        if len({self._known[key].owner for key in inside}) < len(inside):
            return False
        named = Counter(
            self._linked.place[key][1] for key in inside if self._known[key].named_in or self._known[key].marked
        )
        left = [many - named[bin] for bin, many in enumerate(self._linked.counts[atom])]
        held = [bin for bin, many in enumerate(left) if many]
        lonely = [bin for bin in held if left[bin] == 1]
        return all(self._spread([bin for bin in held if bin != own], atom) for own in [None, *lonely])

    def _safe(self, atom: int, know: Know) -> bool:
        """Whether this viewer can't bound an unknown contributor of the atom within `WITHIN` points."""
        left = [bin for bin, many in enumerate(_left(self._linked.counts, atom, know)) if many > 0]
        if self._spread(left, atom):
            return True
        low, high = self._hull(atom, left, know)
        for below in (True, False):
            while self._linked.width(low, high) <= WITHIN:
                bin = low - 1 if below else high + 1
                if not 0 <= bin < self._linked.bins:
                    break
                delta = self._moves.with_others(atom, left[0] if below else left[-1], bin, know)
                delta = delta or self._solved(atom, bin, below, know)
                if delta is None:
                    break
                self._found.setdefault(atom, []).append(delta)
                low, high = self._hull(atom, left, know)
        return self._linked.width(low, high) > WITHIN

    def _solved(self, atom: int, bin: int, below: bool, know: Know) -> Delta | None:
        """What the program finds with somebody of the atom in this bin or beyond."""
        self._program = self._program or _program(self._linked)
        self.checked.programs += 1
        solution = self._program.with_one(atom, bin if below else bin - 1, below, know)
        if solution is None:
            return None
        pairs = enumerate(zip(solution, self._linked.counts, strict=True))
        return {
            (at, bin): new - old
            for at, rows in pairs
            for bin, (new, old) in enumerate(zip(*rows, strict=True))
            if new != old
        }

    def _spread(self, bins: Sequence[int], atom: int) -> bool:
        """Exchanging contributors who stand in these bins, and moving one alone, is enough."""
        reach = [self._reach[atom][bin] for bin in bins]
        return bool(reach) and self._linked.width(min(r[0] for r in reach), max(r[1] for r in reach)) > WITHIN

    def _hull(self, atom: int, left: Sequence[int], know: Know) -> tuple[int, int]:
        """The bins in which an unknown contributor of the atom stands in what was found and agrees with what the viewer knows."""
        reach = [self._reach[atom][bin] for bin in left]
        low, high = min(r[0] for r in reach), max(r[1] for r in reach)
        counts = self._linked.counts
        for delta in self._found.get(atom, ()):
            if all(counts[at][bin] + delta.get((at, bin), 0) >= many for at, bin, many in know):
                known = {bin: many for at, bin, many in know if at == atom}
                row = counts[atom]
                bins = [bin for bin in range(len(row)) if row[bin] + delta.get((atom, bin), 0) > known.get(bin, 0)]
                low, high = min(low, *bins), max(high, *bins)
        return low, high


def _pair(keys: Sequence[str], viewer: _Viewer, known: Mapping[str, Contribution]) -> tuple[str, str]:
    """One of the contributors, and a viewer who is not its owner."""
    return next((key, one) for key in keys for one in sorted(viewer.owners) if one != known[key].owner)


def _left(counts: Sequence[Sequence[int]], atom: int, know: Know) -> list[int]:
    """Contributors of the atom whom the viewer does not know, by bin."""
    left = list(counts[atom])
    for at, bin, many in know:
        if at == atom:
            left[bin] -= many
    return left


def _know(linked: Linked, keys: Iterable[str]) -> Know:
    counted = Counter(linked.place[key] for key in keys if key in linked.place)
    return tuple(sorted((atom, bin, many) for (atom, bin), many in counted.items()))


def _connected(cells: Sequence[Cell]) -> list[list[Cell]]:
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


def _explained(cells: Sequence[Cell], known: Mapping[str, Contribution], target: str) -> tuple[tuple[str, str], ...]:
    """The groups that a counterexample needs: those without which nobody could bound this figure are all that stays."""
    needed = list(cells)
    if len(cells) <= MOST_EXPLAINED:
        for cell in cells:
            fewer = [one for one in needed if one != cell]
            if any(target in one.members for one in fewer) and _bounds(fewer, known):
                needed = fewer
    else:
        needed = [cell for cell in cells if target in cell.members]
    return tuple(sorted(cell.name for cell in needed))


def _bounds(cells: Sequence[Cell], known: Mapping[str, Contribution]) -> bool:
    return any(_Search(link(part, known), known).disclosed() is not None for part in _connected(cells))


def suppressed(cell: Cell) -> Cell | None:
    """The cell with less told: without quartiles, then not at all."""
    return replace(cell, published=cell.published.without_quartiles()) if cell.published.quartiles else None
