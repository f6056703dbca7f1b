"""Other figures that agree with all classes, found by moving few contributors away from where they stand.

One contributor is put into another bin; where a cell then has too many or too few above a threshold, somebody else of that
cell steps over it the other way, and so on, always who leaves least wrong, a few steps long. What comes out agrees with every
class or nothing comes out: then `counts_program` decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Delta = Mapping[tuple[int, int], int]
"""Contributors more (or fewer) by atom and bin."""
LONGEST = 12
"""Contributors who may move for one."""


class Moves:
    """Looks for moves from one state.

    Args:
        counts: by atom and bin.
        cells_of: the cells of each atom.
        atoms_of: the atoms of each cell.
        least, most: by cell and threshold, how many may reach it.
    """

    def __init__(
        self,
        counts: Sequence[Sequence[int]],
        cells_of: Sequence[Sequence[int]],
        atoms_of: Sequence[Sequence[int]],
        least: Sequence[Sequence[int]],
        most: Sequence[Sequence[int]],
    ) -> None:
        self._counts, self._cells_of, self._atoms_of = counts, cells_of, atoms_of
        steps = len(least[0])
        reach = [[sum(row[step + 1 :]) for step in range(steps)] for row in counts]
        reached = [[sum(reach[atom][step] for atom in atoms) for step in range(steps)] for atoms in atoms_of]
        self._over = [[r - low for r, low in zip(*rows, strict=True)] for rows in zip(reached, least, strict=True)]
        self._under = [[high - r for r, high in zip(*rows, strict=True)] for rows in zip(reached, most, strict=True)]

    def alone(self, atom: int, bin: int) -> tuple[int, int]:
        """The bins to which one contributor can move without anybody else, down and up."""
        low = high = bin
        cells = self._cells_of[atom]
        while low > 0 and all(self._over[cell][low - 1] >= 1 for cell in cells):
            low -= 1
        while high < len(self._over[0]) and all(self._under[cell][high] >= 1 for cell in cells):
            high += 1
        return low, high

    def with_others(self, atom: int, start: int, end: int, know: Sequence[tuple[int, int, int]]) -> Delta | None:
        """One contributor goes from one bin to another, and others where they must; those in `know` stay."""
        stays = {(at, bin): many for at, bin, many in know}
        moved: dict[tuple[int, int], int] = {}
        shift: dict[tuple[int, int], int] = {}
        used: set[tuple[int, int, int]] = set()
        self._move(atom, start, end, moved, shift)
        # Whoever has moved stays there: nobody goes back and forth.
        stays[atom, end] = stays.get((atom, end), 0) + 1
        for _ in range(LONGEST):
            wrong = self._wrong(shift)
            if wrong is None:
                return moved
            cell, step, up = wrong
            best = None
            for at in self._atoms_of[cell]:
                found = self._nearest(at, step, up, moved, stays)
                if found is None or (at, found, step) in used:
                    continue
                to = step + 1 if up else step
                badness = self._badness(at, found, to, shift)
                if best is None or badness < best[0]:
                    best = (badness, at, found, to)
            if best is None:
                return None
            _, at, found, to = best
            used.add((at, found, step))
            self._move(at, found, to, moved, shift)
            stays[at, to] = stays.get((at, to), 0) + 1
        return moved if self._wrong(shift) is None else None

    def _move(
        self, atom: int, start: int, end: int, moved: dict[tuple[int, int], int], shift: dict[tuple[int, int], int]
    ) -> None:
        moved[atom, start] = moved.get((atom, start), 0) - 1
        moved[atom, end] = moved.get((atom, end), 0) + 1
        sign = 1 if end > start else -1
        for cell in self._cells_of[atom]:
            for step in range(min(start, end), max(start, end)):
                shift[cell, step] = shift.get((cell, step), 0) + sign

    def _wrong(self, shift: Mapping[tuple[int, int], int]) -> tuple[int, int, bool] | None:
        """A cell and a threshold that too few reach (True: somebody has to go up) or too many."""
        for (cell, step), change in shift.items():
            if change < -self._over[cell][step]:
                return cell, step, True
            if change > self._under[cell][step]:
                return cell, step, False
        return None

    def _nearest(
        self, atom: int, step: int, up: bool, moved: Delta, stays: Mapping[tuple[int, int], int]
    ) -> int | None:
        """The nearest bin on the other side of the threshold in which somebody of the atom may move."""
        row = self._counts[atom]
        for bin in range(step, -1, -1) if up else range(step + 1, len(row)):
            if row[bin] + moved.get((atom, bin), 0) > stays.get((atom, bin), 0):
                return bin
        return None

    def _badness(self, atom: int, start: int, end: int, shift: Mapping[tuple[int, int], int]) -> tuple[int, int]:
        """How many bounds a move leaves broken more than before, then how far it goes."""
        sign, total = (1 if end > start else -1), 0
        for cell in self._cells_of[atom]:
            for step in range(min(start, end), max(start, end)):
                before = shift.get((cell, step), 0)
                total += self._excess(cell, step, before + sign) - self._excess(cell, step, before)
        return total, abs(end - start)

    def _excess(self, cell: int, step: int, change: int) -> int:
        return max(0, -self._over[cell][step] - change, change - self._under[cell][step])
