"""What people said after gatherings, as the API tells it."""

from typing_extensions import TypedDict

from chassis.http.base_schemas import ResponseModel

QUESTIONS = ("welcome", "understood", "again")
ANSWERS = ("yes", "partly", "no")


class FeedbackResponse(TypedDict):
    """What people said after a gathering. `questions`: how many gave each answer; null where fewer than five did."""

    gathering: str
    title: dict[str, str]
    starts_at: str
    as_of: str
    questions: dict[str, dict[str, int | None]]


class FeedbackList(ResponseModel):
    """Feedback by gathering, the newest gathering first."""

    items: list[FeedbackResponse]
