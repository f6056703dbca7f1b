"""Results as the API tells them; what the figures are says `disclosure`."""

from typing_extensions import TypedDict

from disclosure.result import NodeResult
from disclosure.trace import QuestionTrace, WholeTrace
from services.selfcheck.assessments.schemas import Texts


class TraceOfQuestion(QuestionTrace):
    """A question's trace, and the criterion it stands under."""

    criterion: str


class OwnQuestionResult(NodeResult):
    """One of the municipality's own questions. `spreads`: voices per level (lowest first) by perspective, null is hidden."""

    id: str
    text: Texts
    spreads: dict[str, list[int] | None]


class OwnResult(TypedDict):
    """What was answered to the municipality's own questions; `whole`: to all of them together. It enters no other figure."""

    title: Texts
    whole: NodeResult
    questions: list[OwnQuestionResult]


Trace = TraceOfQuestion | WholeTrace
"""Of a question, or of a field or the overall score."""
