"""The sets of questions that municipalities choose from."""

from __future__ import annotations

from chassis.storage.documents import from_stored, to_stored
from chassis.storage.mongo import Collection, Database
from chassis.storage.tenancy import TenantScope
from services.registration.questions.documents import QuestionSet

COLLECTION = "question_sets"


class QuestionSetRepository:
    """One document a municipality, under its name."""

    def __init__(self, database: Database) -> None:
        self._sets: Collection = database[COLLECTION]

    async def get(self, scope: TenantScope) -> QuestionSet | None:
        """The municipality's own set; None where it has none."""
        document = await self._sets.find_one(scope.filter(_id=scope.tenant))
        return None if document is None else from_stored(QuestionSet, document)

    async def replace(self, scope: TenantScope, questions: QuestionSet) -> None:
        await self._sets.replace_one({"_id": scope.tenant}, to_stored(questions), upsert=True)
