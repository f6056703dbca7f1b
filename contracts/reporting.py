"""Events of reporting, in ids and states, never in texts that people wrote. Aggregates (record keys): an erased person, a practice,
a question, an answer, what a municipality follows, a visit, a ring, a benchmark wave, the action plan of a self-check."""

from datetime import date, datetime
from typing import Literal

from contracts.envelope import Event

TOPIC = "reporting.v1"

Standing = Literal["waiting", "open", "hidden"]
"""Of a question or an answer: read by the programme office first, seen, taken away by it."""


class ErasureReceipted(Event):
    """Reporting's receipt for an erasure."""

    event_type = "reporting.erasure.receipted.v1"
    topic = TOPIC
    person_id: str
    removed: dict[str, int]
    remains: tuple[str, ...] = ()


class DepartureReceipted(Event):
    """Reporting's receipt for a municipality that left: what was removed (documents by collection), what remains."""

    event_type = "reporting.departure.receipted.v1"
    topic = TOPIC
    slug: str
    removed: dict[str, int]
    remains: tuple[str, ...] = ()


class PracticeSubmitted(Event):
    """A municipality asks the programme office to publish what it did."""

    event_type = "reporting.practice.submitted.v1"
    topic = TOPIC
    practice_id: str


class PracticeReturned(Event):
    """The programme office asks for changes; what it says stands at the practice."""

    event_type = "reporting.practice.returned.v1"
    topic = TOPIC
    practice_id: str


class PracticePublished(Event):
    """A practice stands in the library, or another edition of it. `fields`: of action; `public`: everybody may read it;
    `named`: with the municipality's name; `confirm_by`: the day until which somebody should say that it still holds."""

    event_type = "reporting.practice.published.v1"
    topic = TOPIC
    practice_id: str
    edition: int
    fields: tuple[str, ...]
    public: bool
    named: bool
    confirm_by: date


class PracticeConfirmed(Event):
    """The municipality says that a practice still holds."""

    event_type = "reporting.practice.confirmed.v1"
    topic = TOPIC
    practice_id: str
    confirm_by: date


class PracticeConfirmationDue(Event):
    """Nobody has said for a year that a practice still holds: its municipality is asked."""

    event_type = "reporting.practice.confirmation-due.v1"
    topic = TOPIC
    practice_id: str


class PracticeRetired(Event):
    """A practice stands in the library no more."""

    event_type = "reporting.practice.retired.v1"
    topic = TOPIC
    practice_id: str


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


class ExchangeTold(Event):
    """These municipalities, at most a thousand, are to be told of something new in the exchange of experience. `subject_id`: of the
    question, visit or ring it leads to."""

    event_type = "reporting.exchange.told.v1"
    topic = TOPIC
    news: Literal[
        "question-asked",
        "question-answered",
        "answer-helped",
        "visit-asked",
        "visit-accepted",
        "visit-report-due",
        "ring-invited",
    ]
    subject_id: str
    municipalities: tuple[str, ...]


class RingChanged(Event):
    """A ring has these members from now on."""

    event_type = "reporting.ring.changed.v1"
    topic = TOPIC
    ring_id: str
    members: tuple[str, ...]


class VisitProposed(Event):
    """A municipality asks to visit another (`ask`), or invites others to itself (`offer`)."""

    event_type = "reporting.visit.proposed.v1"
    topic = TOPIC
    visit_id: str
    kind: Literal["ask", "offer"]
    host: str
    invited: tuple[str, ...]


class VisitAccepted(Event):
    """A visit takes place; told again with each municipality that joins it. Registration drafts its gathering at the host's."""

    event_type = "reporting.visit.accepted.v1"
    topic = TOPIC
    visit_id: str
    host: str
    visitors: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    mode: Literal["onsite", "online", "hybrid"]


class VisitCancelled(Event):
    """A visit does not take place."""

    event_type = "reporting.visit.cancelled.v1"
    topic = TOPIC
    visit_id: str


class VisitReported(Event):
    """Those who met wrote down what came of a visit."""

    event_type = "reporting.visit.reported.v1"
    topic = TOPIC
    visit_id: str


class WaveOpened(Event):
    """The programme office opens a benchmark wave: municipalities may say that they take part until `freezes_at`. `versions`: of
    the questionnaire; `groups`: ids of the comparison groups."""

    event_type = "reporting.wave.opened.v1"
    topic = TOPIC
    wave_id: str
    questionnaire_id: str
    versions: tuple[str, ...]
    groups: tuple[str, ...]
    minimum: int
    opens_at: datetime
    freezes_at: datetime


class WaveRemoved(Event):
    """The programme office takes a wave back before it has opened: nobody took part, and nobody will."""

    event_type = "reporting.wave.removed.v1"
    topic = TOPIC
    wave_id: str


class WaveConsented(Event):
    """A municipality takes part in a wave with a self-check. `named`: it compares itself by name with others who do."""

    event_type = "reporting.wave.consented.v1"
    topic = TOPIC
    wave_id: str
    municipality: str
    assessment_id: str
    named: bool


class WaveWithdrawn(Event):
    """A municipality does not take part in a wave any more: it took its consent back before the wave was frozen."""

    event_type = "reporting.wave.withdrawn.v1"
    topic = TOPIC
    wave_id: str
    municipality: str


class WaveFrozen(Event):
    """Who takes part in a wave, and with which figures, stands. `municipalities`: how many do."""

    event_type = "reporting.wave.frozen.v1"
    topic = TOPIC
    wave_id: str
    municipalities: int


class WaveRegrouped(Event):
    """The programme office merged or dropped comparison groups of a wave that is not published; `groups`: which there are now."""

    event_type = "reporting.wave.regrouped.v1"
    topic = TOPIC
    wave_id: str
    groups: tuple[str, ...]


class WavePublished(Event):
    """A wave passed the audit and is published; it does not change any more. `shown`: figures of a field in a group that are told;
    `suppressed`: those that are not, because they would give somebody away."""

    event_type = "reporting.wave.published.v1"
    topic = TOPIC
    wave_id: str
    groups: tuple[str, ...]
    shown: int
    suppressed: int


class PracticeMarked(Event):
    """A municipality lets everybody know that it stands in the upper band of a wave's field, at one of its practices."""

    event_type = "reporting.practice.marked.v1"
    topic = TOPIC
    practice_id: str
    field: str
    wave_id: str


class PracticeUnmarked(Event):
    """A municipality took such a mark back."""

    event_type = "reporting.practice.unmarked.v1"
    topic = TOPIC
    practice_id: str
    field: str


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
