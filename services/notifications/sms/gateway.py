"""Interface of the gateways that send text messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from services.notifications.domain.text_messages import fitting
from services.notifications.domain.text_reports import Reported
from services.notifications.wording.rendered_text import RenderedText

GatewayName = Literal["webhook", "seven", "sipgate", "lox24", "link_mobility", "fake"]


class NotTaken(Exception):
    """The gateway refused this message for good."""


class GatewayAway(Exception):
    """The gateway has certainly not accepted the message, and may accept it later."""


class Unclear(Exception):
    """Nobody knows whether the gateway accepted the message: sending it again could deliver it twice."""


class NotFromGateway(Exception):
    """A report whose signature is missing, wrong or too old."""


@dataclass(frozen=True)
class TextMessage:
    """A text message to a number in E.164. The same `id` is the same message."""

    id: str
    tenant: str
    to: str
    language: str
    text: str


@dataclass(frozen=True)
class Account:
    """A municipality's account at a gateway. `sender`: what the telephone shows; `user`, `partner`, `url`: where the gateway has them;
    `secret`: what the gateway signs its reports with."""

    gateway: GatewayName
    sender: str = ""
    user: str = ""
    key: str = ""
    secret: str = ""
    partner: str = ""
    url: str = ""


@dataclass(frozen=True)
class RawReport:
    """A report as it was received. `url`: as the gateway calls it; header names are in lower case."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Report:
    """A gateway's report on one text."""

    id: str
    reported: Reported


class Gateway(Protocol):
    """Sends text messages through one provider."""

    name: GatewayName
    repeats: bool
    """Whether sending the same id again sends nothing."""

    async def send(self, message: TextMessage, now: datetime) -> None:
        """Send one text message.

        Raises: NotTaken, GatewayAway, Unclear.
        """

    def reports(self, raw: RawReport, now: datetime) -> list[Report]:
        """The reports on single texts in a request of the gateway, whose signature is checked where it signs.

        Raises: NotFromGateway, ValueError it cannot be read.
        """


def text_of(rendered: RenderedText) -> str:
    """The text of a message: its short form where its template has one."""
    return fitting("\n".join([rendered.short or "\n".join([rendered.subject, *rendered.paragraphs]), rendered.link]))


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
