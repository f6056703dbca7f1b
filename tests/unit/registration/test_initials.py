"""Names made short: two signs at most, never the name itself where it has more."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.registration.domain.initials import initials


@given(st.text(max_size=60))
def test_two_signs_of_the_name_at_most(name: str) -> None:
    short = initials(name)
    signs = [sign for sign in short if sign not in ". "]
    assert len(signs) <= 2
    assert all(sign in name for sign in signs)
    assert bool(short) == any(sign.isalnum() for sign in name)


def test_initials_of_first_and_last_name_as_people_write_them() -> None:
    assert initials("Olena Kovalenko") == "O. K."
    assert initials("  Layla  bint Ahmad Al-Masri ") == "L. A."
    assert initials("مريم العلي") == "م. ا."
    assert initials("Olena") == "O."
    assert initials("(Reza) Ahmadi") == "R. A."
    assert initials("– ") == ""
