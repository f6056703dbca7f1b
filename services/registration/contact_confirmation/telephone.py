"""Telephone numbers as people write them, from a German point of view."""

from __future__ import annotations

REGION = "DE"
FEWEST_DIGITS = 3
NOT_CALLED = frozenset((870, 878, 881, 882, 883, 888, 979))
"""Country codes that are none: satellites, networks at sea and in the air, numbers that charge the caller."""


def valid_number(written: str) -> str:
    """Check a number and return it as written. Raises ValueError where it can't be one. An extension, or what phone books abroad print, may:
    nobody is kept out because of how they write their number."""
    if sum(char.isdigit() for char in written) < FEWEST_DIGITS:
        raise ValueError("write a telephone number with its area code, such as 04421 123456")
    if _never_called(written):
        raise ValueError("write your own number: emergency, premium-rate and satellite numbers are not called")
    return written


def _never_called(written: str) -> bool:
    """Whether it is an emergency number, one that costs whoever calls it, or one of a satellite."""
    import phonenumbers
    from phonenumbers import PhoneNumberType, is_emergency_number, number_type

    if is_emergency_number(written, REGION):
        return True
    try:
        number = phonenumbers.parse(written, REGION)
    except phonenumbers.NumberParseException:
        return False
    return number.country_code in NOT_CALLED or number_type(number) in (
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
    )


def e164(written: str) -> str | None:
    """The number in E.164 (+494421123456); None where parts of it are missing."""
    import phonenumbers

    try:
        number = phonenumbers.parse(written, REGION)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
