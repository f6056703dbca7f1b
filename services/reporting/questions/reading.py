"""Questions and answers as those see them who may read them. Authors appear as role and municipality, or as role alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from chassis.clock import rfc3339
from chassis.storage.tenancy import TenantScope
from services.reporting.domain.contribution import key_of, names_a_person, question_key
from services.reporting.municipalities import Municipalities
from services.reporting.practices.library import PracticeLibrary
from services.reporting.questions.documents import Answer, Contribution, Question
from services.reporting.questions.questions import Questions, RingMembers
from services.reporting.questions.repository import AnswerRepository, FollowingRepository, QuestionRepository, cursor_of

WAITING = 100
"""Of each kind that the office sees at once."""
Told = dict[str, Any]


class ReadQuestions:
    """`scope` of None: the programme office, which sees everything and who wrote it."""

    def __init__(
        self,
        questions: QuestionRepository,
        answers: AnswerRepository,
        followings: FollowingRepository,
        use: Questions,
        library: PracticeLibrary,
        rings: RingMembers,
        municipalities: Municipalities,
    ) -> None:
        self._questions = questions
        self._answers = answers
        self._followings = followings
        self._use = use
        self._library = library
        self._rings = rings
        self._municipalities = municipalities

    async def listed(self, scope: TenantScope | None, limit: int, after: str | None, ring: str | None = None) -> Told:
        """The newest that the municipality may read: to everybody, to practices, to its rings; or those of one ring alone."""
        rings = await self._rings.of(scope) if scope else ()
        if ring is not None:
            about: Sequence[tuple[str, str]] = [("ring", ring)] if scope is None or ring in rings else [("ring", "")]
            found = await self._questions.listed(about, None, scope.tenant if scope else None, limit + 1, after)
        else:
            hidden = None if scope is None else rings
            found = await self._questions.listed(None, hidden, scope.tenant if scope else None, limit + 1, after)
        items = found[:limit]
        followed = await self._followings.followed(scope, [question_key(one.id) for one in items]) if scope else set()
        told = [await self._told(one, scope, followed) for one in items]
        return {"items": told, "next": cursor_of(items[-1]) if len(found) > limit else None}

    async def about_practice(self, scope: TenantScope | None, practice: str, limit: int, after: str | None) -> Told:
        """Raises Problem 404: no such practice."""
        await self._library.published(practice, public=False)
        own = scope.tenant if scope else None
        found = await self._questions.listed([("practice", practice)], None, own, limit + 1, after)
        items = found[:limit]
        return {
            "items": [await self._told(one, scope, set()) for one in items],
            "next": cursor_of(items[-1]) if len(found) > limit else None,
            "follows": bool(scope and await self._followings.followed(scope, [key_of("practice", practice)])),
        }

    async def one(self, scope: TenantScope | None, id: str) -> Told:
        """With its answers, what helped first. Raises Problem 404."""
        question = await (self._use.readable(scope, id) if scope else self._use.any_one(id))
        followed = await self._followings.followed(scope, [question_key(id)]) if scope else set()
        answers = [
            one
            for one in await self._answers.of(id)
            if scope is None or one.standing == "open" or one.tenant == scope.tenant
        ]
        return await self._told(question, scope, followed) | {
            "answers": [await self._told_answer(one, scope) for one in answers]
        }

    async def follows_everything(self, scope: TenantScope) -> bool:
        return bool(await self._followings.followed(scope, ["everybody"]))

    async def waiting(self) -> Told:
        """What the office has to read, the oldest first."""
        return {
            "questions": [await self._told(one, None, set()) for one in await self._questions.waiting(WAITING)],
            "answers": [
                await self._told_answer(one, None) | {"question": one.question}
                for one in await self._answers.waiting(WAITING)
            ],
        }

    async def _told(self, one: Question, scope: TenantScope | None, followed: Collection[str]) -> Told:
        return {
            "id": one.id,
            "about": {
                "kind": one.about,
                "practice": one.subject if one.about == "practice" else None,
                "ring": one.subject if one.about == "ring" else None,
            },
            **await self._contribution(one, scope),
            "written_answers": one.answers,
            "follows": question_key(one.id) in followed,
        }

    async def answer(self, scope: TenantScope, one: Answer) -> Told:
        """As its author sees it."""
        return await self._told_answer(one, scope) | {"question": one.question}

    async def _told_answer(self, one: Answer, scope: TenantScope | None) -> Told:
        return {"id": one.id, **await self._contribution(one, scope), "helped": one.helped}

    async def _contribution(self, one: Contribution, scope: TenantScope | None) -> Told:
        own = scope is not None and scope.tenant == one.tenant
        shown = one.named or own or scope is None
        hints = ["names-a-person"] if own and any(names_a_person(text) for text in one.text.values()) else []
        return {
            "text": one.text,
            "author": {
                "role": one.role,
                "municipality": await self._municipalities.named(one.tenant) if shown else None,
                "own": own,
            },
            "named": one.named,
            "status": one.standing,
            "reason": one.reason if own or scope is None else "",
            "hints": hints,
            "at": rfc3339(one.at),
            "as_of": rfc3339(one.changed_at),
        }
