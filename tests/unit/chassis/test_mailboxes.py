"""Spellings of one mailbox are counted as one; two people's are never counted together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.text.mailboxes import mailbox

LOCAL = st.from_regex(r"[a-z][a-z0-9]{0,12}", fullmatch=True)
TAG = st.from_regex(r"[A-Za-z0-9+.]{0,12}", fullmatch=True)


@pytest.mark.parametrize(
    "spellings",
    [
        ("O.na+1@googlemail.com", "ona@gmail.com", " on.a+x@GMAIL.com", "ona@gmail.com."),
        ("o@bücher.example", "O@xn--bcher-kva.example", "o@BÜCHER.example", "o@bu\u0308cher.example"),
        ("vic.tim@proton.me", "victim+a@protonmail.com", "v-ic_tim@pm.me"),
        ("\uff56ictim@example.org", "victim@example.org", "victim@example.org."),
        ("victim+a@me.com", "Victim@icloud.com", "victim@mac.com"),
        ("victim@yandex.ru", "victim+x@ya.ru", "victim@yandex.com"),
        ("strasse@example.org", "straße@example.org"),
    ],
)
def test_spellings_of_one_mailbox_are_one(spellings: tuple[str, ...]) -> None:
    assert len({mailbox(one) for one in spellings}) == 1


@given(LOCAL, TAG)
def test_a_tag_and_capitals_make_no_other_mailbox(local: str, tag: str) -> None:
    assert mailbox(f"{local.upper()}+{tag}@Example.ORG") == mailbox(f"{local}@example.org")


@given(LOCAL, LOCAL)
def test_other_names_are_other_mailboxes(one: str, other: str) -> None:
    assert (mailbox(f"{one}@example.org") == mailbox(f"{other}@example.org")) == (one == other)


def test_dots_and_hyphens_count_where_nobody_says_otherwise() -> None:
    assert len({mailbox(f"{local}@example.org") for local in ("a.b", "ab", "a-b", "a_b")}) == 4
