"""The repositories of all features: everything that talks to MongoDB."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from chassis.service_definition import ServiceContext
from chassis.storage.aggregates import Aggregates
from services.selfcheck.answering.repository import Sheets
from services.selfcheck.assessments.repository import AssessmentRepository
from services.selfcheck.evidence.repository import EvidenceFiles
from services.selfcheck.joint.repository import DistrictMembers, JointRepository
from services.selfcheck.measures.repository import MeasureRepository
from services.selfcheck.questionnaires.repository import Questionnaires
from services.selfcheck.questionnaires.repository_drafts import DraftRepository
from services.selfcheck.room.repository import Ballots


@dataclass(frozen=True, kw_only=True)
class Repositories:
    """All of the service's collections; see `repositories_of`."""

    questionnaires: Questionnaires
    drafts: DraftRepository
    assessments: AssessmentRepository
    sheets: Sheets
    evidence: EvidenceFiles
    measures: MeasureRepository
    ballots: Ballots
    joints: JointRepository
    district_members: DistrictMembers
    erasures: Aggregates

    async def ensure_indexes(self) -> None:
        """Create all indexes that are missing; those of questionnaires are created with what is shipped (`Questionnaires.prepare`)."""
        indexed = (
            self.assessments,
            self.measures,
            self.joints,
            self.district_members,
            self.ballots,
            self.sheets,
            self.evidence,
            self.erasures,
            self.drafts,
        )
        await asyncio.gather(*(repository.ensure_indexes() for repository in indexed))


def repositories_of(context: ServiceContext) -> Repositories:
    """Build all repositories on the service's database."""

    def aggregates(collection: str) -> Aggregates:
        return Aggregates(context.database, collection, lambda: context.wake_relay())

    return Repositories(
        questionnaires=Questionnaires(aggregates("questionnaires"), context.secrets),
        drafts=DraftRepository(aggregates("questionnaire_drafts")),
        assessments=AssessmentRepository(aggregates("assessments")),
        sheets=Sheets(aggregates("sheets"), context.secrets, context.database),
        evidence=EvidenceFiles(context.database["evidence"]),
        measures=MeasureRepository(aggregates("measures")),
        ballots=Ballots(context.database),
        joints=JointRepository(aggregates("joint_assessments")),
        district_members=DistrictMembers(context.database),
        erasures=aggregates("erasures"),
    )
