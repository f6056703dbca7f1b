"""The application history of a municipality: all that were ever made for its short name.

One stands in the municipality's document itself: the one that was admitted, else the last that waits for a decision, else the
last. The others are kept beside it (`former`). Several may wait side by side, since anybody can apply in anybody's name; the office
decides each. Each has a number (1 is the first), and with it a contact and a link of its own: who applied before sees and changes
nothing of what came later.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from chassis.clock import rfc3339
from chassis.messaging.outbox import Outgoing, Tombstone
from chassis.storage.aggregates import Change
from chassis.storage.mongo import Document
from contracts.contacts import TOPIC as CONTACTS
from contracts.contacts import ContactRecorded

ENDED = ("declined", "withdrawn")
BEFORE = ("applied", *ENDED)
"""Of somebody who is no tenant and was none."""
KEPT = timedelta(days=180)
"""For how long the address of a declined applicant is kept: for questions about the reason."""
OF_ONE = ("status", "facts", "contact_id", "contact", "applied_at", "questions", "decided", "request")


def number_of(document: Document) -> int:
    """Of the last application."""
    return len(document.get("former") or ()) + 1


def subject(slug: str, number: int) -> str:
    """What the contact and the link of an application are derived from."""
    return slug if number == 1 else f"{slug}:{number}"


def all_of(document: Document) -> list[Document]:
    """All applications with their `number`, the last one first."""
    own = own_number(document)
    former = {one.get("number") or place: one for place, one in enumerate(document.get("former") or (), start=1)}
    found = {number: {**one, "_id": document["_id"], "number": number} for number, one in former.items()}
    found[own] = {name: document[name] for name in OF_ONE if name in document} | {"_id": document["_id"], "number": own}
    return [found[number] for number in sorted(found, reverse=True)]


def own_number(document: Document) -> int:
    """Of the application that stands in the document itself."""
    own: int = document.get("number") or number_of(document)
    return own


def undecided(document: Document) -> list[Document]:
    """Those that wait for a decision, the last one first."""
    return [one for one in all_of(document) if one["status"] == "applied"]


def stored(document: Document, changed: Document) -> tuple[Document, list[str]]:
    """What to set and to unset in the document, now that one application is as in `changed` (a new one: with the next number).

    Which one stands in the document itself may be another afterwards.
    """
    all = {one["number"]: one for one in all_of(document)} | {changed["number"]: changed}
    waiting = [number for number, one in all.items() if one["status"] == "applied"]
    tenant = [number for number, one in all.items() if one["status"] not in BEFORE]
    own = all[max(tenant or waiting or all)]
    former = [
        {name: one[name] for name in (*OF_ONE, "number") if name in one}
        for _, one in sorted(all.items())
        if one is not own
    ]
    sets = {name: own[name] for name in (*OF_ONE, "number") if name in own}
    return sets | ({"former": former} if former else {}), [
        name for name in OF_ONE if name not in own and name in document
    ]


def has_applicant(application: Document) -> bool:
    """Whether it is still stored who applied; whoever was admitted is in the team."""
    return application["status"] in BEFORE and bool(application.get("contact"))


def forgotten(document: Document, numbers: Sequence[int]) -> Change:
    """Of these applications only public facts and the decision stay; one that was not decided is withdrawn with that."""
    sets: Document = {}
    unset: list[str] = []
    events: list[Outgoing] = []
    contacts: list[str] = []
    after = document
    for one in all_of(document):
        if one["number"] not in numbers:
            continue
        empty = {**one, "contact": {}, "questions": [], "request": {**one["request"], "f": "", "a": None}}
        if one["status"] == "applied":
            empty["status"] = "withdrawn"
        sets, unset = stored(after, empty)
        after = {name: value for name, value in {**after, **sets}.items() if name not in unset}
        contacts.append(one["contact_id"])
        events.append(Outgoing(Tombstone(CONTACTS, ContactRecorded.event_type), one["contact_id"]))
    if document["status"] in BEFORE:  # a tenant's due time says when it leaves
        due = next_due(after)
        unset = [*unset, "requests"] if due else [*unset, "requests", "due_at"]
        sets |= {"due_at": due} if due else {}
    return Change(sets, unset, events, forget_topic=CONTACTS if contacts else None, forget_keys=contacts)


def overdue(document: Document, now: datetime) -> list[int]:
    """Declined applications whose applicant has been kept for long enough."""
    ends = ((one["number"], _until(one)) for one in all_of(document))
    return [number for number, until in ends if until is not None and until <= now]


def next_due(document: Document) -> datetime | None:
    """When the next applicant is to be forgotten."""
    times = [_until(one) for one in all_of(document)]
    return min((time for time in times if time is not None), default=None)


def _until(application: Document) -> datetime | None:
    if application["status"] != "declined" or not application.get("contact"):
        return None
    decided: datetime = application["decided"]["at"]
    return decided + KEPT


def standing(document: Document) -> str:
    """Where a municipality stands: as `status`, but an application that waits for its answer is `asked`, and a tenant that
    will be deleted `leaving`."""
    status: str = document["status"]
    if status == "applied" and all(_asked(one) for one in undecided(document)):
        return "asked"
    return "leaving" if document.get("leaving") and status != "deleted" else status


def _asked(application: Document) -> bool:
    return any(one["answered_at"] is None for one in application.get("questions") or [])


def shown(application: Document) -> dict[str, Any]:
    """An application as its applicant and the office see it."""
    facts = application["facts"]
    decided = application.get("decided")
    return {
        "slug": application["_id"],
        "status": application["status"],
        **{name: facts.get(name) for name in ("name", "kind", "state", "inhabitants", "languages")},
        "applied_at": rfc3339(application["applied_at"]) if application.get("applied_at") else None,
        "questions": [
            {
                "question": one["question"],
                "asked_at": rfc3339(one["asked_at"]),
                "answer": one["answer"],
                "answered_at": rfc3339(one["answered_at"]) if one["answered_at"] else None,
            }
            for one in application.get("questions") or []
        ],
        "decision": {"reason": decided["reason"], "at": rfc3339(decided["at"])} if decided else None,
    }
