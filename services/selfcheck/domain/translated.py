"""A questionnaire in more languages than its author wrote: translations known by their German sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from services.selfcheck.domain.questionnaire import Criterion, Field, Question, Questionnaire, Texts

SOURCE = "de"
Translations = Mapping[str, Mapping[str, str]]
"""By language, then by the German sentence."""


def translated(questionnaire: Questionnaire, translations: Translations) -> Questionnaire:
    """The same version, its texts completed in every language that knows their German sentence exactly.

    What the author wrote in a language stays; a sentence that was reworded has no translation until it gets a new one.
    """

    def texts(own: Texts) -> Texts:
        translations_of_it = {
            language: sentences[own[SOURCE]]
            for language, sentences in translations.items()
            if language not in own and own.get(SOURCE) in sentences
        }
        return {**own, **translations_of_it}

    def question(one: Question) -> Question:
        return replace(one, text=texts(one.text), help=texts(one.help) if one.help else None)

    def criterion(one: Criterion) -> Criterion:
        return replace(one, title=texts(one.title), questions=tuple(map(question, one.questions)))

    def field(one: Field) -> Field:
        return replace(one, title=texts(one.title), criteria=tuple(map(criterion, one.criteria)))

    return replace(
        questionnaire,
        title=texts(questionnaire.title),
        scale=replace(questionnaire.scale, labels=tuple(map(texts, questionnaire.scale.labels))),
        fields=tuple(map(field, questionnaire.fields)),
    )
