"""Events of questions between municipalities. Aggregates (record keys): a question, an answer, what a municipality follows."""

from typing import Literal

from contracts.envelope import Event
from contracts.reporting.vocabulary import TOPIC, Standing


class QuestionAsked(Event):
    """A municipality asks those behind a practice, everybody, or its ring. `subject_id`: of the practice or ring."""

    event_type = "reporting.question.asked.v1"
    topic = TOPIC
    question_id: str
    about: Literal["practice", "everybody", "ring"]
    subject_id: str = ""
    standing: Standing


class QuestionAddressed(Event):
    """A municipality asks one other, and nobody else beside the programme office reads it. `municipality`: whom it asks."""

    event_type = "reporting.question.addressed.v1"
    topic = TOPIC
    question_id: str
    municipality: str
    standing: Standing


class QuestionModerated(Event):
    """The programme office shows or hides a question."""

    event_type = "reporting.question.moderated.v1"
    topic = TOPIC
    question_id: str
    standing: Standing


class AnswerGiven(Event):
    """A municipality answers a question."""

    event_type = "reporting.answer.given.v1"
    topic = TOPIC
    question_id: str
    answer_id: str
    standing: Standing


class AnswerModerated(Event):
    """The programme office shows or hides an answer."""

    event_type = "reporting.answer.moderated.v1"
    topic = TOPIC
    question_id: str
    answer_id: str
    standing: Standing


class AnswerHelped(Event):
    """Whoever asked says whether an answer helped."""

    event_type = "reporting.answer.helped.v1"
    topic = TOPIC
    question_id: str
    answer_id: str
    helped: bool


class FollowingChanged(Event):
    """A municipality wants to hear of what is new under a key, or no more: `everybody`, `practice:<id>`, `question:<id>`."""

    event_type = "reporting.following.changed.v1"
    topic = TOPIC
    key: str
    follows: bool
