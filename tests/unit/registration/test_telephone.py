"""Numbers that nobody is called at are refused where they are entered; however else a number is written, it is taken."""

from __future__ import annotations

import pytest

from services.registration.contact_confirmation.telephone import valid_number


@pytest.mark.parametrize(
    "number",
    [
        "110",
        "112",
        "1 1 2",
        "0900 1234567",
        "+49 900 1 234567",
        "0137 7123456",
        "+881 6 1234 5678",
        "00881 612345678",
        "+870 773 123456",
        "+979 1 2345 6789",
        "12",
    ],
)
def test_emergency_premium_and_satellite_numbers_are_refused(number: str) -> None:
    with pytest.raises(ValueError, match="number"):
        valid_number(number)


@pytest.mark.parametrize(
    "number",
    [
        "04421 123456",
        "+49 4421 1234",
        "0049 4421 1234",
        "+380 44 123 45 67",
        "0170 1234567",
        "04421 12 34-0 (Büro)",
        "123456",
        "110 234",
        "0800 1234567",
    ],
)
def test_whatever_else_people_write_is_taken(number: str) -> None:
    assert valid_number(number) == number
