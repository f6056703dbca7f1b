"""Telephone numbers as people write them, from a German point of view."""

from __future__ import annotations

import phonenumbers

REGION = "DE"


def sound(written: str) -> str:
    """The number as written. Raises ValueError where it can't be one (an extension alone may be)."""
    try:
        possible = phonenumbers.is_possible_number(phonenumbers.parse(written, REGION))
    except phonenumbers.NumberParseException:
        possible = False
    if not possible:
        raise ValueError("write a telephone number with its area code, such as 04421 123456")
    return written


def e164(written: str) -> str | None:
    """As machines dial it (+494421123456); None where parts of the number are missing."""
    try:
        number = phonenumbers.parse(written, REGION)
    except phonenumbers.NumberParseException:
        return None
    whole = phonenumbers.is_valid_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if whole else None
