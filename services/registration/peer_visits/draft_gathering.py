"""Drafts the gathering of a visit: whoever coordinates at the host's adds what is missing and publishes it."""

from __future__ import annotations

from chassis.ids import Secrets
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope, of_document
from services.registration.municipalities.tenant_registry import OwnTenantRegistry
from services.registration.peer_visits.documents import AcceptedVisit
from services.registration.peer_visits.repository import AcceptedVisits
from services.registration.planning.planning import Planning
from services.registration.planning.schemas import GatheringDraft

TITLE = {"de": "Besuch unter Kommunen", "en": "Visit among municipalities"}
DESCRIPTION = {
    "de": "Andere Kommunen sehen sich an, wie wir es machen. Anlass, Tagesordnung und Fragen stehen bei dem Besuch unter „Bericht“.",
    "en": "Other municipalities look at how we do it. Occasion, agenda and questions stand with the visit under “Report”.",
}
PLACE = "Ort folgt"
SEATS, PARTY = 30, 10


class DraftVisitGathering:
    """Drafts gatherings of accepted visits, as a job; repeating it makes no second draft."""

    def __init__(
        self, visits: AcceptedVisits, planning: Planning, registry: OwnTenantRegistry, secrets: Secrets
    ) -> None:
        self._visits = visits
        self._planning = planning
        self._registry = registry
        self._secrets = secrets

    async def carry_out(self, document: Document) -> None:
        """Draft the gathering of one visit; a host that left the platform meanwhile gets none."""
        scope, visit = of_document(document), self._visits.read(document)
        host = await self._registry.tenant(scope.tenant)
        if host is not None:
            await self._draft(scope, visit, host["languages"][0])
        await self._visits.done(scope, visit.id)

    async def _draft(self, scope: TenantScope, visit: AcceptedVisit, language: str) -> None:
        draft = GatheringDraft(
            title={language: TITLE["en"], **TITLE},
            description={language: DESCRIPTION["en"], **DESCRIPTION},
            kind="exchange",
            starts_at=visit.starts_at,
            ends_at=visit.ends_at,
            mode=visit.mode,
            place=None if visit.mode == "online" else PLACE,
            capacity=SEATS,
            party_max=PARTY,
            open_to="municipalities",
        )
        id = self._secrets.derived_id("visit-gathering", visit.id)
        await self._planning.store(scope, id, draft.model_dump(), IdempotencyKey(None, ""))
