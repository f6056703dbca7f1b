"""Decides which municipalities are notified of questions and answers: those addressed, and those who follow."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol

from chassis.http.problems import Problem, not_found
from chassis.storage.tenancy import TenantScope, of_document
from contracts import reporting as events
from contracts.envelope import Event
from services.reporting.domain.contribution import About, News, in_batches, question_key
from services.reporting.municipalities import Municipalities
from services.reporting.practices.library import PracticeLibrary
from services.reporting.questions.documents import Answer, Question
from services.reporting.questions.refusals_staff import refused
from services.reporting.questions.repository import FollowingRepository

KEPT_FROM_OTHERS: Collection[About] = ("ring", "municipality")
"""Questions about these are announced to those addressed alone."""


class RingMembers(Protocol):
    """What rings say about their members."""

    async def members(self, ring: str) -> Collection[str]:
        """Slugs; empty where there is no such ring."""

    async def ring_ids(self, scope: TenantScope) -> Collection[str]:
        """Ids of the rings that a municipality belongs to."""


class QuestionNews:
    """Makes the events that tell municipalities of questions and answers."""

    def __init__(
        self,
        followings: FollowingRepository,
        library: PracticeLibrary,
        rings: RingMembers,
        municipalities: Municipalities,
    ) -> None:
        self._followings = followings
        self._library = library
        self._rings = rings
        self._municipalities = municipalities

    async def addressed(self, scope: TenantScope, about: About, subject: str) -> Collection[str]:
        """Municipalities notified beside those who follow: the municipality behind the practice, the members of the ring, the one asked.

        Raises Problem: 404 no such practice or ring; 409 the municipality behind the practice takes part no more.
        """
        if about == "practice":
            owner = (await self._library.get_published(subject, public=False)).tenant
            if not await self._municipalities.takes_part(owner):
                raise refused("municipality-left")
            return {owner}
        if about == "ring":
            members = await self._rings.members(subject)
            if scope.tenant not in members:
                raise not_found("ring")
            return members
        if about == "municipality" and await self._municipalities.takes_part(subject):
            return {subject}
        return ()

    async def still_addressed(self, question: Question) -> Collection[str]:
        """Municipalities addressed by a stored question; none where the practice, ring or municipality is gone."""
        try:
            return await self.addressed(of_document({"tenant": question.tenant}), question.about, question.subject)
        except Problem:
            return ()

    async def of_question(self, question: Question, addressed: Iterable[str]) -> list[Event]:
        """The events that tell of a question: those who are addressed, and who follows."""
        followers = [] if question.about in KEPT_FROM_OTHERS else await self._followings.list_followers(question.key)
        return news_of("question-asked", question.id, {*addressed, *followers}, question.tenant)

    async def of_answer(self, answer: Answer) -> list[Event]:
        """The events that tell of an answer."""
        followers = await self._followings.list_followers(question_key(answer.question))
        return news_of("question-answered", answer.question, followers, answer.tenant)


def news_of(news: News, question: str, municipalities: Iterable[str], author: str) -> list[Event]:
    """The events that tell municipalities, except who wrote it, of something new."""
    return [
        events.ExchangeTold(news=news, subject_id=question, municipalities=part)
        for part in in_batches(municipalities, author)
    ]
