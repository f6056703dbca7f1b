"""The values of an event that got stuck are mended one by one, however deep they stand."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chassis.upkeep.dead_letters import named_value, put_value, values_of

NAMES = st.sampled_from(["a", "b", "starts_at", "a.b", "", "1:x"])
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.integers(0, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
EVENT: dict[str, Any] = {
    "gathering": {"starts_at": "someday", "place": {"city": "W"}, "support": [{"id": 1}]},
    "q": {"1.2": 3},
}


@given(st.dictionaries(NAMES, JSON, max_size=4))
@example({"a.b": [], "a": {"b": None}})
def test_what_is_put_back_unchanged_changes_nothing(data: dict[str, Any]) -> None:
    mended = deepcopy(data)
    for name, value in values_of(data).items():
        put_value(mended, name, value)
    assert mended == data


@pytest.mark.parametrize(
    ("place", "named"),
    [
        ("gathering.starts_at", "gathering.starts_at"),
        ("gathering.support.0.id", "gathering.support"),
        ("gathering.ends_at", "gathering.ends_at"),
        ("gathering.place.city", "gathering.place.city"),
        ("q.1.2", "q"),
        ("revision", "revision"),
    ],
)
def test_a_fault_is_shown_at_the_smallest_value_it_is_in(place: str, named: str) -> None:
    assert named_value(place, values_of(EVENT)) == named


def test_one_value_is_mended_and_one_that_is_missing_is_added() -> None:
    mended = deepcopy(EVENT)
    put_value(mended, "gathering.starts_at", "2026-12-22T18:00:00Z")
    put_value(mended, "gathering.ends_at", "2026-12-22T20:00:00Z")
    assert mended["gathering"] == {
        **EVENT["gathering"],
        "starts_at": "2026-12-22T18:00:00Z",
        "ends_at": "2026-12-22T20:00:00Z",
    }
