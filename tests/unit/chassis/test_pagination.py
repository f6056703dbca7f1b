"""Cursors: whatever place they name comes back, and nothing else is taken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from chassis.http.problems import Problem
from chassis.storage.pagination import Cursor, cursor_at, number_from_place, page

OPENED: TypeAdapter[str | None] = TypeAdapter(Cursor)
PLACES = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


@given(PLACES)
def test_the_place_comes_back_and_the_cursor_stands_in_an_address(place: str) -> None:
    cursor = cursor_at(place)
    assert OPENED.validate_python(cursor) == place
    assert cursor.replace("-", "").replace("_", "").isalnum()


@given(PLACES, st.data())
def test_one_sign_more_less_or_other_is_none(place: str, data: st.DataObject) -> None:
    cursor = cursor_at(place)
    at = data.draw(st.integers(0, len(cursor) - 1))
    other = data.draw(st.sampled_from(sorted(set("AZaz09-_") - {cursor[at]})))
    # The last sign may hold bits that count for nothing.
    spoilt = [cursor[:at], cursor[:at] + cursor[at + 1 :], cursor + other, place, ""]
    spoilt += [cursor[:at] + other + cursor[at + 1 :]] if at < len(cursor) - 1 else []
    for one in spoilt:
        with pytest.raises(ValidationError):
            assert OPENED.validate_python(one) == place


@given(st.text(max_size=30))
def test_what_nobody_gave_out_is_none(forged: str) -> None:
    with pytest.raises(ValidationError):
        OPENED.validate_python(forged)


def test_a_page_ends_with_the_cursor_of_its_last_item() -> None:
    items = [{"id": "a"}, {"id": "b"}, {"id": "c"}]
    assert page(items, 2, "id") == {"items": items[:2], "next": cursor_at("b")}
    assert page(items, 3, "id") == {"items": items, "next": None}


def test_a_place_in_a_list_is_a_whole_number() -> None:
    assert (number_from_place(None), number_from_place("17")) == (0, 17)
    for other in ("", "x", "-1", "²", "9" * 400):
        with pytest.raises(Problem):
            number_from_place(other)
