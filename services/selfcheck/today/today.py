"""The part of selfcheck in the day: invitations without an answer, measures that are due, and what was done with both."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import chain

from chassis.storage.tenancy import TenantScope
from chassis.text.languages import BERLIN
from programme.today import MOST, Done, Due, Today, build_today
from services.selfcheck.answering.repository import Sheets
from services.selfcheck.assessments.documents import StoredAssessment
from services.selfcheck.assessments.repository import AssessmentRepository
from services.selfcheck.domain.assessment_model import Phase
from services.selfcheck.measures.measures import Measures
from services.selfcheck.measures.schemas import MeasureResponse

UNANSWERED = ("invited", "begun")


class SelfcheckToday:
    """Collects what is due with the self-checks that are not archived."""

    def __init__(self, assessments: AssessmentRepository, sheets: Sheets, measures: Measures) -> None:
        self._assessments = assessments
        self._sheets = sheets
        self._measures = measures

    async def get(self, scope: TenantScope) -> Today:
        """Work that is due, and what was done last."""
        home = f"/selfcheck/{scope.tenant}"
        assessments = await self._assessments.list_page(scope, MOST, None, archived=False)
        measures = await self._measures.list_all(scope)
        invitations = [
            Due(
                what="invitations",
                number=sum(
                    sheet.status in UNANSWERED for sheet in await self._sheets.not_withdrawn(scope, assessment.id)
                ),
                until=assessment.deadline,
                address=f"{home}/assessments/{assessment.id}",
                about=assessment.title,
            )
            for assessment in assessments
            if assessment.phase is Phase.OPEN
        ]
        pressing = [_pressing_measure(home, measure) for measure in measures if measure["pressing"]]
        done_steps = chain.from_iterable(_steps_done(home, assessment) for assessment in assessments)
        return build_today(
            [*invitations, *pressing], [*done_steps, *(_measure_change(home, measure) for measure in measures)]
        )


def _pressing_measure(home: str, measure: MeasureResponse) -> Due:
    return Due(
        what=f"measure-{measure['pressing']}",
        number=1,
        until=datetime.combine(date.fromisoformat(measure["due"]), time(23, 59), BERLIN) if measure["due"] else None,
        address=f"{home}/assessments/{measure['assessment']}/measures/{measure['id']}",
        about={"de": measure["title"]},
    )


def _measure_change(home: str, measure: MeasureResponse) -> Done:
    """The newest change of a measure."""
    newest = measure["history"][-1]
    return Done(
        what=f"measure-{newest['status']}",
        at=datetime.fromisoformat(newest["at"]),
        address=f"{home}/assessments/{measure['assessment']}/measures/{measure['id']}",
        about={"de": measure["title"]},
    )


def _steps_done(home: str, assessment: StoredAssessment) -> Iterator[Done]:
    moments = {"begun": assessment.created_at, "revealed": assessment.revealed_at, "closed": assessment.closed_at}
    for step, at in moments.items():
        if at is not None:
            yield Done(what=step, at=at, address=f"{home}/assessments/{assessment.id}", about=assessment.title)
