"""Published questionnaires: documents of the platform, one for each version, written once and never changed."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from pymongo import ASCENDING, IndexModel

from chassis.aggregates import Aggregates, Exists
from chassis.idempotency import Request
from chassis.ids import Secrets
from chassis.mongo import Document
from chassis.problems import conflict, not_found
from chassis.tenancy import of_platform
from contracts.selfcheck import QuestionnairePublished, QuestionTitle, Titled
from services.selfcheck.domain.errors import Invalid
from services.selfcheck.domain.questionnaire import Question, Questionnaire, content_hash
from services.selfcheck.domain.questionnaire_document import parse
from services.selfcheck.refusals import flawed

SHIPPED = Path(__file__).parent / "questionnaires"


class Questionnaires:
    """The aggregate whose id is `id:version`."""

    def __init__(self, aggregates: Aggregates, secrets: Secrets) -> None:
        self._all = aggregates
        self._secrets = secrets
        self._parsed: dict[tuple[str, str], Questionnaire] = {}

    async def prepare(self, now: datetime) -> None:
        """Create the indexes and publish what is shipped; a version that is there already stays as it is."""
        await self._all.ensure_indexes(
            [
                IndexModel(
                    [("request.key", ASCENDING)], name="request",
                    partialFilterExpression={"request.key": {"$type": "string"}},
                )
            ]
        )  # fmt: skip
        for path in sorted(SHIPPED.glob("*.json")):
            await self.publish(json.loads(path.read_text("utf-8")), None, now)

    async def publish(self, document: Any, key: str | None, now: datetime) -> tuple[Document, bool]:
        """Publish a version; (answer, replayed). The same content again is a replay, with or without a key.

        Raises:
            Problem: 409 the version exists with other content; 422 the document has flaws, or the key was used otherwise.
        """
        try:
            questionnaire = parse(document)
        except Invalid as error:
            raise flawed(error) from None
        scope = of_platform()
        digest = content_hash(document)
        request = Request.of(self._secrets, "POST /selfcheck/v1/questionnaires", key, digest)
        if request.key:
            earlier = await self._all.collection.find_one(scope.filter(**{"request.key": request.key}))
            if earlier is not None:
                return request.replay_of_creation(earlier), True
        answer = {"id": questionnaire.id, "version": questionnaire.version, "content_hash": digest}
        fields = {
            "content": document,
            "content_hash": digest,
            "request": {"key": request.key, **request.record(answer, now)},
        }
        id = f"{questionnaire.id}:{questionnaire.version}"
        try:
            await self._all.create(scope, id, fields, [_published(questionnaire, digest)], now)
        except Exists as there:
            if there.document["content_hash"] == digest and there.document["content"]["id"] == questionnaire.id:
                return answer, True
            raise conflict(
                "version-published", "This version is published with other content; publish a new version."
            ) from None
        return answer, False

    async def document(self, id: str, version: str) -> Document:
        """A published version as it was sent.

        Raises:
            Problem: 404 there is no such version.
        """
        found = await self._all.load(of_platform(), f"{id}:{version}")
        if found is None or (found["content"]["id"], found["content"]["version"]) != (id, version):
            raise not_found("questionnaire")
        content: Document = found["content"]
        return content

    async def listed(self) -> list[Document]:
        """Id, version and title of all published versions, newest first."""
        fields = {"content.id": 1, "content.version": 1, "content.title": 1}
        found = await self._all.collection.find(of_platform().filter(), fields).sort("_id", -1).to_list(None)
        return [document["content"] for document in found]

    async def parsed(self, id: str, version: str) -> Questionnaire:
        """A published version as the domain reads it; kept, because it never changes. Raises Problem 404."""
        if (id, version) not in self._parsed:
            self._parsed[id, version] = parse(await self.document(id, version))
        return self._parsed[id, version]


def _published(questionnaire: Questionnaire, digest: str) -> QuestionnairePublished:
    return QuestionnairePublished(
        questionnaire_id=questionnaire.id,
        version=questionnaire.version,
        title=questionnaire.title,
        content_hash=digest,
        fields=tuple(Titled(id=field.id, title=field.title) for field in questionnaire.fields),
        questions=tuple(
            QuestionTitle(
                id=question.id,
                title=question.text,
                field=field.id,
                continues=_continued(question),
            )
            for field in questionnaire.fields
            for question in field.questions
        ),
    )


def _continued(question: Question) -> dict[str, str] | None:
    if question.continues is None:
        return None
    return {"question": question.continues.question, "relation": question.continues.relation.value}
