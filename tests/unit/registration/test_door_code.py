"""Codes for the door: read as they are typed, scanned by whatever scanner, never taken for a name."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from services.registration.domain.door_code import LENGTH, LETTERS, door_code, read_code, spaced


@given(secret=st.binary(min_size=8, max_size=40))
def test_a_code_is_read_in_every_form_it_has(secret: bytes) -> None:
    code = door_code(secret)
    assert len(code) == LENGTH
    assert set(code) <= set(LETTERS)
    german_keyboard = f"httpsÖ--stadt.example-registration-wilhelmshaven-desk-0192-arrive-{code}"
    for entry in (
        code,
        code.lower(),
        spaced(code),
        f" {spaced(code)}\n",
        f"https://x.example/registration/a/desk/1/arrive/{code}",
        german_keyboard,
    ):
        assert read_code(entry) == code


@given(name=st.from_regex(r"[A-Za-z]*[AEIOUYLZQW][A-Za-z]{0,7}", fullmatch=True))
def test_a_name_is_no_code(name: str) -> None:
    assert read_code(name) is None


def test_different_registrations_have_different_codes() -> None:
    assert len({door_code(hashlib.sha256(b"%d" % number).digest()) for number in range(5_000)}) == 5_000
