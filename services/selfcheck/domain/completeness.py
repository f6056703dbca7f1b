"""Lists what a questionnaire still lacks in each language. Readers get the closest language instead; nothing is ever empty."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.selfcheck.domain.errors import pointer
from services.selfcheck.domain.questionnaire import Questionnaire, Texts


@dataclass(frozen=True)
class Place:
    """Place of a text: JSON pointer, the id of what it belongs to, and which of its texts it is."""

    pointer: str
    of: str
    part: str


@dataclass(frozen=True)
class Completeness:
    """Completeness of one language: how many texts there are and what is missing, in the order of the questionnaire."""

    language: str
    texts: int
    missing: tuple[Place, ...]

    @property
    def share(self) -> float:
        """0–1."""
        return (self.texts - len(self.missing)) / self.texts


def completeness(questionnaire: Questionnaire, languages: Iterable[str]) -> list[Completeness]:
    """Completeness of each of `languages` and of any other that occurs."""
    texts = list(_texts(questionnaire))
    used = dict.fromkeys([*languages, *(language for _, words in texts for language in words)])
    return [
        Completeness(language, len(texts), tuple(place for place, words in texts if language not in words))
        for language in used
    ]


def _texts(questionnaire: Questionnaire) -> Iterator[tuple[Place, Texts]]:
    """The texts that can be missing. A help text that exists in no language is not: not every question needs one."""
    yield Place("/title", questionnaire.id, "title"), questionnaire.title
    for step, label in enumerate(questionnaire.scale.labels):
        yield Place(pointer("scale", "labels", step), str(questionnaire.scale.min + step), "label"), label
    for f, field in enumerate(questionnaire.fields):
        yield Place(pointer("fields", f, "title"), field.id, "title"), field.title
        for c, criterion in enumerate(field.criteria):
            here = pointer("fields", f, "criteria", c)
            yield Place(f"{here}/title", criterion.id, "title"), criterion.title
            for q, question in enumerate(criterion.questions):
                yield Place(f"{here}/questions/{q}/text", question.id, "text"), question.text
                if question.help is not None:
                    yield Place(f"{here}/questions/{q}/help", question.id, "help"), question.help
