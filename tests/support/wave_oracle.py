"""An exact check of what a viewer can conclude from a benchmark wave, made independently of the audit.

Every contributor is a whole number from 0 to 100 of its own; published classes are turned into "so many are below" as they
are told; CP-SAT is asked whether two worlds agree with all of it in which the target stands more than ten points apart.
"""

from __future__ import annotations

from collections.abc import Sequence

from ortools.sat.python import cp_model

from disclosure.linked_waves import Cell, Contribution

WITHIN = 10


def bounded(contributions: Sequence[Contribution], cells: Sequence[Cell], target: str, viewer: str) -> bool:
    """Whether the viewer (a municipality) knows the target within ten points."""
    waves = {wave for one in contributions if one.owner == viewer for wave in one.named_in}
    model = cp_model.CpModel()
    places = []
    for world in "ab":
        place = {one.key: model.new_int_var(0, 100, f"{world}{one.key}") for one in contributions}
        for one in contributions:
            if one.owner == viewer or one.named_in & waves:
                model.add(place[one.key] == int(one.score))
        for cell in cells:
            count = len(cell.members)
            assert count == cell.published.municipalities
            for rank, published in cell.published.ranks():
                model.add(_below(model, [place[key] for key in cell.members], published.low) <= rank - 1)
                if published.high < 100:
                    model.add(_below(model, [place[key] for key in cell.members], published.high) >= rank)
        places.append(place)
    model.add(places[0][target] - places[1][target] > WITHIN)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(model)
    assert status in (cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.INFEASIBLE)
    return status == cp_model.INFEASIBLE


def _below(model: cp_model.CpModel, places: Sequence[cp_model.IntVar], bound: int) -> cp_model.LinearExprT:
    signs = []
    for place in places:
        sign = model.new_bool_var("")
        model.add(place < bound).only_enforce_if(sign)
        model.add(place >= bound).only_enforce_if(~sign)
        signs.append(sign)
    return sum(signs)
