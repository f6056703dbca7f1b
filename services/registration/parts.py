"""What the routes of registration are given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chassis.clock import Clock
from chassis.ids import Secrets
from chassis.pages.page_cache import PageCache

if TYPE_CHECKING:  # it is composed of routes, which are given this
    from services.registration.municipalities.administration import Administration
    from services.registration.municipalities.tenant_registry import OwnTenantRegistry
    from services.registration.people.privacy import Privacy
    from services.registration.tenant_offboarding.tenant_offboarding import TenantOffboardings
from services.registration.audit.trail import AuditTrail
from services.registration.calls.outcomes import CallOutcomes
from services.registration.contact_confirmation.confirming import ContactConfirmation
from services.registration.desk.door import Door
from services.registration.desk.lists import Lists
from services.registration.desk.search import Search
from services.registration.gathering_series.series import Series
from services.registration.gatherings.gatherings import Gatherings
from services.registration.gazetteer.gazetteer import Gazetteer
from services.registration.needs.needs import Needs
from services.registration.planning.planning import Planning
from services.registration.registrations.changing import RegistrationChanges
from services.registration.registrations.registering import Registrations


@dataclass(frozen=True)
class Registration:
    """The composed service, found by routes in `request.app.state.registration`."""

    administration: Administration
    leaving: TenantOffboardings
    gatherings: Gatherings
    planning: Planning
    series: Series
    registrations: Registrations
    call_outcomes: CallOutcomes
    confirmation: ContactConfirmation
    changes: RegistrationChanges
    needs: Needs
    lists: Lists
    search: Search
    door: Door
    audit: AuditTrail
    privacy: Privacy
    gazetteer: Gazetteer
    clock: Clock
    secrets: Secrets
    public_url: str
    memory: PageCache = field(default_factory=PageCache)

    @property
    def tenant_registry(self) -> OwnTenantRegistry:
        """Tenants and roles."""
        return self.administration.tenant_registry
