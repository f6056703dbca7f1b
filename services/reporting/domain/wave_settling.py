"""What of a field's figures in a wave can be told: audited, and where the office wants, told less of until nothing is given away."""

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


def settle(one: FieldToAudit, suppress: bool) -> Settled:
    """Audit a wave and leave out what gives somebody away. `suppress`: of the smallest group of a counterexample the quartiles go
    first, then all; then it is audited again."""
    settled = Settled(one.field, list(one.new))
    while True:
        counterexamples, checked = audit(one.contributions, settled.cells, one.earlier)
        settled.checked.add(checked)
        settled.counterexamples = [counterexample.groups for counterexample in counterexamples]
        if not counterexamples or not suppress:
            return settled
        for counterexample in counterexamples:
            named = set(counterexample.groups)
            inside = [cell for cell in settled.cells if cell.name in named]
            if not inside:
                return settled  # what earlier waves told is told
            smallest = min(inside, key=lambda cell: (cell.published.municipalities, cell.group))
            at, less = settled.cells.index(smallest), suppressed(smallest)
            settled.left_out[smallest.group] = "all" if less is None else "quartiles"
            settled.cells[at : at + 1] = [] if less is None else [less]
