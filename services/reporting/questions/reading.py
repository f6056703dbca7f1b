"""Questions and answers as those see them who may read them. Authors appear as role and municipality, or as role alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from chassis.clock import rfc3339
from chassis.storage.tenancy import TenantScope
from services.reporting.domain.contribution import hints_of, key_of, question_key
from services.reporting.municipalities import Municipalities
from services.reporting.practices.library import PracticeLibrary
from services.reporting.questions.documents import Answer, Contribution, Question
from services.reporting.questions.news import RingMembers
from services.reporting.questions.questions import Questions
from services.reporting.questions.repository import AnswerRepository, FollowingRepository, QuestionRepository, cursor_of

WAITING = 100
"""Of each kind that the office sees at once."""
JsonObject = dict[str, Any]
Names = Mapping[str, JsonObject]
"""Municipalities with their names, by slug."""


class ReadQuestions:
    """Reads questions and answers as somebody may see them. `scope` of None: the programme office, which sees everything and who
    wrote it."""

    def __init__(
        self,
        questions: QuestionRepository,
        answers: AnswerRepository,
        followings: FollowingRepository,
        use_cases: Questions,
        library: PracticeLibrary,
        rings: RingMembers,
        municipalities: Municipalities,
    ) -> None:
        self._questions = questions
        self._answers = answers
        self._followings = followings
        self._use_cases = use_cases
        self._library = library
        self._rings = rings
        self._municipalities = municipalities

    async def list_page(
        self, scope: TenantScope | None, limit: int, after: str | None, ring: str | None = None
    ) -> JsonObject:
        """The newest that the municipality may read: to everybody, to practices, to its rings, to it alone; or those of one ring alone."""
        rings = await self._rings.ring_ids(scope) if scope else ()
        own = scope.tenant if scope else None
        if ring is not None:
            about: Sequence[tuple[str, str]] = [("ring", ring)] if scope is None or ring in rings else [("ring", "")]
            questions = await self._questions.list_page(about, None, own, limit + 1, after)
        else:
            readable_rings = None if scope is None else rings
            questions = await self._questions.list_page(None, readable_rings, own, limit + 1, after)
        items = questions[:limit]
        followed = (
            await self._followings.list_followed(scope, [question_key(one.id) for one in items]) if scope else set()
        )
        return {
            "items": await self._list_as_json(items, scope, followed),
            "next": cursor_of(items[-1]) if len(questions) > limit else None,
        }

    async def list_about_practice(
        self, scope: TenantScope | None, practice: str, limit: int, after: str | None
    ) -> JsonObject:
        """Questions about a practice, the newest first. Raises Problem 404: no such practice."""
        await self._library.get_published(practice, public=False)
        own = scope.tenant if scope else None
        questions = await self._questions.list_page([("practice", practice)], None, own, limit + 1, after)
        items = questions[:limit]
        return {
            "items": await self._list_as_json(items, scope, set()),
            "next": cursor_of(items[-1]) if len(questions) > limit else None,
            "follows": bool(scope and await self._followings.list_followed(scope, [key_of("practice", practice)])),
        }

    async def get(self, scope: TenantScope | None, id: str) -> JsonObject:
        """A question with its answers, what helped first. Raises Problem 404."""
        question = await (self._use_cases.get_readable(scope, id) if scope else self._use_cases.get_in_any_tenant(id))
        followed = await self._followings.list_followed(scope, [question_key(id)]) if scope else set()
        answers = await self._answers.list_of_question(id)
        if scope is not None:
            answers = [answer for answer in answers if answer.status == "open" or answer.tenant == scope.tenant]
        names = await self._names_for([question, *answers], scope)
        return _as_json(question, scope, names, followed) | {
            "answers": [_answer_as_json(answer, scope, names) for answer in answers]
        }

    async def follows_everything(self, scope: TenantScope) -> bool:
        return bool(await self._followings.list_followed(scope, ["everybody"]))

    async def list_waiting(self) -> JsonObject:
        """What the office has to read, the oldest first."""
        questions, answers = await self._questions.list_waiting(WAITING), await self._answers.list_waiting(WAITING)
        names = await self._names_for([*questions, *answers], None)
        return {
            "questions": [_as_json(one, None, names, set()) for one in questions],
            "answers": [_answer_as_json(one, None, names) | {"question": one.question} for one in answers],
        }

    async def answer(self, scope: TenantScope, answer: Answer) -> JsonObject:
        """An answer as its author sees it."""
        return _answer_as_json(answer, scope, await self._names_for([answer], scope)) | {"question": answer.question}

    async def _list_as_json(
        self, items: Sequence[Question], scope: TenantScope | None, followed: Collection[str]
    ) -> list[JsonObject]:
        names = await self._names_for(items, scope)
        return [_as_json(one, scope, names, followed) for one in items]

    async def _names_for(self, contributions: Sequence[Contribution], scope: TenantScope | None) -> Names:
        """Names of those whose name may stand with what they wrote, and of those who are asked alone."""
        authors = [one.tenant for one in contributions if _is_named(one, scope)]
        addressed = [one.subject for one in contributions if isinstance(one, Question) and one.about == "municipality"]
        return await self._municipalities.list_named([*authors, *addressed])


def _as_json(question: Question, scope: TenantScope | None, names: Names, followed: Collection[str]) -> JsonObject:
    return {
        "id": question.id,
        "about": {
            "kind": question.about,
            "practice": question.subject if question.about == "practice" else None,
            "ring": question.subject if question.about == "ring" else None,
            "municipality": names.get(question.subject) if question.about == "municipality" else None,
        },
        **_contribution(question, scope, names),
        "written_answers": question.answers,
        "follows": question_key(question.id) in followed,
    }


def _answer_as_json(answer: Answer, scope: TenantScope | None, names: Names) -> JsonObject:
    return {"id": answer.id, **_contribution(answer, scope, names), "helped": answer.helped}


def _contribution(contribution: Contribution, scope: TenantScope | None, names: Names) -> JsonObject:
    own = _is_own(contribution, scope)
    return {
        "text": contribution.text,
        "author": {
            "role": contribution.role,
            "municipality": names.get(contribution.tenant) if _is_named(contribution, scope) else None,
            "own": own,
        },
        "named": contribution.named,
        "status": contribution.status,
        "reason": contribution.reason if own or scope is None else "",
        "hints": hints_of(contribution.text.values()) if own else [],
        "at": rfc3339(contribution.at),
        "as_of": rfc3339(contribution.changed_at),
    }


def _is_named(contribution: Contribution, scope: TenantScope | None) -> bool:
    return contribution.named or scope is None or _is_own(contribution, scope)


def _is_own(contribution: Contribution, scope: TenantScope | None) -> bool:
    return scope is not None and scope.tenant == contribution.tenant
