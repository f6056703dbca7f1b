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

    def complete(texts: Texts) -> Texts:
        added = {
            language: sentences[texts[SOURCE]]
            for language, sentences in translations.items()
            if language not in texts and texts.get(SOURCE) in sentences
        }
        return {**texts, **added}

    def complete_question(question: Question) -> Question:
        return replace(question, text=complete(question.text), help=complete(question.help) if question.help else None)

    def complete_criterion(criterion: Criterion) -> Criterion:
        questions = tuple(map(complete_question, criterion.questions))
        return replace(criterion, title=complete(criterion.title), questions=questions)

    def complete_field(field: Field) -> Field:
        return replace(field, title=complete(field.title), criteria=tuple(map(complete_criterion, field.criteria)))

    return replace(
        questionnaire,
        title=complete(questionnaire.title),
        scale=replace(questionnaire.scale, labels=tuple(map(complete, questionnaire.scale.labels))),
        fields=tuple(map(complete_field, questionnaire.fields)),
    )
