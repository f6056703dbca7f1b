"""Planning gatherings: drafting, publishing, changing, calling off, drawing. Their seats are the business of `services.registration.seats`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from chassis.clock import Clock
from chassis.http.problems import FieldError, conflict, invalid, not_found
from chassis.ids import Secrets
from chassis.storage.aggregates import Aggregates, Change, Exists
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope
from contracts.registration import (
    WORTH_TELLING,
    Gathering,
    GatheringCancelled,
    GatheringPublished,
    ParticipantAsked,
    ParticipantOffered,
    ParticipantSupported,
)
from services.registration.domain.commands import ChangeGathering, Draw
from services.registration.domain.gathering import described, mistakes
from services.registration.domain.ledger import Ledger
from services.registration.domain.lottery import commitment
from services.registration.gatherings.gatherings import shown
from services.registration.planning.schemas import Cancellation, GatheringDraft
from services.registration.seats.documents import Answer, to_state, without_claims
from services.registration.seats.repository import SeatLedgers

TOLD = ("unconfirmed", "confirmed", "waiting", "offered")
"""Who hears of changes."""


def told(document: Document) -> Gathering:
    """A gathering as the other services know it."""
    return described(document["_id"], to_state(document))


class Planning:
    """What coordinators do to gatherings. Every answer is (answer, whether it is that of an earlier request)."""

    def __init__(self, aggregates: Aggregates, ledgers: SeatLedgers, secrets: Secrets, clock: Clock) -> None:
        self._all = aggregates
        self._ledgers = ledgers
        self._secrets = secrets
        self._clock = clock

    async def draft(
        self, scope: TenantScope, body: GatheringDraft, default_language: str, request: IdempotencyKey
    ) -> tuple[dict[str, Any], bool]:
        """Store a draft. Raises Problem 422 naming every field that is wrong."""
        facts = body.model_dump()
        wrong = mistakes(facts, default_language)
        if wrong:
            raise invalid(*(FieldError(*one) for one in wrong))
        return await self.store(scope, request.new_document_id(), facts, request)

    async def store(
        self, scope: TenantScope, id: str, facts: Document, request: IdempotencyKey, series: str | None = None
    ) -> tuple[dict[str, Any], bool]:
        """Store valid facts as a draft, once."""
        now = self._clock.now()
        fields: Document = {
            "status": "draft",
            "facts": facts,
            "claims": {},
            "gone": {},
            "next_turn": 1,
            "taken": 0,
            "waiting": 0,
            "revision": 0,
        }
        if series:
            fields["series"] = series
        if facts["allocation"] == "lottery":
            fields["seed_commitment"] = commitment(self._seed(id))
        answer = shown({"_id": id, **fields}, now)
        try:
            await self._all.create(scope, id, {**fields, "request": request.record(answer, now)}, [], now)
        except Exists as there:
            return request.replay_of_creation(there.document), True
        return answer, False

    async def publish(self, scope: TenantScope, id: str, request: IdempotencyKey) -> tuple[dict[str, Any], bool]:
        """Open it. Repeating it changes nothing."""
        now = self._clock.now()

        def decide(document: Document) -> Change:
            answer = shown({**document, "status": "published"}, now)
            if document["status"] == "published":
                return Change(answer=answer)
            if document["status"] == "cancelled":
                raise conflict("cancelled", "A cancelled gathering can't be published again; make a new one.")
            if document["facts"]["starts_at"] <= now:
                raise conflict("in-the-past", "This gathering has begun already; change its time first.")
            event = GatheringPublished(
                gathering=told(document),
                seed_commitment=document.get("seed_commitment"),
                revision=revision_of(document),
            )
            return Change({"status": "published", "published_at": now}, events=[event], answer=answer)

        return await self.execute(scope, id, decide, request)

    async def cancel(
        self, scope: TenantScope, id: str, body: Cancellation, request: IdempotencyKey
    ) -> tuple[dict[str, Any], bool]:
        """Call it off; everyone who is registered is told why."""
        now = self._clock.now()

        def decide(document: Document) -> Change:
            revision = revision_of(document) + 1
            changes: Document = {"status": "cancelled", "cancelled_because": body.reason, "revision": revision}
            answer = shown({**document, **changes}, now)
            if document["status"] == "cancelled":
                return Change(answer=answer)
            event = GatheringCancelled(gathering_id=id, reason=body.reason, revision=revision)
            return Change(changes, ["due_at"], [] if document["status"] == "draft" else [event], answer)

        return await self.execute(scope, id, decide, request)

    async def change(
        self, scope: TenantScope, id: str, given: dict[str, Any], default_language: str, request: IdempotencyKey
    ) -> tuple[dict[str, Any], bool]:
        """Change what is given, all or nothing; whoever takes part is told of what matters to them.

        Raises: Problem 422 or RequestValidationError, naming every field that is wrong.
        """

        command = await self._changing(scope, id, given, default_language)

        def view(ledger: Ledger, _: Any) -> Answer:
            return shown(without_claims(ledger), self._clock.now())

        return await self._ledgers.execute(scope, id, command, view, key=request)

    async def preview(
        self, scope: TenantScope, id: str, given: dict[str, Any], default_language: str
    ) -> dict[str, Any]:
        """What a change would do, without doing it: `changed` fields, `informed` groups that would be told, `offered` groups that
        would be offered seats, `over` seats that would be taken beyond the capacity, `supported` groups that would be told that
        their wishes for support stand otherwise, `asked` groups that would be asked at once whether they come.

        Raises: as `change`.
        """
        command = await self._changing(scope, id, given, default_language)
        ledger, changed, steps = await self._ledgers.try_out(scope, id, command)
        informed = sum(claim.status in TOLD for claim in ledger.claims.values())
        matters = ledger.state.published and not WORTH_TELLING.isdisjoint(changed)
        return {
            "changed": list(changed),
            "informed": informed if matters else 0,
            "offered": sum(isinstance(step, ParticipantOffered) for step in steps),
            "supported": sum(isinstance(step, ParticipantSupported) and step.because == "offer" for step in steps),
            "asked": sum(isinstance(step, ParticipantAsked) for step in steps),
            "over": max(0, ledger.counts.taken - ledger.terms.capacity),
        }

    async def draw(self, scope: TenantScope, id: str, request: IdempotencyKey) -> tuple[dict[str, Any], bool]:
        """Draw the lottery; drawing again changes nothing. The answer reveals the seed that the commitment was made to."""
        seed = self._seed(id)

        def view(ledger: Ledger, _: Any) -> Answer:
            return shown(without_claims(ledger), self._clock.now())

        return await self._ledgers.execute(scope, id, Draw(seed), view, key=request)

    async def execute(
        self,
        scope: TenantScope,
        id: str,
        decide: Callable[[Document], Change | None],
        request: IdempotencyKey | None = None,
    ) -> tuple[Any, bool]:
        """A change that leaves the ledger as it is. Raises Problem 404."""
        done = await self._all.execute(scope, id, decide, self._clock.now(), request)
        self._ledgers.changed_elsewhere(scope, id)
        if done is None:
            raise not_found("gathering")
        return done

    async def _changing(
        self, scope: TenantScope, id: str, given: Mapping[str, Any], default_language: str
    ) -> ChangeGathering:
        """The command by which these fields become different. What a field may be does not depend on the others, so it is checked
        against the gathering as it was last seen; what depends on them is decided with the command.

        Raises: Problem 404, RequestValidationError.
        """
        state = await self._ledgers.state(scope, id)
        facts = _valid({**state.facts, **given})
        return ChangeGathering({name: facts[name] for name in given}, default_language, commitment(self._seed(id)))

    def _seed(self, id: str) -> bytes:
        return self._secrets.derived("lottery", id)


def revision_of(document: Document) -> int:
    """How often it was changed; those from before this was counted start at 0."""
    revision: int = document.get("revision", 0)
    return revision


def _valid(facts: dict[str, Any]) -> dict[str, Any]:
    try:
        return GatheringDraft.model_validate(facts).model_dump()
    except ValidationError as error:
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in error.errors()]) from None
