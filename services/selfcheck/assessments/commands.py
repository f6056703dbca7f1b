"""Commands that move an assessment's deadline, archive it or delete it; those of the workshop stand in `workshop`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from chassis.http.problems import conflict
from chassis.storage.repository import Decision
from contracts.selfcheck import AssessmentArchived, AssessmentDeadlineSet, AssessmentDeleted
from services.selfcheck.assessments.assessments import to_response
from services.selfcheck.assessments.documents import Certificate, StoredAssessment
from services.selfcheck.domain.assessment_model import Phase
from services.selfcheck.domain.deadline import Deadline

COMMON = conflict(
    "common-deadline",
    "This self-check is part of a joint one; its district sets the deadline for all members together.",
)


@dataclass(frozen=True)
class SetDeadline:
    """Set the time by which people are asked to hand in. Whoever gets more time is told so (`reminders`). `common`: it is the district's, for
    all members of a joint self-check."""

    deadline: Deadline | None
    common: bool = False

    def decide(self, assessment: StoredAssessment, now: datetime) -> Decision[StoredAssessment]:
        if assessment.phase is not Phase.OPEN:
            raise conflict("answers-closed", "The answers have been revealed; a deadline has no meaning any more.")
        if assessment.joint and not self.common:
            raise COMMON
        after = assessment.with_deadline(self.deadline, now)
        if assessment.deadline and after.deadline and after.deadline > assessment.deadline:
            after = replace(after, extended=True, due_at=now)
        moved = assessment.deadline != after.deadline
        events = [AssessmentDeadlineSet(assessment_id=assessment.id, deadline=after.deadline)] if moved else []
        return Decision(after, events, to_response(after))


@dataclass(frozen=True)
class Archive:
    """Put a closed assessment away."""

    def decide(self, assessment: StoredAssessment, now: datetime) -> Decision[StoredAssessment]:
        if assessment.phase is not Phase.CLOSED:
            raise conflict("assessment-not-closed", "Close the self-check before you archive it, or delete it.")
        after = replace(assessment, archived_at=now)
        return Decision(after, [AssessmentArchived(assessment_id=assessment.id)], to_response(after))


@dataclass(frozen=True)
class Delete:
    """Delete an assessment, in any phase: nobody finds it any more, and only what says that there was one stays."""

    def decide(self, assessment: StoredAssessment, now: datetime) -> Decision[StoredAssessment] | None:
        if assessment.deleted_at:
            return None
        remnant = StoredAssessment(
            id=assessment.id,
            tenant=assessment.tenant,
            phase=assessment.phase,
            created_at=assessment.created_at,
            joint=assessment.joint,
            deleted_at=now,
            due_at=now,
        )
        return Decision(remnant, [AssessmentDeleted(assessment_id=assessment.id)])


@dataclass(frozen=True)
class Certify:
    """Note that everything of a deleted assessment was removed."""

    removed: dict[str, int]

    def decide(self, assessment: StoredAssessment, now: datetime) -> Decision[StoredAssessment]:
        return Decision(replace(assessment, certificate=Certificate(at=now, removed=self.removed), due_at=None))


@dataclass(frozen=True)
class RemindersSent:
    """Note that reminders for this deadline were sent. One that moved meanwhile is due anew."""

    deadline: datetime | None

    def decide(self, assessment: StoredAssessment, now: datetime) -> Decision[StoredAssessment] | None:
        if assessment.deadline != self.deadline:
            return None
        deadline = assessment.asked_until if assessment.phase is Phase.OPEN else None
        return Decision(replace(assessment, extended=False, due_at=deadline.next_after(now) if deadline else None))


@dataclass(frozen=True)
class JoinJoint:
    """Make an assessment a part of this joint self-check, unless it is of one already."""

    joint: str

    def decide(self, assessment: StoredAssessment, now: datetime) -> Decision[StoredAssessment] | None:
        return None if assessment.joint else Decision(replace(assessment, joint=self.joint))


@dataclass(frozen=True)
class LeaveJoint:
    """Take an assessment out of this joint self-check."""

    joint: str

    def decide(self, assessment: StoredAssessment, now: datetime) -> Decision[StoredAssessment] | None:
        return Decision(replace(assessment, joint=None)) if assessment.joint == self.joint else None
