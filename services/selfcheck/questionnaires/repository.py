"""Published questionnaires: documents of the platform, one for each version, written once and never changed."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from pymongo import ASCENDING, IndexModel

from chassis.clock import rfc3339
from chassis.http.problems import FieldError, Problem, conflict, invalid, not_found
from chassis.ids import Secrets
from chassis.operations.logs import get_logger
from chassis.storage.aggregates import Aggregates, Exists
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.repository import Decision, Repository
from chassis.storage.tenancy import of_platform
from contracts.selfcheck import QuestionnairePublished, QuestionTitle, Titled
from services.selfcheck.domain.errors import Invalid
from services.selfcheck.domain.questionnaire import Question, Questionnaire, content_hash
from services.selfcheck.domain.questionnaire_document import parse
from services.selfcheck.problems import flawed
from services.selfcheck.questionnaires.documents import Content, StoredQuestionnaire
from services.selfcheck.questionnaires.schemas import ListedVersion, Published
from services.selfcheck.questionnaires.translations import hash_of, in_all_languages, names_of, translations

log = get_logger()

SHIPPED = Path(__file__).parent / "shipped"


class Questionnaires(Repository[StoredQuestionnaire]):
    """Published versions."""

    def __init__(self, aggregates: Aggregates, secrets: Secrets) -> None:
        super().__init__(StoredQuestionnaire, aggregates)
        self._secrets = secrets
        self._parsed: dict[tuple[str, str], Questionnaire] = {}

    async def prepare(self, now: datetime) -> None:
        """Create the indexes and publish what is shipped; a version that is there already stays as it is."""
        await self._aggregates.ensure_indexes(
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
        for published in await self._find(of_platform().filter()):
            await self._publish_names(published, now)

    async def _publish_names(self, questionnaire: StoredQuestionnaire, now: datetime) -> None:
        """Tell other services what a version is called in all languages, where that has changed since they were told."""
        names = names_of(parse(questionnaire.content, stored=True))
        if names is None:
            return
        digest = hash_of(names)

        def publish(before: StoredQuestionnaire) -> Decision[StoredQuestionnaire] | None:
            is_published = before.names_hash == digest
            return None if is_published else Decision(msgspec.structs.replace(before, names_hash=digest), (names,))

        if questionnaire.names_hash != digest:
            await self.change(of_platform(), questionnaire.id, publish, now)

    async def publish(self, document: Any, key: str | None, now: datetime) -> tuple[Published, bool]:
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
        if request.key and (earlier := await self._earlier_answer(request)) is not None:
            return earlier, True
        answer: Published = {"id": questionnaire.id, "version": questionnaire.version, "content_hash": digest}
        id = f"{questionnaire.id}:{questionnaire.version}"
        published = await self.get(scope, id)
        if published is not None:
            return _same_version(published, answer), True
        previous = await self.latest(questionnaire.id)
        try:
            parse(document, previous=previous)
        except Invalid as error:
            raise flawed(error) from None
        follows = previous.version if previous else None
        names = names_of(questionnaire)
        stored = StoredQuestionnaire(
            id=id,
            tenant=scope.tenant,
            content=document,
            content_hash=digest,
            follows=follows,
            published_at=now,
            request=request.first({**answer}, now, keyed=True),
            names_hash=hash_of(names) if names else None,
        )
        events = [_published(questionnaire, digest, follows), *([names] if names else ())]
        try:
            await self.add(scope, stored, events, now)
        except Exists as meanwhile:
            return _same_version(self.read(meanwhile.document), answer), True
        return answer, False

    async def _earlier_answer(self, request: IdempotencyKey) -> Published | None:
        """The answer to an earlier request with this key. Raises Problem 422 where that one sent something else."""
        versions = await self._find(of_platform().filter(**{"request.key": request.key}), limit=1)
        earlier_request = versions[0].request if versions else None
        if earlier_request is None:
            return None
        answer: Published = request.replay(earlier_request)
        return answer

    async def document(self, id: str, version: str) -> Content:
        """A published version as it was sent.

        Raises:
            Problem: 404 there is no such version.
        """
        return (await self._stored(id, version)).content

    async def catalogue(self) -> list[ListedVersion]:
        """All published versions as the API lists them, each questionnaire's newest first."""
        versions = await self._find(of_platform().filter())
        versions.sort(key=lambda version: (version.id_and_version[0], version.since), reverse=True)
        return [
            {
                "id": version.content["id"],
                "version": version.content["version"],
                "title": version.content["title"],
                "content_hash": version.content_hash,
                "follows": version.follows,
                "published_at": rfc3339(version.since),
                "fields": len(version.content["fields"]),
                "questions": sum(len(c["questions"]) for field in version.content["fields"] for c in field["criteria"]),
            }
            for version in versions
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
        return bool(await self._ids(of_platform().filter(_id=f"{id}:{version}")))

    async def latest(self, id: str) -> Questionnaire | None:
        """The version that a new one continues."""
        versions = await self._find(of_platform().filter(**{"content.id": id}), [("published_at", -1)], 1)
        return parse(versions[0].content, stored=True) if versions else None

    async def lineage(self, id: str, first: str, last: str) -> list[Questionnaire]:
        """The versions from `first` to `last`, each the one that the next continues.

        Raises:
            Problem: 404 there is no such version; 422 `last` does not go back to `first`.
        """
        await self._stored(id, first)
        ancestors = await self.ancestors(id, last)
        if first == last:
            raise invalid(FieldError("/to", "Choose two different versions."))
        if first not in ancestors:
            raise invalid(FieldError("/from", "The version to compare with does not go back to this one; swap them."))
        chain = [last, *ancestors[: ancestors.index(first) + 1]]
        return [await self._as_published(id, version) for version in reversed(chain)]

    async def ancestors(self, id: str, version: str) -> list[str]:
        """The versions it goes back to, the closest first. Raises Problem 404."""
        chain: list[str] = []
        while (former := (await self._stored(id, chain[-1] if chain else version)).follows) is not None:
            chain.append(former)
        return chain

    async def _stored(self, id: str, version: str) -> StoredQuestionnaire:
        questionnaire = await self.get(of_platform(), f"{id}:{version}")
        if questionnaire is None or questionnaire.id_and_version != (id, version):
            raise not_found("questionnaire")
        return questionnaire


def _same_version(published: StoredQuestionnaire, answer: Published) -> Published:
    if published.content_hash == answer["content_hash"] and published.id_and_version[0] == answer["id"]:
        return answer
    raise conflict("version-published", "This version is published with other content; publish a new version.")


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
