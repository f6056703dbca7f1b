"""A municipality's set of questions to choose from: the standard one until it has written its own."""

from __future__ import annotations

from typing import Any

import msgspec

from chassis.http.problems import FieldError, invalid
from chassis.storage.tenancy import TenantScope
from services.registration.domain.questions import question_mistakes
from services.registration.json_values import as_json
from services.registration.questions.documents import OwnQuestion, QuestionSet
from services.registration.questions.repository import QuestionSetRepository
from services.registration.questions.schemas import NewQuestionSet
from services.registration.questions.standard_set import STANDARD


class QuestionSets:
    """Sets of all municipalities."""

    def __init__(self, repository: QuestionSetRepository) -> None:
        self._sets = repository

    async def get(self, scope: TenantScope) -> dict[str, Any]:
        """The municipality's set, else the standard one: `{questions, standard}`."""
        own = await self._sets.get(scope)
        if own is None:
            return {"questions": [*STANDARD], "standard": True}
        return {"questions": as_json(own.questions), "standard": False}

    async def replace(self, scope: TenantScope, body: NewQuestionSet, default_language: str) -> dict[str, Any]:
        """Choose from these questions from now on; gatherings that have some of them keep theirs. Raises Problem 422."""
        sent_questions = [one.model_dump() for one in body.questions]
        wrong = question_mistakes(sent_questions, default_language, party_max=1)
        if wrong:
            raise invalid(*(FieldError(*one) for one in wrong))
        questions = msgspec.convert(sent_questions, tuple[OwnQuestion, ...])
        await self._sets.replace(scope, QuestionSet(id=scope.tenant, tenant=scope.tenant, questions=questions))
        return await self.get(scope)
