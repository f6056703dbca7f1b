"""Erasures and consents as they are sent."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AliasChoices, Field

from chassis.http.base_schemas import RequestModel
from chassis.text.text_types import Identifier, Label, whole
from services.registration.registrations.schemas import MOST_COMPANIONS


class ConsentDecision(RequestModel):
    """Whether somebody agrees to a purpose, and to which words."""

    granted: bool
    text_version: Label


class ErasureRequest(RequestModel):
    """Whom to forget: the id of their registration (for staff also that of another contact). `who`: everything of the
    registration, one companion's name (`companion` 1 is the first) or the helper."""

    person_id: Identifier = Field(
        validation_alias=AliasChoices("person_id", "person", "registration_id", "registration")
    )
    who: Literal["registration", "companion", "helper"] = "registration"
    companion: Annotated[int, whole(1, MOST_COMPANIONS)] | None = None
