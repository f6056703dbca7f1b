"""The room of a workshop: a link that shows, without an account, what a moderator shows, and what that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.http.problems import not_found
from chassis.ids import Secrets
from chassis.storage.aggregates import Change
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope, of_document
from services.selfcheck.answering.repository import hashed
from services.selfcheck.assessments.assessments import WITHOUT_RESULT, Assessments, state_of
from services.selfcheck.domain.room import Picture, Stage, show
from services.selfcheck.schemas import NewStage

PURPOSE = "room"


def stage_of(document: Document) -> Stage:
    """What the room of a stored assessment sees; in the beginning, who has answered."""
    found = document.get("stage")
    return Stage(Picture(found["picture"]), found["question"], found["revision"]) if found else Stage()


def shown_stage(stage: Stage) -> dict[str, Any]:
    """A stage as the API tells it."""
    return {"picture": stage.picture.value, "question": stage.question, "revision": stage.revision}


@dataclass(frozen=True)
class Room:
    """Opened and closed by moderators. Links are kept as hashes and can be derived again; a new one ends the former."""

    assessments: Assessments
    secrets: Secrets
    public_url: str

    def address(self, document: Document) -> str | None:
        """The link of the room, or None while it is closed."""
        room = document.get("room") or {}
        return self._address(document["_id"], room["number"]) if room.get("hash") else None

    async def open(
        self, scope: TenantScope, id: str, request: IdempotencyKey, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        """A new link, `{"room_url"}`; a former one shows nothing any more. (answer, replayed)."""

        def change(document: Document) -> Change:
            number = (document.get("room") or {}).get("number", 0) + 1
            room = {"number": number, "hash": hashed(self._code(id, number))}
            return Change({"room": room}, answer={"room_url": self._address(id, number)})

        return await self.assessments.execute(scope, id, change, request, now)

    async def close(self, scope: TenantScope, id: str, now: datetime) -> None:
        """The link shows nothing any more. Repeating it changes nothing."""

        def change(document: Document) -> Change | None:
            room = document.get("room") or {}
            return Change({"room": room | {"hash": None}}) if room.get("hash") else None

        if await self.assessments.all.execute(scope, id, change, now) is None:
            raise not_found("assessment")

    async def show(
        self, scope: TenantScope, id: str, body: NewStage, request: IdempotencyKey, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        """Choose what the room sees; (answer, replayed). With `revision`, not over somebody else's choice unawares."""
        questionnaire = await self.assessments.questionnaire(await self.assessments.document(scope, id))

        def change(document: Document) -> Change:
            before = stage_of(document)
            after = shown_stage(
                show(state_of(document), questionnaire, before, body.picture, body.question, body.revision)
            )
            return Change({"stage": after}, answer=after)

        return await self.assessments.execute(scope, id, change, request, now)

    async def by_code(self, code: str) -> tuple[TenantScope, Document]:
        """The assessment whose room a link opens: found without a tenant, because the code is the right to it.

        Raises:
            Problem: 404 for a code that was never given or is over.
        """
        found = await self.assessments.all.collection.find_one({"room.hash": hashed(code)}, WITHOUT_RESULT)
        if found is None:
            raise not_found("room")
        return of_document(found), found

    def _code(self, id: str, number: int) -> str:
        return self.secrets.code(PURPOSE, f"{id}:{number}")

    def _address(self, id: str, number: int) -> str:
        return f"{self.public_url}/selfcheck/room/{self._code(id, number)}"
