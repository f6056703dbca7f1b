"""Answers as pages show them, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.registration.domain.questions import Question
from services.registration.page_context import PageContext
from services.registration.questions.wording import Wording

AnswerTexts = list[tuple[Question, list[tuple[str, str]]]]
"""Each question that was answered, with who said what."""


def wording_of(page: PageContext) -> Wording:
    return Wording(page.reader_language, page.pages.catalogue(page.reader_language).gettext)


def answer_texts(page: PageContext, questions: Mapping[str, Question], registration: Mapping[str, Any]) -> AnswerTexts:
    """The questions that a group answered, with its answers in words; `registration` as the API tells it."""
    wording, names = wording_of(page), [registration["name"], *registration["party"]]
    values = registration["answers"]
    texts = [
        (question, wording.answers(question, values.get(id), names if len(names) > 1 else ()))
        for id, question in questions.items()
    ]
    return [(question, answers) for question, answers in texts if answers]
