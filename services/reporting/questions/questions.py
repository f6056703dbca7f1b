"""Asking and answering: who may read and write what."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import msgspec

from chassis.clock import Clock
from chassis.http.problems import FieldError, invalid, not_found
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope, of_document
from contracts import reporting as events
from contracts.envelope import Event
from services.reporting.domain.contribution import About, Status, initial_status, key_of, question_key, role_of
from services.reporting.municipalities import Municipalities
from services.reporting.practices.library import PracticeLibrary
from services.reporting.questions.documents import Answer, Contribution, Question
from services.reporting.questions.news import QuestionNews, RingMembers, news_of
from services.reporting.questions.refusals_staff import OWN, SUSPENDED, refused
from services.reporting.questions.repository import (
    MOST_ANSWERS,
    AnswerRepository,
    FollowingRepository,
    QuestionRepository,
)

MOST_QUESTIONS = 1_000
C = TypeVar("C", bound=Contribution)


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody writes. `roles`: those they hold in their municipality."""

    text: dict[str, str]
    named: bool
    roles: Collection[str]


class Questions:
    """Asks, answers, moderates and follows questions."""

    def __init__(
        self,
        questions: QuestionRepository,
        answers: AnswerRepository,
        followings: FollowingRepository,
        library: PracticeLibrary,
        rings: RingMembers,
        municipalities: Municipalities,
        clock: Clock,
    ) -> None:
        self._questions = questions
        self._answers = answers
        self._followings = followings
        self._library = library
        self._rings = rings
        self._municipalities = municipalities
        self._news = QuestionNews(followings, library, rings, municipalities)
        self._clock = clock

    async def ask(
        self, scope: TenantScope, about: About, subject: str, entry: Entry, key: IdempotencyKey
    ) -> tuple[Question, bool]:
        """A new question, and whether it stood there from an earlier request.

        Raises Problem: 404 no such practice or ring; 409 nobody there could answer any more, or too many questions; 422 the one
        municipality that is asked is not known, takes part no more, is suspended, or is the one that asks.
        """
        if about == "municipality":
            await self._check_to(scope, subject)
        addressed = await self._news.addressed(scope, about, subject)
        if await self._questions.has_as_many(scope, MOST_QUESTIONS):
            raise refused("too-many-questions")
        now = self._clock.now()
        status = initial_status(entry.text.values(), entry.named)
        question = Question(
            id=key.new_document_id(),
            tenant=scope.tenant,
            about=about,
            subject=subject,
            text=entry.text,
            named=entry.named,
            role=role_of(entry.roles),
            status=status,
            announced=status == "open",
            at=now,
            changed_at=now,
        )
        news = await self._news.of_question(question, addressed) if question.announced else []
        _, replayed = await self._questions.add_once(scope, question, [_event_asked(question), *news], None, key, now)
        if replayed:
            return await self._get_own(scope, question.id), True
        await self.follow(scope, question_key(question.id), True)
        return question, False

    async def answer(
        self, scope: TenantScope, id: str, entry: Entry, key: IdempotencyKey
    ) -> tuple[Question, Answer, bool]:
        """An answer to a question, and whether it stood there from an earlier request. Raises Problem: 404; 409 enough answers."""
        question, now = await self.get_readable(scope, id), self._clock.now()
        if question.status != "open":
            raise refused("question-not-open")
        status = initial_status(entry.text.values(), entry.named)
        answer = Answer(
            id=key.new_document_id(),
            tenant=scope.tenant,
            question=id,
            text=entry.text,
            named=entry.named,
            role=role_of(entry.roles),
            status=status,
            announced=status == "open",
            at=now,
            changed_at=now,
        )
        if (await self._answers.get(scope, answer.id)) is None:
            await self._count_answer(question)
        answer_given = events.AnswerGiven(question_id=id, answer_id=answer.id, standing=status)
        news = await self._news.of_answer(answer) if answer.announced else []
        _, replayed = await self._answers.add_once(scope, answer, [answer_given, *news], None, key, now)
        if replayed:
            stored = await self._answers.get(scope, answer.id)
            if stored is None or stored.question != id:
                raise not_found("answer")
            return question, stored, True
        return question, answer, False

    async def set_helped(self, scope: TenantScope, id: str, answer: str, helped: bool) -> None:
        """Whoever asked says whether an answer helped. Raises Problem 404, also for everybody else."""
        question = await self._get_own(scope, id)
        stored_answer = await self._answers.get_in_any_tenant(id, answer)
        if stored_answer is None or stored_answer.status != "open":
            raise not_found("answer")
        now = self._clock.now()

        def change(before: Answer) -> Decision[Answer] | None:
            if before.helped == helped:
                return None
            event = events.AnswerHelped(question_id=id, answer_id=answer, helped=helped)
            news = news_of("answer-helped", id, [before.tenant] if helped else (), question.tenant)
            return Decision(msgspec.structs.replace(before, helped=helped, changed_at=now), [event, *news])

        await self._answers.change(of_document({"tenant": stored_answer.tenant}), answer, change, now)

    async def moderate_question(self, id: str, show: bool, reason: str) -> Question:
        """The office shows or hides a question; who follows hears of it when it is shown first. Raises Problem 404."""
        question = await self.get_in_any_tenant(id)
        addressed = await self._news.still_addressed(question)
        news, now = await self._news.of_question(question, addressed), self._clock.now()

        def change(before: Question) -> Decision[Question] | None:
            event = events.QuestionModerated(question_id=id, standing=_moderated_status(show))
            return _moderation(before, show, reason, event, news, now)

        scope = of_document({"tenant": question.tenant})
        await self._questions.change(scope, id, change, now)
        return await self._get_own(scope, id)

    async def moderate_answer(self, id: str, answer: str, show: bool, reason: str) -> Question:
        """The office shows or hides an answer. Raises Problem 404."""
        stored_answer, question = (
            await self._answers.get_in_any_tenant(id, answer),
            await self._questions.get_in_any_tenant(id),
        )
        if stored_answer is None or question is None:
            raise not_found("answer")
        news, now = await self._news.of_answer(stored_answer), self._clock.now()

        def change(before: Answer) -> Decision[Answer] | None:
            event = events.AnswerModerated(question_id=id, answer_id=answer, standing=_moderated_status(show))
            return _moderation(before, show, reason, event, news, now)

        await self._answers.change(of_document({"tenant": stored_answer.tenant}), answer, change, now)
        return question

    async def follow(self, scope: TenantScope, key: str, follows: bool) -> None:
        """Hear of what is new there, or no more."""
        event = events.FollowingChanged(key=key, follows=follows)
        await self._followings.set_following(scope, key, follows, (event,), self._clock.now())

    async def follow_question(self, scope: TenantScope, id: str, follows: bool) -> None:
        """Follow a question, or no more. Raises Problem 404."""
        await self.get_readable(scope, id)
        await self.follow(scope, question_key(id), follows)

    async def follow_practice(self, scope: TenantScope, id: str, follows: bool) -> None:
        """Follow a practice, or no more. Raises Problem 404."""
        await self._library.get_published(id, public=False)
        await self.follow(scope, key_of("practice", id), follows)

    async def get_readable(self, scope: TenantScope, id: str) -> Question:
        """A question that the municipality may read: an open one to it, everybody, a practice or its ring, or its own. Raises Problem 404."""
        question = await self._questions.get_in_any_tenant(id)
        own = question is not None and question.tenant == scope.tenant
        if question is None or (question.status != "open" and not own):
            raise not_found("question")
        if question.about == "ring" and question.subject not in await self._rings.ring_ids(scope):
            raise not_found("question")
        if question.about == "municipality" and scope.tenant not in (question.tenant, question.subject):
            raise not_found("question")
        return question

    async def get_in_any_tenant(self, id: str) -> Question:
        """A question of any municipality, for the office. Raises Problem 404."""
        question = await self._questions.get_in_any_tenant(id)
        if question is None:
            raise not_found("question")
        return question

    async def _get_own(self, scope: TenantScope, id: str) -> Question:
        question = await self._questions.get(scope, id)
        if question is None:
            raise not_found("question")
        return question

    async def _check_to(self, scope: TenantScope, slug: str) -> None:
        """Check that the municipality can be asked. Raises Problem 422 where this municipality can't be asked."""
        if slug == scope.tenant:
            raise invalid(FieldError("/to", OWN))
        await self._municipalities.check_open({"/to": slug}, SUSPENDED)

    async def _count_answer(self, question: Question) -> None:
        """Count an answer at its question. Raises Problem 409: there are enough."""

        def change(before: Question) -> Decision[Question]:
            if before.answers >= MOST_ANSWERS:
                raise refused("enough-answers")
            return Decision(msgspec.structs.replace(before, answers=before.answers + 1))

        scope = of_document({"tenant": question.tenant})
        await self._questions.change(scope, question.id, change, self._clock.now())


def _event_asked(question: Question) -> Event:
    if question.about == "municipality":
        return events.QuestionAddressed(
            question_id=question.id, municipality=question.subject, standing=question.status
        )
    return events.QuestionAsked(
        question_id=question.id, about=question.about, subject_id=question.subject, standing=question.status
    )


def _moderated_status(show: bool) -> Status:
    return "open" if show else "hidden"


def _moderation(
    before: C, show: bool, reason: str, event: Event, news: Sequence[Event], now: datetime
) -> Decision[C] | None:
    """The decision to show or hide a contribution; None where that changes nothing. `news` goes out when it is first shown."""
    after = msgspec.structs.replace(
        before, status=_moderated_status(show), reason="" if show else reason, announced=before.announced or show
    )
    if after == before:
        return None
    is_first_shown = after.announced and not before.announced
    return Decision(msgspec.structs.replace(after, changed_at=now), [event, *(news if is_first_shown else ())])
