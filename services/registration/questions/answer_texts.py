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
    """What a group answered; `registration` as the API tells it."""
    wording, names = wording_of(page), [registration["name"], *registration["party"]]
    found = [
        (one, wording.answers(one, registration["answers"].get(id), names if len(names) > 1 else ()))
        for id, one in questions.items()
    ]
    return [(question, said) for question, said in found if said]
