"""Events of benchmark waves. Aggregate (record key): the wave."""

from datetime import datetime

from contracts.envelope import Event
from contracts.reporting.vocabulary import TOPIC


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
    """The programme office takes a wave back: nobody takes part, and nobody will."""

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
