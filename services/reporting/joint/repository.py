"""Reads joint self-checks: for the district and for those whose figures are in; only what has a result is there to be read."""

from __future__ import annotations

from typing import Any

from pymongo import ASCENDING, IndexModel

from chassis.clock import rfc3339
from chassis.storage.documents import from_stored, projection_of
from chassis.storage.mongo import Database, Document
from chassis.storage.tenancy import TenantScope
from services.reporting.domain.joint import Comparison, compare
from services.reporting.joint.documents import JointAssessment
from services.reporting.results.documents import as_json
from services.reporting.results.repository import AssessmentRepository

ROWS = "joint_assessments"
MOST = 200


class JointReports:
    """Rows with a result."""

    def __init__(self, database: Database, assessments: AssessmentRepository) -> None:
        self._rows = database[ROWS]
        self._assessments = assessments

    async def ensure_indexes(self) -> None:
        await self._rows.create_indexes(
            [IndexModel([("tenant", ASCENDING)], name="tenant"), IndexModel([("members", ASCENDING)], name="member")]
        )

    async def list_all(self, scope: TenantScope) -> list[dict[str, Any]]:
        """The newest first: `{id, title, district, as_of}`."""
        rows = (
            await self._rows.find(_readable_by(scope), projection_of(JointAssessment))
            .sort("at", -1)
            .limit(MOST)
            .to_list(None)
        )
        assessments = [from_stored(JointAssessment, row) for row in rows]
        return [
            {"id": one.id, "title": one.title, "district": one.district, "as_of": rfc3339(one.at)}
            for one in assessments
        ]

    async def get(self, scope: TenantScope, id: str) -> tuple[JointAssessment, Comparison] | None:
        """The self-check, and the figures side by side."""
        row = await self._rows.find_one({"_id": id, **_readable_by(scope)}, projection_of(JointAssessment))
        if row is None:
            return None
        assessment = from_stored(JointAssessment, row)
        questionnaire = await self._assessments.get_questionnaire(assessment.questionnaire)
        fields = as_json(questionnaire.fields) if questionnaire else []
        return assessment, compare(assessment.figures(), fields, [one.id for one in assessment.perspectives])


def _readable_by(scope: TenantScope) -> Document:
    return {"result": {"$exists": True}, "$or": [scope.filter(), {"members": scope.tenant}]}
