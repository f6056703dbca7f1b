"""Repository of drafts of questionnaires."""

from __future__ import annotations

from chassis.storage.aggregates import Aggregates
from chassis.storage.repository import Repository
from chassis.storage.tenancy import of_platform
from services.selfcheck.questionnaires.documents import StoredDraft


class DraftRepository(Repository[StoredDraft]):
    """Repository of drafts, documents of the platform."""

    def __init__(self, aggregates: Aggregates) -> None:
        super().__init__(StoredDraft, aggregates)
        self.collection = aggregates.collection

    async def ensure_indexes(self) -> None:
        await self._aggregates.ensure_indexes()

    async def unpublished(self) -> list[StoredDraft]:
        """Drafts that are not published, the one changed last first."""
        return await self._find(of_platform().filter(published=None), [("changed_at", -1)])

    async def remove(self, draft: StoredDraft) -> None:
        """Remove a draft, unless somebody changed it meanwhile."""
        await self.collection.delete_one(of_platform().filter(_id=draft.id, version=draft.version))
