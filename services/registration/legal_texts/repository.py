"""The versions of legal texts."""

from __future__ import annotations

from chassis.storage.documents import from_stored, to_stored
from chassis.storage.mongo import Collection, Database, DuplicateKeyError
from chassis.storage.tenancy import TenantScope
from services.registration.legal_texts.documents import LegalTextVersion

COLLECTION = "legal_texts"


class LegalTextRepository:
    """The collection of legal texts, one document a version; which are in force stands in the municipality."""

    def __init__(self, database: Database) -> None:
        self._texts: Collection = database[COLLECTION]

    async def text(self, scope: TenantScope, subject: str, version: str) -> dict[str, str] | None:
        """The text of a version by language."""
        document = await self._texts.find_one(scope.filter(_id=_id(scope, subject, version)))
        return None if document is None else from_stored(LegalTextVersion, document).text

    async def add(self, scope: TenantScope, subject: str, version: str, text: dict[str, str]) -> bool:
        """Store a version, unless there is one of that number; whether it was stored."""
        document = LegalTextVersion(id=_id(scope, subject, version), tenant=scope.tenant, text=text)
        try:
            await self._texts.insert_one(to_stored(document))
        except DuplicateKeyError:
            return False
        return True


def _id(scope: TenantScope, subject: str, version: str) -> str:
    return f"{scope.tenant}:{subject}:{version}"
