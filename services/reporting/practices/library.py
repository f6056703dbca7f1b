"""The practice library: municipalities write, the office reviews, everybody finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from chassis.clock import Clock, rfc3339
from chassis.http.problems import Problem, not_found
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.pagination import cursor_at
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope, of_document
from chassis.text.languages import BERLIN
from contracts import reporting as events
from contracts.envelope import Event
from services.reporting.costs import shown_cost
from services.reporting.domain.contribution import hints_of
from services.reporting.domain.practice import (
    TEXTS,
    Command,
    Content,
    Happened,
    PracticeState,
    Refusal,
    Write,
    decide,
    size_of,
)
from services.reporting.municipalities import Municipalities
from services.reporting.practices.documents import Practice
from services.reporting.practices.refusals_staff import refused, unknown_fields
from services.reporting.practices.repository import PracticeRepository
from services.reporting.practices.search import Filters, PracticeSearch
from services.reporting.results.repository import AssessmentRepository

MOST_PRACTICES = 500


class PracticeLibrary:
    """Use cases around practices."""

    def __init__(
        self,
        practices: PracticeRepository,
        search: PracticeSearch,
        assessments: AssessmentRepository,
        municipalities: Municipalities,
        clock: Clock,
    ) -> None:
        self._practices = practices
        self._assessments = assessments
        self._search = search
        self._municipalities = municipalities
        self._clock = clock

    async def create(self, scope: TenantScope, content: Content, key: IdempotencyKey) -> tuple[Practice, bool]:
        """A new draft, and whether it stood there from an earlier request. Raises Problem: 409 too many; 422."""
        if len(await self._practices.list_all(scope)) >= MOST_PRACTICES:
            raise Problem(
                409, "too-many-practices", "Too many practices", "Retire practices that are out of date first."
            )
        await self._check_fields(content)
        now = self._clock.now()
        state = PracticeState(draft=content)
        practice = Practice(id=key.new_document_id(), tenant=scope.tenant, state=state, created_at=now, changed_at=now)
        _, replayed = await self._practices.add_once(scope, practice, (), None, key, now)
        return (await self.get(scope, practice.id) if replayed else practice), replayed

    async def get(self, scope: TenantScope, id: str) -> Practice:
        """A practice of the municipality itself. Raises Problem 404."""
        practice = await self._practices.get(scope, id)
        if practice is None:
            raise not_found("practice")
        return practice

    async def get_in_any_tenant(self, id: str) -> Practice:
        """A practice of any municipality, for the office. Raises Problem 404."""
        practice = await self._practices.get_in_any_tenant(id)
        if practice is None:
            raise not_found("practice")
        return practice

    async def get_published(self, id: str, public: bool) -> Practice:
        """What stands in the library. `public`: only what everybody may read. Raises Problem 404."""
        practice = await self.get_in_any_tenant(id)
        content = practice.state.published
        if content is None or practice.state.retired or (public and not content.public):
            raise not_found("practice")
        return practice

    async def list_published(self, ids: Sequence[str]) -> list[Practice]:
        """Published practices with these ids, the newest first."""
        practices = await self._practices.get_many(ids)
        published = [one for one in practices.values() if one.state.published is not None and not one.state.retired]
        return sorted(published, key=lambda one: (one.state.published_at or one.created_at, one.id), reverse=True)

    async def list_all(self, scope: TenantScope) -> list[Practice]:
        return await self._practices.list_all(scope)

    async def list_submitted(self) -> list[Practice]:
        return await self._practices.list_submitted(200)

    async def carry_out(
        self,
        scope: TenantScope,
        id: str,
        command: Command,
        key: IdempotencyKey | None = None,
        revision: int | None = None,
    ) -> Practice:
        """Carry out a command and keep the index true. `revision`: the one that was seen; another is refused.

        Raises Problem: 404; 409 where the command does not fit or somebody changed the practice meanwhile; 422.
        """
        if isinstance(command, Write):
            await self._check_fields(command.content)
        now = self._clock.now()

        def change(before: Practice) -> Decision[Practice]:
            if revision is not None and revision != before.revision:
                raise Problem(
                    409,
                    "practice-changed",
                    "Changed meanwhile",
                    "Somebody else has changed this practice meanwhile. Look at it first.",
                )
            try:
                state, happened = decide(before.state, command, now)
            except Refusal as refusal:
                raise refused(refusal) from None
            after = msgspec.structs.replace(
                before,
                state=state,
                revision=before.revision + 1,
                changed_at=now,
                due_at=state.confirm_by,
                index_at=before.index_at if isinstance(command, Write) else now,
            )
            return Decision(after, _events(after, happened), {"id": id})

        result = await self._practices.change(scope, id, change, now, key)
        if result is None:
            raise not_found("practice")
        after = await self.get(scope, id)
        if not isinstance(command, Write):
            await self._index(after)
        return after

    async def get_with_scope(self, id: str) -> tuple[TenantScope, Practice]:
        """A practice with the scope of its municipality: for the office, which acts on all. Raises Problem 404."""
        practice = await self.get_in_any_tenant(id)
        return of_document({"tenant": practice.tenant}), practice

    async def ask_for_confirmation(self, document: Document) -> None:
        """A year is over: ask the municipality once."""
        scope = of_document(document)

        def change(before: Practice) -> Decision[Practice]:
            event = events.PracticeConfirmationDue(practice_id=before.id)
            return Decision(msgspec.structs.replace(before, due_at=None), (event,))

        await self._practices.change(scope, document["_id"], change, self._clock.now())

    async def find(
        self, query: str, language: str, filters: Filters, limit: int, after: str = ""
    ) -> tuple[list[tuple[Practice, tuple[str, ...]]], str | None]:
        """Published practices, the best first, each with the words that were met; and the cursor that leads on."""
        hits = await self._search.find(query, language, filters, limit + 1, after)
        next_cursor = cursor_at(hits[limit - 1].id) if len(hits) > limit else None
        hits = hits[:limit]
        practices = await self._practices.get_many([hit.id for hit in hits])
        answers = []
        for hit in hits:
            practice = practices.get(hit.id)
            content = practice.state.published if practice else None
            if practice is None or content is None or practice.state.retired or (filters.public and not content.public):
                continue
            if await self._municipalities.takes_part(practice.tenant):
                answers.append((practice, tuple(hit.matched)))
        return answers, next_cursor

    async def describe(self, practice: Practice, *, own: bool = False, matched: tuple[str, ...] = ()) -> dict[str, Any]:
        """A practice as the API and pages show it; the municipality's name only with its consent, or to itself."""
        state = practice.state
        content = (state.draft or state.published) if own else state.published
        assert content is not None
        facts = await self._municipalities.get(practice.tenant)
        shows_name = own or content.named
        return {
            "id": practice.id,
            "status": state.status,
            "edition": state.edition,
            "municipality": {"slug": practice.tenant, "name": facts["name"]} if shows_name else None,
            "size": size_of(facts["inhabitants"]),
            **content_as_json(content),
            "first_published": _moment(state.first_published),
            "last_confirmed": _moment(state.last_confirmed),
            "outdated": state.confirm_by is not None and state.confirm_by < self._clock.now(),
            "licence": "CC BY 4.0",
            "as_of": rfc3339(practice.changed_at),
            **(_owner_fields(practice, content) if own else {}),
            **({"matched": list(matched)} if matched else {}),
        }

    async def index(self, document: Document) -> None:
        """Write the search entry of a practice that changed, however often that is tried."""
        scope = of_document(document)
        practice = await self.get(scope, document["_id"])
        await self._index(practice)

        def mark_indexed(before: Practice) -> Decision[Practice] | None:
            if before.revision != practice.revision:
                return None  # Changed meanwhile: the next look writes it once more.
            return Decision(msgspec.structs.replace(before, index_at=None))

        await self._practices.change(scope, practice.id, mark_indexed, self._clock.now())

    async def _check_fields(self, content: Content) -> None:
        """Fields are those of the programme's questionnaires, also of earlier ones. Before there is any, all are taken.

        Raises Problem 422.
        """
        questionnaires = await self._assessments.list_newest_questionnaires()
        known_fields = dict.fromkeys(field.id for questionnaire in questionnaires for field in questionnaire.fields)
        unknown_places = [place for place, field in enumerate(content.fields) if field not in known_fields]
        if known_fields and unknown_places:
            raise unknown_fields(unknown_places, list(known_fields))

    async def _index(self, practice: Practice) -> None:
        facts = await self._municipalities.get(practice.tenant)
        await self._search.index_or_remove(practice, size_of(facts["inhabitants"]))


