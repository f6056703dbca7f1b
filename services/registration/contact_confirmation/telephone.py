"""Telephone numbers as people write them, from a German point of view."""

from __future__ import annotations

REGION = "DE"
FEWEST_DIGITS = 3


def sound(written: str) -> str:
    """The number as written. Raises ValueError where it can't be one. An extension, or what phone books abroad print, may:
    nobody is kept out because of how they write their number."""
    if sum(char.isdigit() for char in written) < FEWEST_DIGITS:
        raise ValueError("write a telephone number with its area code, such as 04421 123456")
    return written


def e164(written: str) -> str | None:
    """As machines dial it (+494421123456); None where parts of the number are missing."""
    import phonenumbers

    try:
        number = phonenumbers.parse(written, REGION)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
