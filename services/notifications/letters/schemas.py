"""Letters as the API takes and tells them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from chassis.http.base_schemas import RequestModel
from chassis.text.text_types import Identifier
from services.notifications.shown_time import ShownTime


class Printed(RequestModel):
    """These are in the post."""

    ids: list[Identifier] = Field(min_length=1, max_length=200)


class LettersPrinted(BaseModel):
    """Those that stood to be printed."""

    printed: list[str]


class LetterToPrint(BaseModel):
    """A letter that is to be printed."""

    id: str
    kind: str
    at: ShownTime
    name: str


class LetterPage(BaseModel):
    """Letters that are to be printed, oldest first."""

    items: list[LetterToPrint]
    next: Literal[None] = None
