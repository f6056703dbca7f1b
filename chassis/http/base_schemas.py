"""What bodies of requests are made of, whatever they are about."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

from chassis.text.languages import LANGUAGES
from chassis.text.one_line import one_line


def _language(value: str) -> str:
    if value not in LANGUAGES:
        raise ValueError(f"choose one of {', '.join(LANGUAGES)}")
    return value


def _german(value: Any) -> Any:
    return {"de": value} if isinstance(value, str) else value


Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,80}$")]
Language = Annotated[str, AfterValidator(_language)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(one_line)]
OptionalLine = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(one_line)]
"""May be empty."""
AsGerman = BeforeValidator(_german)
"""For texts by language: a plain one is taken as the German one."""


class RequestModel(BaseModel):
    """Unknown fields are refused: a typing mistake must not be dropped silently."""

    model_config = ConfigDict(extra="forbid")
