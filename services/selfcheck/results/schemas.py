"""Results as the API tells them; what the figures are says `disclosure`."""

from disclosure.trace import QuestionTrace, WholeTrace


class TraceOfQuestion(QuestionTrace):
    """A question's trace, and the criterion it stands under."""

    criterion: str


Trace = TraceOfQuestion | WholeTrace
"""Of a question, or of a field or the overall score."""
