"""Stores questions, answers and followings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

import msgspec
from pymongo import ASCENDING, DESCENDING, IndexModel

from chassis.storage.aggregates import Aggregates, Events, Exists
from chassis.storage.mongo import Document
from chassis.storage.pagination import cursor_at, unknown_place
from chassis.storage.repository import Decision, Repository, older_than
from chassis.storage.tenancy import TenantScope
from services.reporting.questions.documents import Answer, Following, Question

MOST_ANSWERS = 200
MOST_FOLLOWERS = 12_000


def cursor_of(question: Question) -> str:
    """The cursor by which a list of the newest goes on after this question."""
    return cursor_at(f"{int(question.at.timestamp() * 1000)}~{question.id}")


def _older_than_cursor(place: str | None) -> Document:
    if place is None:
        return {}
    time, _, id = place.partition("~")
    if not (time.isascii() and time.isdigit() and len(time) < 15 and id):
        raise unknown_place()
    at = datetime.fromtimestamp(int(time) / 1000, UTC)
    return older_than(at, id)


class QuestionRepository(Repository[Question]):
    """Stores questions of all municipalities."""

    def __init__(self, aggregates: Aggregates) -> None:
        super().__init__(Question, aggregates)

    async def ensure_indexes(self) -> None:
        await self._aggregates.ensure_indexes(
            [
                IndexModel([("about", ASCENDING), ("subject", ASCENDING), ("at", DESCENDING)], name="about"),
                IndexModel([("tenant", ASCENDING), ("at", DESCENDING)], name="tenant"),
                IndexModel([("standing", ASCENDING), ("at", ASCENDING)], name="standing"),
                IndexModel([("at", DESCENDING), ("_id", DESCENDING)], name="newest"),
            ]
        )

    async def get_in_any_tenant(self, id: str) -> Question | None:
        questions = await self._find({"_id": id}, limit=1)
        return questions[0] if questions else None

    async def list_page(
        self,
        about: Sequence[tuple[str, str]] | None,
        rings: Collection[str] | None,
        own: str | None,
        limit: int,
        after: str | None,
    ) -> list[Question]:
        """The newest, open ones and those of `own`: about any of these, else all but those of other rings than `rings`
        and those between two others.

        None of all: everything, for the office.
        """
        conditions: list[Document] = [_older_than_cursor(after)]
        if about is not None:
            conditions.append({"$or": [{"about": kind, "subject": subject} for kind, subject in about]})
        elif rings is not None:
            to_one = {"about": "municipality", "$or": [{"subject": own}, {"tenant": own}]}
            to_rings = {"about": "ring", "subject": {"$in": sorted(rings)}}
            conditions.append({"$or": [{"about": {"$in": ["everybody", "practice"]}}, to_rings, to_one]})
        if own is not None:
            conditions.append({"$or": [{"standing": "open"}, {"tenant": own}]})
        return await self._find({"$and": conditions}, [("at", -1), ("_id", -1)], limit)

    async def list_waiting(self, limit: int) -> list[Question]:
        """What the office has to read, the oldest first."""
        return await self._find({"standing": "waiting"}, [("at", 1)], limit)

    async def list_unanswered(self, about: Sequence[tuple[str, str]], limit: int) -> list[Question]:
        """Open questions about any of these that nobody has answered, the newest first."""
        subjects = [{"about": kind, "subject": subject} for kind, subject in about]
        # No answers yet is the default, which is not stored.
        unanswered: Document = {"standing": "open", "answers": {"$in": [None, 0]}, "$or": subjects}
        return await self._find(unanswered, [("at", -1)], limit)

    async def has_as_many(self, scope: TenantScope, most: int) -> bool:
        """Whether the municipality has asked so many questions, or more."""
        return len(await self._find(scope.filter(), limit=most)) >= most


class AnswerRepository(Repository[Answer]):
    """Stores answers of all municipalities."""

    def __init__(self, aggregates: Aggregates) -> None:
        super().__init__(Answer, aggregates)

    async def ensure_indexes(self) -> None:
        await self._aggregates.ensure_indexes(
            [
                IndexModel([("question", ASCENDING), ("_id", ASCENDING)], name="question"),
                IndexModel([("tenant", ASCENDING), ("_id", ASCENDING)], name="tenant"),
                IndexModel([("standing", ASCENDING), ("at", ASCENDING)], name="standing"),
            ]
        )

    async def get_in_any_tenant(self, question: str, id: str) -> Answer | None:
        answers = await self._find({"_id": id, "question": question}, limit=1)
        return answers[0] if answers else None

    async def list_of_question(self, question: str) -> list[Answer]:
        """What helped first, then in the order of writing."""
        answers = await self._find({"question": question}, limit=MOST_ANSWERS)
        return sorted(answers, key=lambda one: (not one.helped, one.at, one.id))

    async def list_waiting(self, limit: int) -> list[Answer]:
        return await self._find({"standing": "waiting"}, [("at", 1)], limit)


class FollowingRepository(Repository[Following]):
    """Stores what each municipality follows."""

    def __init__(self, aggregates: Aggregates) -> None:
        super().__init__(Following, aggregates)

    async def ensure_indexes(self) -> None:
        await self._aggregates.ensure_indexes(
            [
                IndexModel([("key", ASCENDING)], name="key", partialFilterExpression={"follows": True}),
                IndexModel([("tenant", ASCENDING), ("key", ASCENDING)], name="tenant"),
            ]
        )

    async def set_following(self, scope: TenantScope, key: str, follows: bool, events: Events, now: datetime) -> None:
        """Follow or not from now on; events are told where that changes something."""
        id = f"{scope.tenant}:{key}"

        def change(before: Following) -> Decision[Following] | None:
            after = msgspec.structs.replace(before, follows=follows)
            return None if after == before else Decision(after, events)

        if await self.change(scope, id, change, now) is None:
            try:
                await self.add(scope, Following(id=id, tenant=scope.tenant, key=key, follows=follows), events, now)
            except Exists:
                await self.change(scope, id, change, now)

    async def list_followers(self, key: str) -> list[str]:
        """Municipalities that hear of what is new there."""
        return [one.tenant for one in await self._find({"key": key, "follows": True}, limit=MOST_FOLLOWERS)]

    async def list_followed(self, scope: TenantScope, keys: Collection[str]) -> set[str]:
        """Which of these the municipality follows."""
        followings = await self._find(scope.filter(key={"$in": sorted(keys)}, follows=True))
        return {one.key for one in followings}
