"""Reads e-mail addresses that people type."""

from __future__ import annotations

from typing import Any

import idna
from pydantic.networks import validate_email
from pydantic_core import PydanticCustomError

from chassis.text import plain_text
from chassis.text.field_rules import EMPTY, NOT_TEXT, refused
from chassis.text.plain_text import NotText
from chassis.text.translations import mark

LONGEST_ADDRESS, LONGEST_LOCAL_PART = 254, 64

_LOCAL_PART = mark("Please check the address: there may be at most %(most)s characters before the @.")
_LONG_ADDRESS = mark("Please check the address: it may have at most %(most)s characters.")
ADDRESS_WRONG = mark("Please write an e-mail address such as name@example.org.")
_LETTERS = mark(
    "Mails can't be sent from here to addresses with letters such as ä, é or ж before the @. Please write another one."
)

_international_addresses = False


def accept_international_addresses(accepted: bool) -> None:
    """Set for the whole process whether letters beyond ASCII may stand before the @ of addresses.

    What is accepted has to be reachable, and only mail servers with SMTPUTF8 take such addresses (setting `smtp_utf8`).
    """
    global _international_addresses
    _international_addresses = accepted


def read_email_address(value: Any) -> Any:
    """An e-mail address as it is kept; what is no text stays as it is. Raises PydanticCustomError."""
    if not isinstance(value, str):
        return value
    try:
        address = plain_text.address(value)
    except NotText as error:
        raise refused(NOT_TEXT[error.code]) from None
    if not address:
        raise refused(EMPTY)
    if len(address) > LONGEST_ADDRESS:
        raise refused(_LONG_ADDRESS, most=LONGEST_ADDRESS)
    try:
        normalized = validate_email(address)[1]
    except PydanticCustomError:
        raise refused(ADDRESS_WRONG) from None
    local, _, domain = normalized.rpartition("@")
    if not (local.isascii() or _international_addresses):
        raise refused(_LETTERS)
    if len(local.encode()) > LONGEST_LOCAL_PART:
        raise refused(_LOCAL_PART, most=LONGEST_LOCAL_PART)
    try:
        domain_sent = domain if domain.isascii() else idna.encode(domain).decode()
    except idna.IDNAError:
        raise refused(ADDRESS_WRONG) from None
    if len(local.encode()) + 1 + len(domain_sent) > LONGEST_ADDRESS:
        raise refused(_LONG_ADDRESS, most=LONGEST_ADDRESS)
    return normalized
