"""Rules of a gathering as a whole: what a valid one is, and when one may register."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from services.registration.domain.seats import Refused

Status = Literal["draft", "published", "cancelled"]


def mistakes(facts: Mapping[str, Any], default_language: str) -> list[tuple[str, str]]:
    """All that is wrong with a gathering, as (JSON pointer, remedy)."""
    found = [
        (f"/{name}", f"Add the text in the municipality's default language ({default_language}).")
        for name in ("title", "description")
        if default_language not in facts[name]
    ]
    if facts["ends_at"] <= facts["starts_at"]:
        found.append(("/ends_at", "The end must be after the start."))
    if facts["party_max"] > facts["capacity"]:
        found.append(("/party_max", "A party can't be larger than the capacity."))
    if facts["mode"] in ("onsite", "hybrid") and not facts.get("place"):
        found.append(("/place", "Say where people should come to."))
    opens, closes = facts.get("opens_at"), facts.get("closes_at")
    if closes and closes > facts["starts_at"]:
        found.append(("/closes_at", "Registration must close before the gathering starts."))
    if opens and opens >= (closes or facts["starts_at"]):
        found.append(("/opens_at", "Registration must open before it closes."))
    ids = [offer["id"] for offer in facts["support"]]
    for index, id in enumerate(ids):
        if id in ids[:index]:
            found.append((f"/support/{index}/id", "Each kind of support needs an id of its own."))
    for index, offer in enumerate(facts["support"]):
        if offer.get("request_until") and offer["request_until"] > facts["starts_at"]:
            found.append((f"/support/{index}/request_until", "The deadline must be before the gathering starts."))
    return found


def check_open(facts: Mapping[str, Any], status: Status, now: datetime) -> None:
    """Raises Refused when nobody may register now."""
    if status != "published":
        raise Refused("not-open", "This gathering is not open for registration.")
    if facts.get("opens_at") and now < facts["opens_at"]:
        raise Refused("not-open-yet", "Registration has not opened yet.")
    if now >= (facts.get("closes_at") or facts["starts_at"]):
        raise Refused("closed", "Registration has closed.")


def check_party(facts: Mapping[str, Any], size: int, support: list[str]) -> list[tuple[str, str]]:
    """What is wrong with a party, as (JSON pointer, remedy)."""
    found = []
    if size > facts["party_max"]:
        found.append(("/party", f"At most {facts['party_max']} people can be registered together, including yourself."))
    offered = {offer["id"] for offer in facts["support"]}
    found += [
        (f"/support/{i}", "This support is not offered at this gathering.")
        for i, id in enumerate(support)
        if id not in offered
    ]
    return found