def _owner_fields(practice: Practice, content: Content) -> dict[str, Any]:
    """What its municipality and the programme office alone are told of a practice."""
    texts = [text for part in TEXTS for text in getattr(content, part).values()]
    contact = [content.contact] if content.contact else []
    return {
        "revision": practice.revision,
        "note": practice.state.note,
        "draft": practice.state.draft is not None,
        "hints": hints_of([*texts, *(one.office for one in contact)], [one.email for one in contact]),
    }


def content_as_json(content: Content) -> dict[str, Any]:
    texts: dict[str, Mapping[str, str]] = {part: getattr(content, part) for part in TEXTS}
    return {
        **texts,
        "fields": list(content.fields),
        "cost": cost.model_dump(by_alias=True) if (cost := shown_cost(content.cost)) else None,
        "languages": list(content.languages),
        "documents": [{"title": one.title, "url": one.url} for one in content.documents],
        "contact": {"office": content.contact.office, "email": content.contact.email} if content.contact else None,
        "named": content.named,
        "public": content.public,
    }


def _events(after: Practice, happened: Happened | None) -> tuple[Event, ...]:
    state, id = after.state, after.id
    if happened == "submitted":
        return (events.PracticeSubmitted(practice_id=id),)
    if happened == "returned":
        return (events.PracticeReturned(practice_id=id),)
    if happened == "retired":
        return (events.PracticeRetired(practice_id=id),)
    if happened is None or state.confirm_by is None or state.published is None:
        return ()
    day = state.confirm_by.astimezone(BERLIN).date()
    if happened == "confirmed":
        return (events.PracticeConfirmed(practice_id=id, confirm_by=day),)
    content = state.published
    return (
        events.PracticePublished(
            practice_id=id,
            edition=state.edition,
            fields=content.fields,
            public=content.public,
            named=content.named,
            confirm_by=day,
        ),
    )


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else rfc3339(moment)
