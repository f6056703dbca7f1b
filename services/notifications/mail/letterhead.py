"""Letterhead of a mail: what it shows of the municipality that sends it, and from which address it comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from functools import lru_cache
from typing import Any

from chassis.text.languages import pick
from programme.frames import PLATFORM

_parsed = lru_cache(maxsize=16)(parseaddr)
"""The platform's address is the same for all mails."""


@dataclass(frozen=True, eq=False)
class Letterhead:
    """One stands for itself: what mails under it have in common is written once (`page`, `compose`).

    `name`, `phone_hours` and `signature` are texts by language; `colour` is `#rrggbb`; `address`: where mails come from, and
    `sender`: the name they come under, both shown in `From`. `imprint` and `privacy` are addresses of pages."""

    name: Mapping[str, str]
    address: str
    sender: str = ""
    colour: str = PLATFORM.colour
    phone: str = ""
    phone_hours: Mapping[str, str] = field(default_factory=dict)
    signature: Mapping[str, str] = field(default_factory=dict)
    reply_to: str = ""
    imprint: str = ""
    privacy: str = ""

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def platform(mail_from: str, public_url: str) -> Letterhead:
    """For mails that belong to no tenant (yet), such as those to applicants."""
    shown, address = _parsed(mail_from)
    legal = f"{public_url}/registration/legal"
    return Letterhead(
        {"de": shown or PLATFORM.name}, address, shown, imprint=f"{legal}/imprint", privacy=f"{legal}/privacy"
    )


def of_municipality(
    slug: str, facts: Mapping[str, Any], mail_from: str, public_url: str, sender: OwnSender | None = None
) -> Letterhead:
    """The municipality's own. Without a proven address of its own it writes from the platform's, under both names."""
    shown, address = _parsed(mail_from)
    name, _ = pick(facts["name"], facts["languages"][0])
    sender = sender or OwnSender()
    own = sender.name or name
    return Letterhead(
        facts["name"],
        sender.address or address,
        own if sender.address or not shown or shown == own else f"{own} – {shown}",
        facts.get("colour") or PLATFORM.colour,
        facts.get("phone") or "",
        facts.get("phone_hours") or {},
        sender.signature,
        sender.reply_to,
        f"{public_url}/registration/{slug}/imprint",
        f"{public_url}/registration/{slug}/privacy",
    )


@dataclass(frozen=True)
class OwnSender:
    """What a municipality's settings say of how it writes. `address`: only where it is proven that mails from it arrive."""

    name: str = ""
    address: str = ""
    reply_to: str = ""
    signature: Mapping[str, str] = field(default_factory=dict)
