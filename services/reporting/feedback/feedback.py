"""What people said after gatherings, for whoever plans the next ones."""

from __future__ import annotations

from chassis.clock import rfc3339
from chassis.storage.tenancy import TenantScope
from services.reporting.feedback.repository import FeedbackRows
from services.reporting.feedback.schemas import ANSWERS, QUESTIONS, FeedbackResponse
from services.reporting.participation.repository import ParticipationRepository


class FeedbackReport:
    """Lists what people said, gathering by gathering."""

    def __init__(self, rows: FeedbackRows, participation: ParticipationRepository) -> None:
        self._rows = rows
        self._participation = participation

    async def list_all(self, scope: TenantScope) -> list[FeedbackResponse]:
        """The newest gathering first. None: hidden, because fewer than five said it."""
        rows = {row.id: row for row in await self._rows.list_all(scope)}
        feedback_responses: list[FeedbackResponse] = []
        for gathering in reversed(await self._participation.list_gatherings(scope)):
            if gathering.id not in rows:
                continue
            counts = {(cell.question, cell.answer): cell.count for cell in rows[gathering.id].cells}
            feedback_responses.append(
                {
                    "gathering": gathering.id,
                    "title": gathering.title,
                    "starts_at": rfc3339(gathering.starts_at),
                    "as_of": rfc3339(rows[gathering.id].at),
                    "questions": {
                        question: {answer: counts.get((question, answer)) for answer in ANSWERS}
                        for question in QUESTIONS
                    },
                }
            )
        return feedback_responses
