"""Rules of a gathering as a whole: what a valid one is, and when one may register."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from services.registration.domain.seats import Refused

ADD_DEFAULT = "Add the text in the municipality's default language (%(language)s)."
TOO_LARGE = "At most %(most)s people can sign up together, you included. Please sign up the others separately."
NOT_OFFERED = "This support is not offered at this gathering (any more). Please choose again."
Status = Literal["draft", "published", "cancelled"]


Wrong = tuple[str, str, dict[str, Any]]
"""JSON pointer, remedy as a sentence of the catalogue, what is filled into it."""


def mistakes(facts: Mapping[str, Any], default_language: str) -> list[Wrong]:
    """All that is wrong with a gathering."""
    found: list[Wrong] = [
        (f"/{name}", ADD_DEFAULT, {"language": default_language})
        for name in ("title", "description")
        if default_language not in facts[name]
    ]
    if facts["ends_at"] <= facts["starts_at"]:
        found.append(("/ends_at", "The end must be after the start.", {}))
    if facts["party_max"] > facts["capacity"]:
        found.append(("/party_max", "A party can't be larger than the capacity.", {}))
    if facts["mode"] in ("onsite", "hybrid") and not facts.get("place"):
        found.append(("/place", "Say where people should come to.", {}))
    opens, closes = facts.get("opens_at"), facts.get("closes_at")
    if closes and closes > facts["starts_at"]:
        found.append(("/closes_at", "Registration must close before the gathering starts.", {}))
    if opens and opens >= (closes or facts["starts_at"]):
        found.append(("/opens_at", "Registration must open before it closes.", {}))
    ids = [offer["id"] for offer in facts["support"]]
    for index, id in enumerate(ids):
        if id in ids[:index]:
            found.append((f"/support/{index}/id", "Each kind of support needs an id of its own.", {}))
    for index, offer in enumerate(facts["support"]):
        if offer.get("request_until") and offer["request_until"] > facts["starts_at"]:
            found.append((f"/support/{index}/request_until", "The deadline must be before the gathering starts.", {}))
    return found


def check_open(facts: Mapping[str, Any], status: Status, now: datetime) -> None:
    """Raises Refused when nobody may register now."""
    if status != "published":
        raise Refused("not-open", "This gathering is not open for registration. Perhaps another one suits you.")
    if facts.get("opens_at") and now < facts["opens_at"]:
        raise Refused("not-open-yet", "Registration has not opened yet. The page of the gathering says when it does.")
    if now >= (facts.get("closes_at") or facts["starts_at"]):
        raise Refused("closed", "Registration has closed. Please call us, perhaps there is another way.")


def check_party(facts: Mapping[str, Any], size: int, support: list[str]) -> list[Wrong]:
    """What is wrong with a party."""
    found: list[Wrong] = []
    if size > facts["party_max"]:
        found.append(("/party", TOO_LARGE, {"most": facts["party_max"]}))
    offered = {offer["id"] for offer in facts["support"]}
    found += [(f"/support/{i}", NOT_OFFERED, {}) for i, id in enumerate(support) if id not in offered]
    return found
