"""The mixed-integer program of a wave's audit: how many contributors of each atom reach each threshold.

One whole number for each atom and threshold, from 0 to the atom's size, not rising with the threshold; for each cell the sums
over its atoms, between what its classes allow. Solved with HiGHS, again and again with other bounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Row = tuple[Sequence[int], Sequence[int], Sequence[int]]
"""A cell: its atoms; by threshold, how many reach it at least and at most."""
Known = Sequence[tuple[int, int, int]]
"""What a viewer knows for sure: atom, bin, how many."""
SECONDS = 60.0
"""For one program. One that takes longer counts as having found nothing, which is the careful side."""


class Program:
    """The counts of atoms (by their sizes) in `bins` bins, one more than thresholds, that agree with all rows.

    `fixed`: counts by bin of atoms that are given; None for those that are looked for.
    """

    def __init__(
        self, totals: Sequence[int], bins: int, rows: Sequence[Row], fixed: Sequence[Sequence[int] | None] = ()
    ) -> None:
        import highspy

        self._totals, self._steps = totals, bins - 1
        self._infinity, self._solved = highspy.kHighsInf, highspy.HighsModelStatus.kOptimal
        self._highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self._highs.setOptionValue("output_flag", False)
        self._highs.setOptionValue("threads", 1)
        self._highs.setOptionValue("time_limit", SECONDS)
        self._highs.passModel(self._model(rows))
        for atom, given in enumerate(fixed):
            if given is not None:
                for step in range(self._steps):
                    reach = sum(given[step + 1 :])
                    self._bound(atom, step, reach, reach)

    def any(self) -> list[list[int]] | None:
        """Some counts by atom and bin that agree with everything; None: there are none."""
        self._highs.clearSolver()
        self._highs.run()
        if self._highs.getModelStatus() != self._solved:
            return None
        values = self._highs.getSolution().col_value
        found = []
        for atom, total in enumerate(self._totals):
            reach = [round(values[atom * self._steps + step]) for step in range(self._steps)]
            bounds = [total, *reach, 0]
            found.append([bounds[bin] - bounds[bin + 1] for bin in range(self._steps + 1)])
        return found

    def with_one(self, atom: int, step: int, below: bool, know: Known) -> list[list[int]] | None:
        """Counts in which one contributor of the atom, none of those whom the viewer knows, stands below the threshold `step`
        (or reaches it), while those whom the viewer knows stand where they do; None: that can't be."""
        held: dict[int, list[int]] = {}
        for at, bin, many in know:
            held.setdefault(at, [0] * (self._steps + 1))[bin] += many
        for at, bins in held.items():
            self._hold(at, bins)
        counts_of_atom = held.get(atom, [0] * (self._steps + 1))
        low, high = sum(counts_of_atom[step + 1 :]), self._totals[atom] - sum(counts_of_atom[: step + 1])
        self._bound(atom, step, *((low, high - 1) if below else (low + 1, high)))
        try:
            return self.any() if low < high else None
        finally:
            for at in {*held, atom}:
                self._hold(at, [0] * (self._steps + 1))

    def _hold(self, atom: int, bins: Sequence[int]) -> None:
        """At least so many stand in each bin."""
        for step in range(self._steps):
            self._bound(atom, step, sum(bins[step + 1 :]), self._totals[atom] - sum(bins[: step + 1]))
            if step + 1 < self._steps:
                row = atom * (self._steps - 1) + step
                self._highs.changeRowBounds(row, float(bins[step + 1]), self._infinity)

    def _bound(self, atom: int, step: int, low: int, high: int) -> None:
        self._highs.changeColBounds(atom * self._steps + step, float(low), float(high))

    def _model(self, rows: Sequence[Row]) -> Any:
        import highspy
        import numpy as np

        steps, count = self._steps, len(self._totals) * self._steps
        starts, columns, values = [0], list[int](), list[float]()
        least, most = list[float](), list[float]()

        def row(members: Sequence[int], signs: Sequence[float], low: float, high: float) -> None:
            columns.extend(members)
            values.extend(signs)
            starts.append(len(columns))
            least.append(low)
            most.append(high)

        for atom in range(len(self._totals)):
            for step in range(steps - 1):
                row((atom * steps + step, atom * steps + step + 1), (1.0, -1.0), 0.0, self._infinity)
        for atoms, floor, ceiling in rows:
            size = sum(self._totals[atom] for atom in atoms)
            for step in range(steps):
                if floor[step] > 0 or ceiling[step] < size:
                    row([atom * steps + step for atom in atoms], [1.0] * len(atoms), floor[step], ceiling[step])
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = count, len(least)
        model.col_cost_, model.col_lower_ = np.zeros(count), np.zeros(count)
        model.col_upper_ = np.repeat(np.array(self._totals, dtype=float), steps)
        model.row_lower_, model.row_upper_ = np.array(least, dtype=float), np.array(most, dtype=float)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.array(starts, dtype=np.int32)
        model.a_matrix_.index_ = np.array(columns, dtype=np.int32)
        model.a_matrix_.value_ = np.array(values)
        model.integrality_ = [highspy.HighsVarType.kInteger] * count
        return model
