"""The applications of one municipality, one after another: the last one is its document, former ones are set aside in it (`former`).

Whoever was declined or withdrew can apply again under the same slug. Each application has a number (1 is the first), and with it a
contact and a link of its own: who applied before sees and changes nothing of what came later.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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


def all_of(document: Document) -> Iterator[tuple[int, str, Document]]:
    """(number, where its fields stand in the document, application), the last one first."""
    last = number_of(document)
    yield last, "", document
    for place in range(last - 2, -1, -1):
        yield place + 1, f"former.{place}.", {"_id": document["_id"], **document["former"][place]}


def set_aside(document: Document) -> list[Document]:
    """`former` with the last application."""
    kept = {name: document[name] for name in OF_ONE if name in document}
    return [*(document.get("former") or ()), kept]


def has_applicant(application: Document) -> bool:
    """Whether it is still stored who applied; whoever was admitted is in the team."""
    return application["status"] in BEFORE and bool(application.get("contact"))


def forgotten(document: Document, numbers: Sequence[int]) -> Change:
    """Of these applications only public facts and the decision stay; one that was not decided is withdrawn with that."""
    sets: Document = {}
    events: list[Outgoing] = []
    contacts: list[str] = []
    for number, path, one in all_of(document):
        if number not in numbers:
            continue
        sets |= {f"{path}contact": {}, f"{path}questions": [], f"{path}request": {**one["request"], "f": "", "a": None}}
        if one["status"] == "applied":
            sets[f"{path}status"] = "withdrawn"
        contacts.append(one["contact_id"])
        events.append(Outgoing(Tombstone(CONTACTS, ContactRecorded.event_type), one["contact_id"]))
    unset: list[str] = []
    if document["status"] in BEFORE:  # a tenant's due time says when it leaves
        due = next_due(document, but=numbers)
        unset = ["requests"] if due else ["requests", "due_at"]
        sets |= {"due_at": due} if due else {}
    return Change(sets, unset, events, forget_topic=CONTACTS if contacts else None, forget_keys=contacts)


def overdue(document: Document, now: datetime) -> list[int]:
    """Declined applications whose applicant has been kept for long enough."""
    ends = ((number, _until(one)) for number, _, one in all_of(document))
    return [number for number, until in ends if until is not None and until <= now]


def next_due(document: Document, but: Sequence[int] = ()) -> datetime | None:
    """When the next applicant is to be forgotten."""
    times = [_until(one) for number, _, one in all_of(document) if number not in but]
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
    if status == "applied" and any(one["answered_at"] is None for one in document.get("questions") or []):
        return "asked"
    return "leaving" if document.get("leaving") and status != "deleted" else status


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
