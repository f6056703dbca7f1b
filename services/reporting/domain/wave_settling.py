"""Settles which figures of a field a wave may publish: they are audited, and coarsened or left out until they disclose nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from disclosure.linked_waves import Cell, Contribution
from disclosure.wave_audit import Checked, audit, suppressed

Less = Literal["quartiles", "all"]


@dataclass(frozen=True, slots=True)
class FieldToAudit:
    """A field of action: figures of all who contribute, to this wave or an earlier one; what is to be told, and was told."""

    field: str
    contributions: Sequence[Contribution]
    new: Sequence[Cell]
    earlier: Sequence[Cell] = ()


@dataclass(slots=True)
class Settled:
    """What is told of a wave after the audit, and what is not. `cells`: what is told; `left_out`: what is not told of a group any
    more; `counterexamples`: groups (wave, group) that together give somebody away, none where all is well."""

    field: str
    cells: list[Cell]
    left_out: dict[str, Less] = dataclasses.field(default_factory=dict)
    counterexamples: list[tuple[tuple[str, str], ...]] = dataclasses.field(default_factory=list)
    checked: Checked = dataclasses.field(default_factory=Checked)


def settle(to_audit: FieldToAudit, suppress: bool) -> Settled:
    """Audit a wave and leave out what gives somebody away. `suppress`: of the smallest group of a counterexample the quartiles go
    first, then all; then it is audited again."""
    settled = Settled(to_audit.field, list(to_audit.new))
    while True:
        counterexamples, checked = audit(to_audit.contributions, settled.cells, to_audit.earlier)
        settled.checked.add(checked)
        settled.counterexamples = [counterexample.groups for counterexample in counterexamples]
        if not counterexamples or not suppress:
            return settled
        for counterexample in counterexamples:
            cell_names = set(counterexample.groups)
            inside = [cell for cell in settled.cells if cell.name in cell_names]
            if not inside:
                return settled  # what earlier waves told is told
            smallest = min(inside, key=lambda cell: (cell.published.municipalities, cell.group))
            position, reduced = settled.cells.index(smallest), suppressed(smallest)
            settled.left_out[smallest.group] = "all" if reduced is None else "quartiles"
            settled.cells[position : position + 1] = [] if reduced is None else [reduced]
