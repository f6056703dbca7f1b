"""Drafts the gathering of a visit: whoever coordinates at the host's adds what is missing and publishes it."""

from __future__ import annotations

from pymongo import ASCENDING, IndexModel

from chassis.ids import Secrets
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Database, Document
from chassis.storage.tenancy import TenantScope, of_document
from services.registration.municipalities.tenant_registry import OwnTenantRegistry
from services.registration.peer_visits.event_handlers import COLLECTION
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
    """Carried out by a job; repeating it makes no second draft."""

    def __init__(self, database: Database, planning: Planning, registry: OwnTenantRegistry, secrets: Secrets) -> None:
        self.collection = database[COLLECTION]
        self._planning = planning
        self._registry = registry
        self._secrets = secrets

    async def ensure_indexes(self) -> None:
        due = {"due_at": {"$exists": True}}
        await self.collection.create_indexes(
            [IndexModel([("due_at", ASCENDING)], name="due_work", partialFilterExpression=due)]
        )

    async def carry_out(self, visit: Document) -> None:
        """A host that left meanwhile gets none."""
        scope = of_document(visit)
        host = await self._registry.tenant(scope.tenant)
        if host is not None:
            await self._draft(scope, visit, host["languages"][0])
        await self.collection.update_one(scope.filter(_id=visit["_id"]), {"$unset": {"due_at": ""}})

    async def _draft(self, scope: TenantScope, visit: Document, language: str) -> None:
        draft = GatheringDraft(
            title={language: TITLE["en"], **TITLE},
            description={language: DESCRIPTION["en"], **DESCRIPTION},
            kind="exchange",
            starts_at=visit["starts_at"],
            ends_at=visit["ends_at"],
            mode=visit["mode"],
            place=None if visit["mode"] == "online" else PLACE,
            capacity=SEATS,
            party_max=PARTY,
            open_to="municipalities",
        )
        id = self._secrets.derived_id("visit-gathering", visit["_id"])
        await self._planning.store(scope, id, draft.model_dump(), IdempotencyKey(None, ""))
