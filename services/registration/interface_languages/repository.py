"""The words of added languages."""

from __future__ import annotations

from cachetools import LRUCache

from chassis.storage.documents import from_stored, to_stored
from chassis.storage.mongo import Collection, Database, DuplicateKeyError
from chassis.storage.tenancy import TenantScope
from chassis.text.added_languages import Words
from services.registration.interface_languages.documents import CatalogueWords, StoredMessage

COLLECTION = "catalogue_words"
REMEMBERED = 50
"""Catalogues that a process keeps: each takes some 200 kB, and a version never changes."""


class CatalogueWordsRepository:
    """The collection of catalogue words, one document a version; which version is in force stands in the municipality."""

    def __init__(self, database: Database) -> None:
        self._words: Collection = database[COLLECTION]
        self._memory: LRUCache[tuple[str, str], Words] = LRUCache(REMEMBERED)

    async def words(self, scope: TenantScope, code: str, number: int) -> Words | None:
        """The words of a version."""
        id = _id(scope, code, number)
        words = self._memory.get((scope.tenant, id))
        if words is None:
            document = await self._words.find_one(scope.filter(_id=id))
            if document is None:
                return None
            stored = from_stored(CatalogueWords, document)
            words = Words({one.message: one.forms for one in stored.messages}, stored.plural)
            self._memory[scope.tenant, id] = words
        return words

    async def add(self, scope: TenantScope, code: str, number: int, words: Words) -> bool:
        """Store the words of a version, unless there is one of that number; whether they were stored."""
        messages = tuple(StoredMessage(message=message, forms=forms) for message, forms in words.messages.items())
        document = CatalogueWords(
            id=_id(scope, code, number), tenant=scope.tenant, messages=messages, plural=words.plural
        )
        try:
            await self._words.insert_one(to_stored(document))
        except DuplicateKeyError:
            return False
        return True

    async def remove(self, scope: TenantScope, code: str, numbers: list[int]) -> None:
        """Delete the words of versions that are kept no longer."""
        await self._words.delete_many(scope.filter(_id={"$in": [_id(scope, code, one) for one in numbers]}))


def _id(scope: TenantScope, code: str, number: int) -> str:
    return f"{scope.tenant}:{code}:{number}"
