"""Planning gatherings: drafting, publishing, changing, calling off, drawing. Their seats are the business of `services.registration.seats`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from fastapi.exceptions import RequestValidationError
from msgspec.structs import replace
from pydantic import ValidationError

from chassis.clock import Clock
from chassis.http.problems import FieldError, conflict, invalid, not_found
from chassis.ids import Secrets
from chassis.storage.documents import from_stored
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.repository import Decision
from chassis.storage.tenancy import TenantScope
from contracts.registration import (
    WORTH_TELLING,
    GatheringCancelled,
    GatheringPublished,
    ParticipantAsked,
    ParticipantOffered,
    ParticipantSupported,
)
from contracts.registration import Gathering as PublishedGathering
from services.registration.domain.commands import ChangeGathering, Draw
from services.registration.domain.gathering import described, mistakes
from services.registration.domain.ledger import GatheringState, Ledger
from services.registration.domain.lottery import commitment
from services.registration.domain.meetings import span
from services.registration.domain.terms import terms_of
from services.registration.gatherings.documents import Gathering, GatheringFacts
from services.registration.gatherings.gatherings import public_json
from services.registration.gatherings.repository import GatheringRepository
from services.registration.json_values import values
from services.registration.planning.schemas import Cancellation, GatheringDraft
from services.registration.seats.documents import Answer, head_of
from services.registration.seats.repository import SeatLedgers

INFORMED = ("unconfirmed", "confirmed", "waiting", "offered")
"""The statuses of groups that are told of changes."""


def published(gathering: Gathering) -> PublishedGathering:
    """A gathering as the other services know it."""
    facts = values(gathering.facts)
    state = GatheringState(
        terms_of(facts), facts=facts, series=gathering.series, withdrawn=tuple(values(gathering.withdrawn))
    )
    return described(gathering.id, state)


def without_claims(scope: TenantScope, ledger: Ledger) -> Gathering:
    """A gathering as it is shown, without claims: as the ledger stands now, stored or not."""
    return from_stored(Gathering, {**head_of(ledger), "tenant": scope.tenant})


class Planning:
    """Use cases of coordinators on gatherings. Every answer is (answer, whether it is that of an earlier request)."""

    def __init__(self, repository: GatheringRepository, ledgers: SeatLedgers, secrets: Secrets, clock: Clock) -> None:
        self._repository = repository
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
        self, scope: TenantScope, id: str, facts: Mapping[str, Any], request: IdempotencyKey, series: str | None = None
    ) -> tuple[dict[str, Any], bool]:
        """Store valid facts as a draft, once."""
        draft = Gathering(
            id=id,
            tenant=scope.tenant,
            status="draft",
            facts=msgspec.convert(facts, GatheringFacts, builtin_types=(datetime,)),
            taken=0,
            waiting=0,
            series=series,
            seed_commitment=commitment(self._seed(id)) if facts["allocation"] == "lottery" else None,
        )
        return await self._repository.add_once(scope, draft, [], public_json(draft), request, self._clock.now())

    async def publish(self, scope: TenantScope, id: str, request: IdempotencyKey) -> tuple[dict[str, Any], bool]:
        """Publish a draft. Repeating it changes nothing."""
        now = self._clock.now()

        def decide(gathering: Gathering) -> Decision[Gathering]:
            if gathering.status == "published":
                return Decision(gathering, answer=public_json(gathering))
            if gathering.status == "cancelled":
                raise conflict("cancelled", "A cancelled gathering can't be published again; make a new one.")
            if gathering.facts.starts_at <= now:
                raise conflict("in-the-past", "This gathering has begun already; change its time first.")
            event = GatheringPublished(
                gathering=published(gathering), seed_commitment=gathering.seed_commitment, revision=gathering.revision
            )
            after = replace(gathering, status="published", published_at=now, due_at=_first_release(gathering))
            return Decision(after, [event], public_json(after))

        return await self.execute(scope, id, decide, request)

    async def cancel(
        self, scope: TenantScope, id: str, body: Cancellation, request: IdempotencyKey
    ) -> tuple[dict[str, Any], bool]:
        """Call a gathering off; everyone who is registered is told why."""
        now = self._clock.now()

        def decide(gathering: Gathering) -> Decision[Gathering]:
            if gathering.status == "cancelled":
                return Decision(gathering, answer=public_json(gathering))
            after = replace(
                gathering,
                status="cancelled",
                cancelled_because=body.reason,
                revision=gathering.revision + 1,
                changed_at=now,
                due_at=None,
            )
            event = GatheringCancelled(gathering_id=id, reason=body.reason, revision=after.revision)
            return Decision(after, [] if gathering.status == "draft" else [event], public_json(after))

        return await self.execute(scope, id, decide, request)

    async def change(
        self, scope: TenantScope, id: str, changes: dict[str, Any], default_language: str, request: IdempotencyKey
    ) -> tuple[dict[str, Any], bool]:
        """Change these fields, all or nothing; whoever takes part is told of what matters to them.

        Raises: Problem 422 or RequestValidationError, naming every field that is wrong.
        """

        command = await self._change_command(scope, id, changes, default_language)

        def view(ledger: Ledger, _: Any) -> Answer:
            return public_json(without_claims(scope, ledger))

        return await self._ledgers.execute(scope, id, command, view, key=request)

    async def preview(
        self, scope: TenantScope, id: str, changes: dict[str, Any], default_language: str
    ) -> dict[str, Any]:
        """Preview a change without making it: `changed` fields, `informed` groups that would be told, `offered` groups that
        would be offered seats, `over` seats that would be taken beyond the capacity, `supported` groups that would be told that
        their wishes for support stand otherwise, `asked` groups that would be asked at once whether they come.

        Raises: as `change`.
        """
        command = await self._change_command(scope, id, changes, default_language)
        ledger, changed, steps = await self._ledgers.try_out(scope, id, command)
        informed = sum(claim.status in INFORMED for claim in ledger.claims.values())
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
            return public_json(without_claims(scope, ledger))

        return await self._ledgers.execute(scope, id, Draw(seed), view, key=request)

    async def execute(
        self,
        scope: TenantScope,
        id: str,
        decide: Callable[[Gathering], Decision[Gathering] | None],
        request: IdempotencyKey | None = None,
    ) -> tuple[Any, bool]:
        """Change a gathering where the seat ledger has nothing to decide. Raises Problem 404."""
        result = await self._repository.change(scope, id, decide, self._clock.now(), request)
        self._ledgers.changed_elsewhere(scope, id)
        if result is None:
            raise not_found("gathering")
        return result

    async def _change_command(
        self, scope: TenantScope, id: str, changes: Mapping[str, Any], default_language: str
    ) -> ChangeGathering:
        """Build the command that changes these fields. What a field may be does not depend on the others, so it is checked
        against the gathering as it was last seen; what depends on them is decided with the command.

        Raises: Problem 404, RequestValidationError.
        """
        state = await self._ledgers.state(scope, id)
        facts = _valid({**state.facts, **changes})
        times = span(facts["meetings"]) if "meetings" in changes else {}
        changes = {**times, **{name: facts[name] for name in changes}}
        return ChangeGathering(changes, default_language, commitment(self._seed(id)))

    def _seed(self, id: str) -> bytes:
        return self._secrets.derived("lottery", id)


def _first_release(gathering: Gathering) -> datetime | None:
    """When the first kept seats become general; None where none are kept, and nothing is due before somebody signs up."""
    facts = gathering.facts
    return min((min(one.until or facts.starts_at, facts.starts_at) for one in facts.quotas), default=gathering.due_at)


def _valid(facts: dict[str, Any]) -> dict[str, Any]:
    try:
        return GatheringDraft.model_validate(facts).model_dump()
    except ValidationError as error:
        errors = [{**one, "loc": ("body", *one["loc"])} for one in error.errors()]
        raise RequestValidationError(errors, body=facts) from None
