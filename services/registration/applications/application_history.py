"""The application history of a municipality: all that were ever made for its short name.

One stands in the municipality's document itself: the one that was admitted, else the last that waits for a decision, else the
last. The others are kept beside it (`former`). Several may wait side by side, since anybody can apply in anybody's name; the office
decides each. Each has a number (1 is the first), and with it a contact and a link of its own: who applied before sees and changes
nothing of what came later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from chassis.clock import rfc3339
from chassis.messaging.outbox import Outgoing, Tombstone
from contracts.contacts import TOPIC as CONTACTS
from contracts.contacts import ContactRecorded
from services.registration.applications.documents import NOBODY, Application
from services.registration.json_values import as_json
from services.registration.municipalities.documents import Municipality

ENDED = ("declined", "withdrawn")
BEFORE = ("applied", *ENDED)
"""Of somebody who is no tenant and was none."""
KEPT = timedelta(days=180)
"""For how long the address of a declined applicant is kept: for questions about the reason."""


def number_of(municipality: Municipality) -> int:
    """The number of the last application."""
    return len(municipality.former) + 1


def subject(slug: str, number: int) -> str:
    """The key from which the ids of an application's contact and link are derived."""
    return slug if number == 1 else f"{slug}:{number}"


def all_applications(municipality: Municipality) -> list[Application]:
    """All applications with their `number`, the last one first."""
    former = [replace(one, number=one.number or place) for place, one in enumerate(municipality.former, start=1)]
    by_number = {application.number: application for application in (*former, current(municipality))}
    return [by_number[number] for number in sorted(by_number, reverse=True)]


def current(municipality: Municipality) -> Application:
    """The application whose fields the municipality's document itself holds; the others are in `former`."""
    return Application(
        number=current_number(municipality),
        status=municipality.status,
        facts=municipality.facts,
        contact_id=municipality.contact_id,
        contact=municipality.contact,
        applied_at=municipality.applied_at,
        questions=municipality.questions,
        decided=municipality.decided,
        request=municipality.request,
    )


def current_number(municipality: Municipality) -> int:
    """The number of the current application."""
    return municipality.number or number_of(municipality)


def undecided(municipality: Municipality) -> list[Application]:
    """The applications that wait for a decision, the last one first."""
    return [application for application in all_applications(municipality) if application.status == "applied"]


def with_application(municipality: Municipality, changed: Application) -> Municipality:
    """Put a changed or new application (with the next number) into the municipality.

    Another one may be the current application afterwards.
    """
    applications = {one.number: one for one in all_applications(municipality)} | {changed.number: changed}
    waiting = [number for number, application in applications.items() if application.status == "applied"]
    tenants = [number for number, application in applications.items() if application.status not in BEFORE]
    chosen = applications[max(tenants or waiting or applications)]
    return replace(
        municipality,
        number=chosen.number,
        status=chosen.status,
        facts=chosen.facts,
        contact_id=chosen.contact_id,
        contact=chosen.contact,
        applied_at=chosen.applied_at,
        questions=chosen.questions,
        decided=chosen.decided,
        request=chosen.request,
        former=tuple(one for _, one in sorted(applications.items()) if one is not chosen),
    )


def has_applicant(application: Application) -> bool:
    """Whether it is still stored who applied; whoever was admitted is in the team."""
    return application.status in BEFORE and application.contact.is_known


@dataclass(frozen=True, slots=True)
class ApplicantsErased:
    """The result of erasing applicants: the changed municipality, the events to publish, and the ids of the erased contacts."""

    after: Municipality
    events: tuple[Outgoing, ...]
    contacts: tuple[str, ...]


def without_applicants(municipality: Municipality, numbers: Sequence[int]) -> ApplicantsErased:
    """Erase the applicants of these applications: public facts and the decision stay; an undecided application is withdrawn."""
    changed = municipality
    contact_ids = []
    for application in all_applications(municipality):
        if application.number not in numbers:
            continue
        request = replace(application.request, fingerprint="", answer=None) if application.request else None
        status = "withdrawn" if application.status == "applied" else application.status
        changed = with_application(
            changed, replace(application, contact=NOBODY, questions=(), request=request, status=status)
        )
        contact_ids.append(application.contact_id)
    if municipality.status in BEFORE:  # a tenant's due time says when it leaves
        changed = replace(changed, due_at=next_due(changed))
    tombstones = tuple(
        Outgoing(Tombstone(CONTACTS, ContactRecorded.event_type), contact_id) for contact_id in contact_ids
    )
    return ApplicantsErased(changed, tombstones, tuple(contact_ids))


def overdue(municipality: Municipality, now: datetime) -> list[int]:
    """Numbers of the declined applications whose applicant's retention period is over."""
    retention_ends = ((application.number, _kept_until(application)) for application in all_applications(municipality))
    return [number for number, until in retention_ends if until is not None and until <= now]


def next_due(municipality: Municipality) -> datetime | None:
    """When the next applicant is to be erased."""
    times = [_kept_until(application) for application in all_applications(municipality)]
    return min((time for time in times if time is not None), default=None)


def _kept_until(application: Application) -> datetime | None:
    if application.status != "declined" or not application.contact.is_known or application.decided is None:
        return None
    return application.decided.at + KEPT


def display_status(municipality: Municipality) -> str:
    """The status that people see: as `status`, but an application that waits for its answer is `asked`, and a tenant that
    will be deleted `leaving`."""
    status: str = municipality.status
    if status == "applied" and all(application.waits for application in undecided(municipality)):
        return "asked"
    return "leaving" if municipality.offboarding and status != "deleted" else status


def application_json(application: Application) -> dict[str, Any]:
    """An application as its applicant and the office see it."""
    facts, decided = application.facts, application.decided
    return {
        "slug": facts.slug,
        "status": application.status,
        "name": facts.name,
        "kind": facts.kind,
        "state": facts.state,
        "inhabitants": facts.inhabitants,
        "languages": list(facts.languages),
        "ags": facts.ags,
        "applied_at": as_json(application.applied_at),
        "questions": as_json(application.questions),
        "decision": {"reason": decided.reason, "at": rfc3339(decided.at)} if decided else None,
    }
