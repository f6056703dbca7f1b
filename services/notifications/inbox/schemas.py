"""Answers to mail of people as they are taken."""

from __future__ import annotations

from typing import Annotated

from chassis.http.base_schemas import Language, RequestModel
from chassis.text.text_types import text


class AnswerToMail(RequestModel):
    text: Annotated[str, text(5_000, prose=True)]
    language: Language = "de"
