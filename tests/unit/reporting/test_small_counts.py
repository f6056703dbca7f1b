"""What may be told of few people, and that nothing can be subtracted from it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.domain.small_counts import SMALLEST, Count, folded, for_office, hide_small, office_total

LANGUAGES = ("de", "uk", "ar", "fr", "tr", "fa", "ru", "en")


def row(**groups: int) -> dict[str, Count]:
    return {key: Count(count, 2 * count) for key, count in groups.items()}


def test_small_cells_are_folded_with_at_least_a_second_one() -> None:
    shown = folded(row(de=40, uk=9, fr=1))
    assert set(shown.cells) == {"de"}
    assert shown.others == Count(10, 20), "French alone would be what is left: the smallest that is shown goes with it"
    assert shown.total == Count(50, 100)


def test_a_rest_that_is_too_small_is_not_told_at_all() -> None:
    assert folded(row(fr=1)).total is None
    assert folded(row(fr=1, uk=2)).total is None
    assert folded(row(fr=2, uk=3)).others == Count(5, 10)


@given(st.dictionaries(st.sampled_from(LANGUAGES), st.integers(0, 30)))
def test_everything_shown_is_large_enough_and_sums_are_sums_of_it(groups: dict[str, int]) -> None:
    shown = folded(row(**groups))
    assert all(count.groups >= SMALLEST for count in shown.cells.values())
    if shown.others is not None:
        assert shown.others.groups >= SMALLEST
        folded_away = [key for key, count in groups.items() if count and key not in shown.cells]
        assert len(folded_away) >= 2
    parts = [*shown.cells.values(), *([shown.others] if shown.others else [])]
    assert shown.total == (Count(sum(p.groups for p in parts), sum(p.people for p in parts)) if parts else None)


@given(st.dictionaries(st.sampled_from(LANGUAGES), st.integers(1, 12), min_size=1), st.data())
def test_moving_people_between_folded_cells_changes_nothing_that_is_shown(
    groups: dict[str, int], data: st.DataObject
) -> None:
    """Whatever moves between two folded cells changes nothing that is shown."""
    shown = folded(row(**groups))
    small = [key for key, count in groups.items() if count < SMALLEST]
    if len(small) < 2:
        return
    a, b = small[0], small[1]
    moved = data.draw(st.integers(0, min(groups[a] - 1, SMALLEST - 1 - groups[b])))
    assert folded(row(**{**groups, a: groups[a] - moved, b: groups[b] + moved})) == shown


@pytest.mark.parametrize(("count", "told"), [(0, None), (4, None), (5, 5)])
def test_fewer_than_five_people_are_hidden(count: int, told: int | None) -> None:
    assert hide_small(count) == told


@pytest.mark.parametrize(
    ("count", "told"), [(0, None), (7, None), (8, 10), (11, 10), (12, 10), (13, 15), (1_002, 1_000), (1_003, 1_005)]
)
def test_the_office_is_told_steps_of_five_from_eight_on(count: int, told: int | None) -> None:
    assert for_office(count) == told


def test_totals_for_the_office_are_sums_of_rounded_counts() -> None:
    assert office_total(for_office(count) for count in (8, 8, 7, 12)) == 30
    assert office_total([None, None]) is None
