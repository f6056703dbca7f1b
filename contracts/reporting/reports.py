"""Events of what a municipality reports to its council and to everybody."""

from contracts.envelope import Event
from contracts.reporting.vocabulary import TOPIC


class ReportDue(Event):
    """A municipality wanted to be reminded of its report at this time: its coordinators get the link."""

    event_type = "reporting.report.due.v1"
    topic = TOPIC
    slug: str


class ActionPlanShown(Event):
    """Everybody may read the action plan of a self-check from now on, or not any more."""

    event_type = "reporting.action-plan.shown.v1"
    topic = TOPIC
    assessment_id: str
    public: bool
