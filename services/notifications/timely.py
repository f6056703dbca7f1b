"""Whether a message still matters: seats move on, gatherings are changed, called off and end, while somebody waits to be called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chassis.storage.mongo import Database, Document
from chassis.storage.tenancy import TenantScope
from services.notifications.words import NEW_ADDRESS

Verdict = Literal["expired", "suppressed"] | None
WANTED: dict[str, tuple[str, ...]] = {
    "confirm-address": ("unconfirmed",),
    "confirm-by-call": ("unconfirmed",),
    "registered": ("confirmed", "arrived"),
    "confirmed": ("confirmed", "arrived"),
    "waiting": ("waiting",),
    "not-drawn": ("waiting",),
    "drawn": ("confirmed", "arrived"),
    "reconfirm": ("confirmed",),
    "released": ("lapsed",),
    "support-granted": ("unconfirmed", "confirmed", "offered"),
    "support-changed": ("unconfirmed", "confirmed", "offered", "waiting"),
    "registration-changed": ("unconfirmed", "confirmed", "offered", "waiting"),
    "offered": ("offered",),
    "lapsed": ("lapsed",),
    "cancelled": ("cancelled",),
    "gathering-changed": ("unconfirmed", "confirmed", "waiting", "offered"),
}
"""In which states of its group a message matters; one that is not named here always does."""


@dataclass(frozen=True)
class Waiting:
    """A message that people hand on, with what it says it about."""

    intent: Document
    contact: Document
    gathering: Document | None
    participant: Document | None


def verdict(intent: Document, gathering: Document | None, participant: Document | None, now: datetime) -> Verdict:
    """Why a message about a gathering is of no use any more; None: it is."""
    if intent["kind"] == NEW_ADDRESS:
        return None  # people may correct how they are reached for as long as it is stored
    if gathering and gathering["ends_at"] < now:
        return "expired"
    if gathering and gathering["cancelled"] and intent["kind"] != "gathering-cancelled":
        return "suppressed"
    wanted = WANTED.get(intent["kind"])
    answered = intent["kind"] == "reconfirm" and participant and not participant.get("asked")
    if answered or (participant and wanted and participant["status"] not in wanted):
        return "suppressed"
    return None


def said_already(intent: Document, participant: Document | None) -> bool:
    """Whether a call would only say what was said in the call before: that the group comes and what it has, or that it does not.

    Somebody who signed up without an e-mail address confirms on the telephone.
    """
    if not participant or not participant.get("to_reach"):
        return False
    return intent["kind"] in (("confirmed", "waiting") if participant.get("sure") else ("cancelled",))


async def still_waiting(
    database: Database, scope: TenantScope, intents: Iterable[Document], now: datetime
) -> list[Waiting]:
    """Those that still matter, of people who are known, in the same order."""
    intents = list(intents)

    async def by_id(collection: str, key: str) -> dict[str, Document]:
        wanted = scope.filter(_id={"$in": sorted({one[key] for one in intents if one.get(key)})})
        return {one["_id"]: one for one in await database[collection].find(wanted).to_list(None)}

    people, gatherings = await by_id("contacts", "contact"), await by_id("gatherings", "gathering")
    rows = await by_id("participants", "contact")
    found = []
    for intent in intents:
        contact = people.get(intent["contact"])
        gathering, row = gatherings.get(intent.get("gathering") or ""), rows.get(intent["contact"])
        if contact is not None and not contact.get("erased") and verdict(intent, gathering, row, now) is None:
            found.append(Waiting(intent, contact, gathering, row))
    return found
