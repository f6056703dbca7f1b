"""Questionnaires as the API tells them. What a questionnaire document holds says `questionnaire.schema.json`."""

from typing import Any, Literal

from typing_extensions import TypedDict

from services.selfcheck.assessments.schemas import Texts

Content = dict[str, Any]


class Published(TypedDict):
    """A version that is published now. `content_hash`: SHA-256 of its canonical JSON."""

    id: str
    version: str
    content_hash: str


class ListedVersion(Published):
    """A version in the list of questionnaires. `follows`: the version it continues; `fields`, `questions`: how many."""

    title: Texts
    follows: str | None
    published_at: str
    fields: int
    questions: int


class VersionList(TypedDict):
    items: list[ListedVersion]
    next: None


class DraftResponse(Published):
    """A draft of a questionnaire. `draft`: its own id; `revision` counts the replacements; `id` and `version`: of the questionnaire
    it holds or became."""

    draft: str
    revision: int
    status: Literal["draft", "published"]
    title: Texts | None
    created_at: str
    changed_at: str


class DraftList(TypedDict):
    items: list[DraftResponse]
    next: None


class MissingText(TypedDict):
    """Where a text is missing: JSON pointer, the id of what it belongs to, which of its texts it is."""

    pointer: str
    of: str
    part: str


class LanguageCompleteness(TypedDict):
    """How much of a questionnaire is there in a language. `share` 0–1; `instead`: the languages readers get where a text is
    missing, the closest first."""

    language: str
    texts: int
    share: float
    instead: list[str]
    missing: list[MissingText]


class CompletenessReport(TypedDict):
    languages: list[LanguageCompleteness]


class Wording(TypedDict):
    """A piece of text: `same`, `removed` or `added`."""

    kind: str
    text: str


class Reworded(TypedDict):
    part: str
    language: str
    wording: list[Wording]


class QuestionBefore(TypedDict):
    id: str
    field: str | None
    weight: float


class ComparedQuestion(TypedDict):
    """A question compared with the version before. `relation`: `same`, `comparable` or `new`; `moved`: it stands in another
    field."""

    id: str
    text: Texts
    field: str
    weight: float
    relation: str
    before: QuestionBefore | None
    changed: bool
    moved: bool
    reweighted: bool
    warnings: list[str]
    reworded: list[Reworded]


class RemovedQuestion(TypedDict):
    id: str
    text: Texts


class Compared(TypedDict):
    """The comparison of two versions. `comparable`: by field, the share of its weight that can be compared, 0–1."""

    scale_changed: bool
    rules_changed: list[str]
    comparable: dict[str, float]
    questions: list[ComparedQuestion]
    removed: list[RemovedQuestion]


ComparedVersions = TypedDict(
    "ComparedVersions",
    {
        "id": str,
        "from": str,
        "to": str,
        "scale_changed": bool,
        "rules_changed": list[str],
        "comparable": dict[str, float],
        "questions": list[ComparedQuestion],
        "removed": list[RemovedQuestion],
    },
)
"""What changed from a version to a later one."""
