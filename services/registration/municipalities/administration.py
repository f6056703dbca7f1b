"""The part of registration that is about municipalities themselves, put together: used by the composition root and by routes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from pymongo import ASCENDING, IndexModel

from chassis.http.tenant_export import export_router
from chassis.jobs.scheduled_jobs import ScheduledJob
from chassis.service import ServiceContext
from chassis.storage.aggregates import Aggregates
from services.registration.applications.applications import Applications
from services.registration.legal_texts.legal_texts import LegalTexts
from services.registration.legal_texts.repository import LegalTextRepository
from services.registration.municipalities import (
    api_memberships,
    api_municipalities,
    api_profile,
    api_staff,
    pages_applicant_staff,
    pages_contact_staff,
    pages_data_staff,
    pages_office_staff,
    pages_settings_staff,
    pages_standing_staff,
    pages_team_staff,
)
from services.registration.municipalities.municipalities import Municipalities
from services.registration.municipalities.suspension import Suspension
from services.registration.municipalities.tenant_registry import OwnTenantRegistry
from services.registration.settings.profile import Profiles
from services.registration.settings.repository import CrestRepository
from services.registration.staff.staff import Staff
from services.registration.tenant_offboarding.event_handlers import HANDLERS

EXPORTED = dict.fromkeys(
    ("municipalities", "legal_texts", "crests", "gatherings", "registrations", "erasures", "receipts"), None
)
API: Sequence[APIRouter] = (
    export_router("registration", EXPORTED),
    api_municipalities.router,
    api_staff.router,
    api_profile.router,
    api_memberships.router,
)
PAGES: Sequence[APIRouter] = (
    pages_office_staff.router,
    pages_standing_staff.router,
    pages_data_staff.router,
    pages_applicant_staff.router,
    pages_contact_staff.router,
    pages_settings_staff.router,
    pages_team_staff.router,
)
__all__ = ["HANDLERS"]


@dataclass(frozen=True)
class Administration:
    """Found by routes in `parts.administration`."""

    tenant_registry: OwnTenantRegistry
    municipalities: Municipalities
    applications: Applications
    staff: Staff
    profiles: Profiles
    texts: LegalTexts
    suspension: Suspension
    due: Sequence[ScheduledJob]


def administration(context: ServiceContext, municipal: Aggregates) -> Administration:
    """Put it together."""
    tenant_registry = OwnTenantRegistry(municipal)
    staff = Staff(municipal, tenant_registry, context.secrets, context.clock)
    return Administration(
        tenant_registry,
        Municipalities(municipal),
        Applications(municipal, tenant_registry, context.secrets),
        staff,
        Profiles(municipal, CrestRepository(context.database), tenant_registry, context.clock),
        LegalTexts(municipal, LegalTextRepository(context.database), tenant_registry, context.clock),
        Suspension(municipal, tenant_registry),
        [],
    )


async def prepare(context: ServiceContext, municipal: Aggregates) -> None:
    """Indexes."""
    await municipal.ensure_indexes(
        [
            IndexModel([("status", ASCENDING), ("_id", ASCENDING)], name="status"),
            IndexModel([("belonging.district", ASCENDING)], name="members", sparse=True),
            IndexModel([("status", ASCENDING), ("words", ASCENDING)], name="words"),
        ]
    )
    await Municipalities(municipal).index_names()
