"""Audits of published tables: between which bounds a hidden cell lies, given everything that is shown.

`bounds` asks a solver of linear programs; `tau_argus` asks the engine of τ-ARGUS, the program statistical offices use. The two share
no code. τ-ARGUS' audit succeeds whatever it finds, so its rows are what counts.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from contextlib import chdir
from itertools import product
from pathlib import Path

from ortools.linear_solver import pywraplp

Cells = Mapping[str, float | None]
"""Values by cell; None is hidden."""
Sums = Sequence[tuple[str, Collection[str]]]
"""Each total with its parts."""
Bounds = dict[str, tuple[float, float]]


def bounds(cells: Cells, sums: Sums, low: float = 0, high: float = 10**6) -> Bounds:
    """The least and the most that every hidden cell can be; all hidden cells are between `low` and `high`."""
    found: Bounds = {}
    for cell in (name for name, value in cells.items() if value is None):
        ends = []
        for sign in (1, -1):
            solver = pywraplp.Solver.CreateSolver("GLOP")
            of = {name: solver.NumVar(low, high, name) for name, value in cells.items() if value is None}
            whole = {name: of.get(name, value) for name, value in cells.items()}
            for total, parts in sums:
                if of.keys().isdisjoint([total, *parts]):
                    continue
                solver.Add(solver.Sum([whole[part] for part in parts]) - whole[total] == 0)
            solver.Minimize(sign * of[cell])
            assert solver.Solve() == pywraplp.Solver.OPTIMAL
            ends.append(round(of[cell].solution_value(), 6))
        found[cell] = (ends[0], ends[1])
    return found


def table(rows: Mapping[str, Sequence[float]], columns: str) -> dict[str, float]:
    """Cells `wa` of row w and column a, with the totals `wT`, `Ta` and `TT`."""
    cells = {row + column: value for row, values in rows.items() for column, value in zip(columns, values, strict=True)}
    cells |= {f"{row}T": sum(values) for row, values in rows.items()}
    cells |= {f"T{column}": sum(cells[row + column] for row in rows) for column in columns}
    return {**cells, "TT": sum(sum(values) for values in rows.values())}


def sums_of(rows: str, columns: str) -> Sums:
    """How the totals of such a table are made."""
    return [
        *((f"{row}T", [row + column for column in columns]) for row in rows),
        *((f"T{column}", [row + column for row in rows]) for column in columns),
        ("TT", [f"{row}T" for row in rows]),
        ("TT", [f"T{column}" for column in columns]),
    ]


def hide(cells: Mapping[str, float], hidden: Collection[str]) -> Cells:
    return {name: None if name in hidden else value for name, value in cells.items()}


def tau_argus(cells: Mapping[str, float], rows: str, columns: str, hidden: Collection[str], folder: Path) -> Bounds:
    """The same of a table with two dimensions, between the least and the largest number in it.

    The engine needs the hidden values too, to say how wide the bounds around them are.
    """
    from pytauargus.engine import run_batch

    places = list(product(f"T{rows}", f"T{columns}"))
    lines = [f"{r};{c};{cells[r + c]};{'U' if r + c in hidden else 'S'}" for r, c in places]
    (folder / "cells.tab").write_text("\n".join(lines) + "\n", "utf-8")
    dimension = '{}\n  <RECODABLE>\n  <TOTCODE> "T"\n'
    (folder / "cells.rda").write_text(
        '<SEPARATOR> ";"\n<SAFE> "S"\n<UNSAFE> "U"\n<PROTECT> "P"\n'
        + dimension.format("row")
        + dimension.format("column")
        + "value\n  <NUMERIC>\n  <DECIMALS> 0\nstatus\n  <STATUS>\n",
        "utf-8",
    )
    (folder / "cells.arb").write_text(
        '<OPENTABLEDATA> "cells.tab"\n<OPENMETADATA> "cells.rda"\n'
        '<SPECIFYTABLE> "row""column"|"value"||\n<SAFETYRULE>\n<READTABLE> 2\n',
        "utf-8",
    )
    logging.getLogger("pytauargus").setLevel(logging.ERROR)
    with chdir(folder):
        found = run_batch("cells.arb").audit(0)
    # Cells are numbered row by row, the totals first.
    names = [row + column for row, column in places]
    return {names[one["cell"]]: (round(one["min"], 6), round(one["max"], 6)) for one in found}
