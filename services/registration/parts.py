"""What the routes of registration are given."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.clock import Clock
from chassis.ids import Secrets
from services.registration.applications import Applications
from services.registration.door import Door
from services.registration.erasures import Erasures
from services.registration.gatherings import Gatherings
from services.registration.municipalities import Municipalities
from services.registration.own_directory import OwnDirectory
from services.registration.people import People
from services.registration.planning import Planning
from services.registration.registrations import Registrations
from services.registration.staff import Staff


@dataclass(frozen=True)
class Registration:
    """The composed service, found by routes in `request.app.state.registration`."""

    municipalities: Municipalities
    applications: Applications
    staff: Staff
    directory: OwnDirectory
    gatherings: Gatherings
    planning: Planning
    registrations: Registrations
    people: People
    door: Door
    erasures: Erasures
    clock: Clock
    secrets: Secrets
    public_url: str
