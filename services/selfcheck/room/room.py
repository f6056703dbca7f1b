"""The room of a workshop: a link that shows, without an account, what a moderator shows, and what that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chassis.http.problems import not_found
from chassis.ids import Secrets
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.tenancy import TenantScope, of_stored
from services.selfcheck.answering.repository import hashed
from services.selfcheck.assessments.assessments import Assessments
from services.selfcheck.assessments.documents import StoredAssessment
from services.selfcheck.room.commands import CloseRoom, OpenRoom, ShowInRoom
from services.selfcheck.room.schemas import RoomOpened, StageResponse
from services.selfcheck.schemas import NewStage

PURPOSE = "room"


@dataclass(frozen=True)
class Room:
    """Use cases of the room, which moderators open and close. Links are kept as hashes and can be derived again; a new one ends the former."""

    assessments: Assessments
    secrets: Secrets
    public_url: str

    def address(self, assessment: StoredAssessment) -> str | None:
        """The link of the room, or None while it is closed."""
        return self._address(assessment.id, assessment.room.number) if assessment.room.hash else None

    async def open(
        self, scope: TenantScope, id: str, request: IdempotencyKey, now: datetime
    ) -> tuple[RoomOpened, bool]:
        """Open the room with a new link; a former one shows nothing any more. (answer, replayed)."""
        command = OpenRoom(lambda number: hashed(self._code(id, number)), lambda number: self._address(id, number))
        return await self.assessments.execute(scope, id, command, request, now)

    async def close(self, scope: TenantScope, id: str, now: datetime) -> None:
        """Close the room: its link shows nothing any more. Repeating it changes nothing."""
        command = CloseRoom()
        if (
            await self.assessments.all.change(scope, id, lambda assessment: command.decide(assessment, now), now)
            is None
        ):
            raise not_found("assessment")

    async def show(
        self, scope: TenantScope, id: str, body: NewStage, request: IdempotencyKey, now: datetime
    ) -> tuple[StageResponse, bool]:
        """Choose what the room sees; (answer, replayed)."""
        questionnaire = await self.assessments.questionnaire_of(await self.assessments.get(scope, id))
        command = ShowInRoom(questionnaire, body.picture, body.question, body.field, body.revision)
        return await self.assessments.execute(scope, id, command, request, now)

    async def by_code(self, code: str) -> tuple[TenantScope, StoredAssessment]:
        """The assessment whose room a link opens.

        Raises:
            Problem: 404 for a code that was never given or is over.
        """
        assessment = await self.assessments.all.of_room(hashed(code))
        if assessment is None:
            raise not_found("room")
        return of_stored(assessment), assessment

    def _code(self, id: str, number: int) -> str:
        return self.secrets.code(PURPOSE, f"{id}:{number}")

    def _address(self, id: str, number: int) -> str:
        return f"{self.public_url}/selfcheck/room/{self._code(id, number)}"
