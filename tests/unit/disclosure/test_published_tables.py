"""Tables that are told beyond a municipality, audited as statistical offices do it; first on examples that were published."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.across import means
from services.reporting.domain.small_counts import SMALLEST_ABROAD, Count, folded, for_office, office_total
from services.selfcheck.domain.scoring import figures_of, given_across
from tests.support.table_audit import bounds, hide, sums_of, table, tau_argus
from tests.unit.selfcheck.builders import EXAMPLES, questionnaire, respond

ROWS, COLUMNS = "wxyz", "abcd"
PUBLISHED = table(
    {"w": (30, 47, 64, 89), "x": (90, 124, 5, 31), "y": (92, 100, 59, 85), "z": (800, 991, 651, 685)}, COLUMNS
)
HIDDEN = {"wa", "wb", "wc", "xa", "xc", "yb", "yd", "zb", "zd"}
COUNTIES = {"county 1": {"A": 2, "B": 2, "I": 8, "J": 8}, "county 2": {"K": 3, "L": 3, "M": 3, "N": 7}}
"""Groups by county; no row is large enough to be shown whole."""


def test_one_hidden_cell_of_a_sum_is_what_is_left() -> None:
    cells = {"all": 56_600.0, "hidden": None, "b": 47_600.0, "c": 8_002.0}
    assert bounds(cells, [("all", ("hidden", "b", "c"))]) == {"hidden": (998, 998)}


def test_nine_hidden_cells_of_sixteen_give_one_away() -> None:
    found = bounds(hide(PUBLISHED, HIDDEN), sums_of(ROWS, COLUMNS))
    assert found["wb"] == (47, 47)
    assert [cell for cell, (low, high) in found.items() if low == high] == ["wb"]
    assert bounds(hide(PUBLISHED, HIDDEN | {"xd"}), sums_of(ROWS, COLUMNS))["xd"] == (0, 78)


@pytest.mark.parametrize("more", [set(), {"xd"}, {"xd", "zc"}, {"xb", "wd", "ya"}])
def test_tau_argus_finds_the_same(more: set[str], tmp_path: Path) -> None:
    hidden = HIDDEN | more
    ends = min(PUBLISHED.values()), max(PUBLISHED.values())
    ours = bounds(hide(PUBLISHED, hidden), sums_of(ROWS, COLUMNS), *ends)
    theirs = tau_argus(PUBLISHED, ROWS, COLUMNS, hidden, tmp_path)
    assert set(theirs) == hidden
    for cell, ends in theirs.items():
        # Numbers of people are whole; some of its ends are one further out.
        assert ours[cell] == pytest.approx(ends, abs=1), cell


def published_counts(counties: dict[str, dict[str, int]]) -> tuple[dict[str, float | None], Any]:
    """Counties as they are told at home (`small_counts.folded`), to somebody who also knows which cells were folded: every
    cell, others and total of each, and the sum over all."""
    cells: dict[str, float | None] = {}
    sums: list[tuple[str, list[str]]] = []
    for county, groups in counties.items():
        shown = folded({name: Count(number, number) for name, number in groups.items()})
        away = [name for name in groups if name not in shown.cells]
        cells |= {name: float(groups[name]) if name in shown.cells else None for name in groups}
        if shown.others:
            cells[f"{county} others"] = float(shown.others.groups)
            sums.append((f"{county} others", away))
        if shown.total:
            cells[county] = float(shown.total.groups)
            sums.append((county, [*shown.cells, *([f"{county} others"] if shown.others else [])]))
    known = [county for county in counties if county in cells]
    cells["all"] = sum((cells[county] or 0.0 for county in known), 0.0)
    return cells, [*sums, ("all", known)]


def test_linked_tables_of_counties_give_no_cell_away() -> None:
    found = bounds(*published_counts(COUNTIES))
    assert found["K"] == (0, 9)
    assert all(high - low > 1 for low, high in found.values())


names = st.sampled_from(["de", "uk", "ar", "fr", "tr", "fa"])


@EXAMPLES
@given(st.lists(st.dictionaries(names, st.integers(1, 12), max_size=5), min_size=1, max_size=4))
def test_no_small_count_at_home_is_known_to_one_group(gatherings: list[dict[str, int]]) -> None:
    """Whoever knows which languages were folded at which gathering still knows none of their counts."""
    counties = {f"g{n}": {f"{n}{name}": groups for name, groups in one.items()} for n, one in enumerate(gatherings)}
    for cell, (low, high) in bounds(*published_counts(counties)).items():
        assert high - low > 1, cell


@EXAMPLES
@given(st.lists(st.integers(0, 30), min_size=2, max_size=8))
def test_the_programme_office_knows_no_hidden_municipality(people: list[int]) -> None:
    told = [for_office(number) for number in people]
    cells: dict[str, float | None] = {str(n): one for n, one in enumerate(told)}
    known = [name for name, one in cells.items() if one is not None]
    total = office_total(told)
    sums = [("total", known)] if known else []
    found = bounds({**cells, "total": total if known else 0.0}, sums, 0, SMALLEST_ABROAD - 1)
    assert all(ends == (0, SMALLEST_ABROAD - 1) for ends in found.values())


def members(sizes: list[int], levels: list[int]) -> Any:
    asked = questionnaire({"f": {"f1": 1}}, minimum_coverage=0, decimals=1)
    return [
        given_across(figures_of(asked, respond("a", *[{"f1": level}] * size), perspectives="a", minimum_group=3))
        for size, level in zip(sizes, levels, strict=True)
    ]


def test_a_member_is_given_away_by_a_sum_of_all_and_not_by_the_mean_of_what_is_given(tmp_path: Path) -> None:
    """The third member shows nothing beyond itself. A district's sum over all of them leaves it as what is left, in
    τ-ARGUS' words as in ours; the joint figure is made without it."""
    scores, hidden = {"a": 75, "b": 50, "c": 25}, {"ca", "cb"}
    pooled = table({name: (score, score) for name, score in scores.items()}, "ab")
    # Hidden in both columns, it is known from each column's total.
    assert bounds(hide(pooled, hidden), sums_of("abc", "ab"))["ca"] == (25, 25)
    found = tau_argus(pooled, "abc", "ab", hidden, tmp_path)
    assert found["ca"] == (25, 25)

    def joint(level: int) -> Any:
        return means(members([5, 6, 4], [3, 2, level]), 1)

    assert joint(1) == joint(4)
    told = joint(1)["fields"]["f"]
    cells = {"a": 75.0, "b": 50.0, "c": None, "sum": told["score"] * told["members"]}
    assert bounds(cells, [("sum", ("a", "b"))], 0, 100) == {"c": (0, 100)}
