"""One interface for all gateways that take text messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.notifications.wording.said import Said


class NotTaken(Exception):
    """The gateway refused this message for good."""


class GatewayAway(Exception):
    """The gateway can't take messages right now."""


@dataclass(frozen=True)
class TextMessage:
    """A text message to a number in E.164. The same `id` is the same message."""

    id: str
    tenant: str
    to: str
    language: str
    text: str


class Gateway(Protocol):
    """Takes text messages."""

    async def send(self, message: TextMessage, now: datetime) -> None:
        """Raises: NotTaken, GatewayAway."""


def text_of(said: Said) -> str:
    """The text of a message: its short form where its template has one."""
    return "\n".join([said.short or "\n".join([said.subject, *said.paragraphs]), said.link])


def may_be_texted(e164: str | None, countries: frozenset[str]) -> bool:
    """Whether a text message may reach this number: a mobile one, or one of a country that doesn't tell them apart, in a country
    that the deployment allows."""
    if not e164:
        return False
    import phonenumbers

    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return False
    region = phonenumbers.region_code_for_number(number)
    kinds = phonenumbers.PhoneNumberType
    return region in countries and phonenumbers.number_type(number) in (kinds.MOBILE, kinds.FIXED_LINE_OR_MOBILE)
