"""The pictures of municipalities."""

from __future__ import annotations

from chassis.storage.documents import from_stored, to_stored
from chassis.storage.mongo import Collection, Database
from chassis.storage.tenancy import TenantScope
from services.registration.settings.documents import Crest


class CrestRepository:
    """The collection of crests, one document a picture; former ones stay, since cached pages still show them."""

    def __init__(self, database: Database) -> None:
        self._pictures: Collection = database["crests"]

    async def upsert(self, scope: TenantScope, name: str, content: bytes) -> None:
        """Store a picture; the same again changes nothing."""
        crest = Crest(id=_id(scope, name), tenant=scope.tenant, name=name, content=content)
        await self._pictures.replace_one({"_id": crest.id}, to_stored(crest), upsert=True)

    async def content(self, scope: TenantScope, name: str) -> bytes | None:
        document = await self._pictures.find_one(scope.filter(_id=_id(scope, name)))
        return None if document is None else from_stored(Crest, document).content


def _id(scope: TenantScope, name: str) -> str:
    return f"{scope.tenant}:{name}"
