"""What the routes of selfcheck are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chassis.clock import Clock, rfc3339
from chassis.ids import Secrets
from chassis.tenancy import TenantScope
from services.selfcheck.answering import Answering, status_of
from services.selfcheck.assessments import Assessments, shown
from services.selfcheck.board import Board
from services.selfcheck.invitations import Invitations
from services.selfcheck.measures import Measures
from services.selfcheck.metrics import SelfcheckMetrics
from services.selfcheck.room import Room
from services.selfcheck.sheets import Sheets
from services.selfcheck.store import Questionnaires
from services.selfcheck.workshop import Workshop


@dataclass(frozen=True)
class Selfcheck:
    """The composed service, found by routes in `request.app.state.selfcheck`."""

    questionnaires: Questionnaires
    assessments: Assessments
    sheets: Sheets
    invitations: Invitations
    answering: Answering
    workshop: Workshop
    board: Board
    room: Room
    measures: Measures
    metrics: SelfcheckMetrics
    clock: Clock
    secrets: Secrets

    async def one(self, scope: TenantScope, id: str) -> dict[str, Any]:
        """An assessment without figures. Raises Problem 404."""
        return shown(await self.assessments.document(scope, id))

    async def invited(self, scope: TenantScope, id: str) -> dict[str, Any]:
        """Who was invited and how far they are: `{"items": […], "next": null}`, never what they answered."""
        await self.assessments.document(scope, id)
        fields = {
            "perspective",
            "label",
            "contact",
            "final",
            "submitted_at",
            "resume_hash",
            "invited_at",
            "handed_on_by",
        }
        return {
            "items": [
                {
                    "id": sheet["_id"],
                    "perspective": sheet["perspective"],
                    "label": sheet["label"],
                    "status": status_of(sheet),
                    "mailed": sheet["contact"] is not None,
                    "person_id": sheet["contact"],
                    "handed_on": sheet["handed_on_by"] is not None,
                    "invited_at": rfc3339(sheet["invited_at"]),
                }
                for sheet in await self.sheets.of(scope, id, dict.fromkeys(fields, 1))
            ],
            "next": None,
        }
