"""Published questionnaires: documents of the platform, one for each version, written once and never changed."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from pymongo import ASCENDING, IndexModel

from chassis.clock import rfc3339
from chassis.http.problems import FieldError, Problem, conflict, invalid, not_found
from chassis.ids import Secrets
from chassis.operations.logs import get_logger
from chassis.storage.aggregates import Aggregates, Exists
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.tenancy import of_platform
from contracts.selfcheck import QuestionnairePublished, QuestionTitle, Titled
from services.selfcheck.domain.errors import Invalid
from services.selfcheck.domain.questionnaire import Question, Questionnaire, content_hash
from services.selfcheck.domain.questionnaire_document import parse
from services.selfcheck.problems import flawed
from services.selfcheck.questionnaires.translations import in_all_languages, translations

log = get_logger()

SHIPPED = Path(__file__).parent / "shipped"


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
                    [("request.key", ASCENDING)],
                    name="request_key",
                    partialFilterExpression={"request.key": {"$exists": True}},
                ),
                IndexModel([("content.id", ASCENDING), ("published_at", ASCENDING)], name="versions"),
            ]
        )
        translations()
        for path in sorted(SHIPPED.glob("*.json")):
            document = json.loads(path.read_text("utf-8"))
            try:
                await self.publish(document, None, now)
            except Problem as problem:
                if problem.status != 409:
                    raise
                # An earlier build shipped other words under this version; what is published stays what it is.
                log.warning("a shipped questionnaire is published otherwise", version=document["version"])

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
        request = IdempotencyKey.of(self._secrets, "POST /selfcheck/v1/questionnaires", key, digest)
        if request.key:
            earlier = await self._all.collection.find_one(scope.filter(**{"request.key": request.key}))
            if earlier is not None:
                return request.replay_of_creation(earlier), True
        answer = {"id": questionnaire.id, "version": questionnaire.version, "content_hash": digest}
        id = f"{questionnaire.id}:{questionnaire.version}"
        there = await self._all.load(scope, id)
        if there is not None:
            return self._again(there, questionnaire, digest, answer)
        previous = await self.latest(questionnaire.id)
        try:
            parse(document, previous=previous)
        except Invalid as error:
            raise flawed(error) from None
        follows = previous.version if previous else None
        fields = {
            "content": document,
            "content_hash": digest,
            "follows": follows,
            "published_at": now,
            "request": {"key": request.key, **request.record(answer, now)},
        }
        try:
            await self._all.create(scope, id, fields, [_published(questionnaire, digest, follows)], now)
        except Exists as meanwhile:
            return self._again(meanwhile.document, questionnaire, digest, answer)
        return answer, False

    def _again(self, there: Document, sent: Questionnaire, digest: str, answer: Document) -> tuple[Document, bool]:
        if there["content_hash"] == digest and there["content"]["id"] == sent.id:
            return answer, True
        raise conflict("version-published", "This version is published with other content; publish a new version.")

    async def document(self, id: str, version: str) -> Document:
        """A published version as it was sent.

        Raises:
            Problem: 404 there is no such version.
        """
        content: Document = (await self._stored(id, version))["content"]
        return content

    async def listed(self) -> list[Document]:
        """Id, version and title of all published versions, newest first."""
        fields = {"content.id": 1, "content.version": 1, "content.title": 1}
        found = await self._all.collection.find(of_platform().filter(), fields).sort("_id", -1).to_list(None)
        return [document["content"] for document in found]

    async def catalogue(self) -> list[Document]:
        """All published versions as the API lists them, each questionnaire's newest first."""
        found = await self._all.collection.find(of_platform().filter(), {"outbox": 0}).to_list(None)
        found.sort(key=lambda document: (document["content"]["id"], _published_at(document)))
        return [
            {
                "id": one["content"]["id"],
                "version": one["content"]["version"],
                "title": one["content"]["title"],
                "content_hash": one["content_hash"],
                "follows": one.get("follows"),
                "published_at": rfc3339(_published_at(one)),
                "fields": len(one["content"]["fields"]),
                "questions": sum(len(c["questions"]) for field in one["content"]["fields"] for c in field["criteria"]),
            }
            for one in reversed(found)
        ]

    async def parsed(self, id: str, version: str) -> Questionnaire:
        """A published version as people read it, in all languages there are; kept, because it never changes. Raises Problem 404."""
        if (id, version) not in self._parsed:
            self._parsed[id, version] = in_all_languages(await self._as_published(id, version))
        return self._parsed[id, version]

    async def _as_published(self, id: str, version: str) -> Questionnaire:
        return parse(await self.document(id, version), stored=True)

    async def exists(self, id: str, version: str) -> bool:
        """Whether the version is published."""
        return await self._all.load(of_platform(), f"{id}:{version}", {"_id": 1}) is not None

    async def latest(self, id: str) -> Questionnaire | None:
        """The version that a new one continues."""
        condition = of_platform().filter(**{"content.id": id})
        found = (
            await self._all.collection.find(condition, {"content": 1}).sort("published_at", -1).limit(1).to_list(None)
        )
        return parse(found[0]["content"], stored=True) if found else None

    async def lineage(self, id: str, first: str, last: str) -> list[Questionnaire]:
        """The versions from `first` to `last`, each the one that the next continues.

        Raises:
            Problem: 404 there is no such version; 422 `last` does not go back to `first`.
        """
        await self._stored(id, first)
        before = await self.ancestors(id, last)
        if first == last:
            raise invalid(FieldError("/to", "Choose two different versions."))
        if first not in before:
            raise invalid(FieldError("/from", "The version to compare with does not go back to this one; swap them."))
        chain = [last, *before[: before.index(first) + 1]]
        return [await self._as_published(id, version) for version in reversed(chain)]

    async def ancestors(self, id: str, version: str) -> list[str]:
        """The versions it goes back to, the closest first. Raises Problem 404."""
        found: list[str] = []
        while (before := (await self._stored(id, found[-1] if found else version)).get("follows")) is not None:
            found.append(before)
        return found

    async def _stored(self, id: str, version: str) -> Document:
        found = await self._all.load(of_platform(), f"{id}:{version}", {"outbox": 0})
        if found is None or (found["content"]["id"], found["content"]["version"]) != (id, version):
            raise not_found("questionnaire")
        return found


def _published(questionnaire: Questionnaire, digest: str, follows: str | None) -> QuestionnairePublished:
    rules = questionnaire.rules
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
                weight=float(question.weight),
            )
            for field in questionnaire.fields
            for question in field.questions
        ),
        follows=follows,
        rules={
            "unsure": rules.unsure.value,
            "unanswered": rules.unanswered.value,
            "overall": rules.overall.value,
            "minimum_coverage": float(rules.minimum_coverage),
            "decimals": rules.decimals,
        },
    )


def _continued(question: Question) -> dict[str, str] | None:
    if question.continues is None:
        return None
    return {"question": question.continues.question, "relation": question.continues.relation.value}


def _published_at(document: Document) -> datetime:
    """Versions of before drafts and comparisons existed say it in their request alone."""
    moment: datetime = document.get("published_at") or document["request"]["t"]
    return moment
