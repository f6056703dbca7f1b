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

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from disclosure.counts_moves import Delta
from disclosure.counts_program import Program
from disclosure.linked_waves import Cell, Contribution, Linked, connected, link, program_of

WITHIN = 10
"""Points within which nobody may be able to bound another's figure."""
MOST_EXPLAINED = 12
"""Groups up to which a counterexample is cut down to those that it needs."""


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


def audit(
    contributions: Iterable[Contribution], new: Sequence[Cell], earlier: Sequence[Cell] = ()
) -> tuple[list[Counterexample], Checked]:
    """All that is wrong with the cells of one field of a wave, and what was checked.

    Args:
        contributions: of all cells, by unlike keys.
        new: the cells that are to be published.
        earlier: cells of this field that were published before.
    """
    contributions_by_key = {one.key: one for one in contributions}
    counterexamples: list[Counterexample] = []
    checked = Checked()
    names = {cell.name for cell in new}
    for cells in connected([*new, *earlier]):
        if not any(cell.name in names for cell in cells):
            continue
        linked = link(cells, contributions_by_key)
        search = _Search(linked, contributions_by_key)
        pair = search.disclosed()
        checked.add(search.checked)
        if pair is not None:
            counterexamples.append(Counterexample(_explained(cells, contributions_by_key, pair[0]), pair))
    return counterexamples, checked


class _Search:
    """Looks for a figure that a viewer can bound."""

    def __init__(self, linked: Linked, contributions: Mapping[str, Contribution]) -> None:
        self._linked = linked
        self._known = contributions
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
        owners_by_view: dict[tuple[Know, frozenset[str]], set[str]] = {}
        for owner, keys in own.items():
            some = frozenset(waves[owner])
            owners_by_view.setdefault((_know(self._linked, {*keys, *seen[some]}), some), set()).add(owner)
        return [_Viewer(know, some, frozenset(owners)) for (know, some), owners in owners_by_view.items()]

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
        self._program = self._program or program_of(self._linked)
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


def _pair(keys: Sequence[str], viewer: _Viewer, contributions: Mapping[str, Contribution]) -> tuple[str, str]:
    """One of the contributors, and a viewer who is not its owner."""
    return next((key, one) for key in keys for one in sorted(viewer.owners) if one != contributions[key].owner)


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


def _explained(
    cells: Sequence[Cell], contributions: Mapping[str, Contribution], target: str
) -> tuple[tuple[str, str], ...]:
    """The groups that a counterexample needs: those without which nobody could bound this figure are all that stays."""
    needed = list(cells)
    if len(cells) <= MOST_EXPLAINED:
        for cell in cells:
            fewer = [one for one in needed if one != cell]
            if any(target in one.members for one in fewer) and _bounds(fewer, contributions):
                needed = fewer
    else:
        needed = [cell for cell in cells if target in cell.members]
    return tuple(sorted(cell.name for cell in needed))


def _bounds(cells: Sequence[Cell], contributions: Mapping[str, Contribution]) -> bool:
    return any(_Search(link(part, contributions), contributions).disclosed() is not None for part in connected(cells))


def suppressed(cell: Cell) -> Cell | None:
    """The cell with less told: without quartiles, then not at all."""
    return replace(cell, published=cell.published.without_quartiles()) if cell.published.quartiles else None
