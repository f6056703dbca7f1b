"""What the routes of selfcheck are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chassis.clock import Clock
from chassis.ids import Secrets
from chassis.storage.tenancy import TenantScope
from services.selfcheck.answering.answering import Answering
from services.selfcheck.answering.evidence import EvidenceStore
from services.selfcheck.answering.forgetting import Forgetting
from services.selfcheck.answering.handing_on import HandingOn
from services.selfcheck.assessments.assessments import Assessments, shown
from services.selfcheck.assessments.invitations import Invitations
from services.selfcheck.assessments.invited import InvitedPeople
from services.selfcheck.assessments.keeping import Keeping
from services.selfcheck.metrics import SelfcheckMetrics
from services.selfcheck.questionnaires.store import Questionnaires
from services.selfcheck.workshop.board import Board
from services.selfcheck.workshop.measures import Measures
from services.selfcheck.workshop.room import Room
from services.selfcheck.workshop.voting import Voting
from services.selfcheck.workshop.workshop import Workshop


@dataclass(frozen=True)
class Selfcheck:
    """The composed service, found by routes in `request.app.state.selfcheck`."""

    questionnaires: Questionnaires
    assessments: Assessments
    invitations: Invitations
    invited: InvitedPeople
    keeping: Keeping
    answering: Answering
    handing_on: HandingOn
    forgetting: Forgetting
    evidence: EvidenceStore
    workshop: Workshop
    board: Board
    room: Room
    voting: Voting
    measures: Measures
    metrics: SelfcheckMetrics
    clock: Clock
    secrets: Secrets

    async def one(self, scope: TenantScope, id: str) -> dict[str, Any]:
        """An assessment without figures. Raises Problem 404."""
        return shown(await self.assessments.document(scope, id))
