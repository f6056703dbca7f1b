"""Two tabs at one form: neither overwrites unseen what the other saved."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import FormData

from chassis.pages.concurrent_edits_staff import merge, remember
from chassis.pages.forms import LANGUAGE_FIELD, SHOWN_FIELD, Form

NAMES = ("a", "b", "c")
entries = st.sampled_from(["", "x", "y", "x\r\ny"])
stored = st.fixed_dictionaries({name: st.one_of(st.none(), entries) for name in NAMES})
sent = st.fixed_dictionaries(dict.fromkeys(NAMES, entries))


def back(shown: dict[str, Any], entered: dict[str, str], **more: str) -> Form:
    """The form that showed this, with these entries."""
    form = remember(Form("token", initial=shown), shown)
    return Form("token", FormData([(SHOWN_FIELD, form.shown), *entered.items(), *more.items()]))


def plain(value: str | None) -> str:
    return (value or "").replace("\r\n", "\n").strip()


@given(stored, stored, sent)
def test_each_change_stands_or_both_are_to_be_seen(
    shown: dict[str, str | None], now: dict[str, str | None], entered: dict[str, str]
) -> None:
    form = back(shown, entered)
    merge(form, now)
    for name in NAMES:
        was, theirs, mine = plain(shown[name]), plain(now[name]), plain(entered[name])
        assert (name in form.errors) is (len({was, theirs, mine}) == 3)
        assert plain(form.value(name)) == (theirs if mine == was else mine)


@given(stored, stored, sent)
def test_who_has_seen_the_other_entry_may_save_theirs(
    shown: dict[str, str | None], now: dict[str, str | None], entered: dict[str, str]
) -> None:
    first = back(shown, entered)
    merge(first, now)
    again = Form("token", FormData([(SHOWN_FIELD, first.shown), *((name, first.value(name)) for name in NAMES)]))
    merge(again, now)
    assert again.ok
    assert [plain(again.value(name)) for name in NAMES] == [plain(first.value(name)) for name in NAMES]


def test_what_is_shown_only_once_it_has_a_value_counts_too() -> None:
    for shown in ({}, {"b": "x"}):
        form = back(shown, {"a": "", "b": "y"})
        merge(form, {"a": "new", "b": "x", "box": ["yes"]})
        assert (form.value("a"), form.chosen("box")) == ("new", ["yes"])
        assert (form.value("b"), form.ok) == ("y", bool(shown))


def test_a_conflict_shows_both_values() -> None:
    form = back({"a": "x"}, {"a": "mine"})
    merge(form, {"a": "theirs"})
    assert (form.value("a"), form.errors["a"][1]) == ("mine", {"value": "theirs"})


def test_choosing_a_language_settles_nothing() -> None:
    form = back({"a": "x"}, {"a": "mine"}, **{LANGUAGE_FIELD: "en"})
    merge(form, {"a": "theirs"})
    assert (form.value("a"), form.shown) == ("mine", form.value(SHOWN_FIELD))


@pytest.mark.parametrize("forged", ["", "x", "[]", "7", "null", '{"a": 7, "b": null}', "[" * 5_000, '{"a":' * 5_000])
def test_what_says_nothing_readable_changes_nothing(forged: str) -> None:
    form = Form("token", FormData([(SHOWN_FIELD, forged), ("a", "mine")]))
    merge(form, {"a": "mine"})
    assert (form.value("a"), form.ok) == ("mine", True)
