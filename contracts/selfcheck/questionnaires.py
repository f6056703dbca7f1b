"""Events of questionnaires. Aggregate (record key): the version (`id:version`)."""

from typing import Any

from contracts.envelope import Event
from contracts.selfcheck.vocabulary import TOPIC, Texts, Titled


class QuestionTitle(Titled):
    """A question's text, and the field it belongs to; `continues` names its predecessor and how far it compares.

    `weight` counts within its field (not told: 1).
    """

    field: str
    continues: dict[str, str] | None = None
    weight: float | None = None


class QuestionnairePublished(Event):
    """A questionnaire version exists and will never change. `content_hash` is the SHA-256 of its canonical JSON.

    `follows`: the version that `continues` speaks about, null for a first one. `rules`: how answers become scores.
    """

    event_type = "selfcheck.questionnaire.published.v1"
    topic = TOPIC
    questionnaire_id: str
    version: str
    title: Texts
    content_hash: str
    fields: tuple[Titled, ...]
    questions: tuple[QuestionTitle, ...]
    follows: str | None = None
    rules: dict[str, Any] | None = None


class QuestionnaireTranslated(Event):
    """What a published version and its fields are called in all languages that are known now, what its author wrote included.

    The version itself and its hash stay. The newest event of a version holds; there is none where no translation is known.
    """

    event_type = "selfcheck.questionnaire.translated.v1"
    topic = TOPIC
    questionnaire_id: str
    version: str
    title: Texts
    fields: tuple[Titled, ...]
