"""JSON Merge Patch, by the examples of RFC 7396 and by its laws."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.http.merge_patch import apply_merge_patch


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_the_examples_of_the_standard(before: Any, change: Any, after: Any) -> None:
    assert apply_merge_patch(before, change) == after


texts = st.dictionaries(st.sampled_from("abc"), st.one_of(st.none(), st.text(max_size=3)), max_size=3)
objects = st.dictionaries(st.sampled_from("abc"), st.one_of(st.none(), st.integers(), texts), max_size=3)


@given(objects, objects)
def test_what_is_not_named_stays_and_nothing_is_changed_in_place(
    before: dict[str, Any], change: dict[str, Any]
) -> None:
    kept, asked = copy.deepcopy(before), copy.deepcopy(change)
    after = apply_merge_patch(before, change)
    assert (before, change) == (kept, asked)
    assert {name: after[name] for name in before if name not in change} == {
        name: value for name, value in before.items() if name not in change
    }
    assert apply_merge_patch(after, change) == after, "said twice it is the same"
    assert apply_merge_patch(before, {}) == before
