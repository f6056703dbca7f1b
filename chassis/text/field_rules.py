"""What a rule of a field is: how it reads what was sent, and the sentence it refuses with."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from chassis.text.translations import mark

TYPED = "typed"
"""The context of a validation whose values were typed into a form: numbers come as text."""

EMPTY = mark("Please fill in this field.")
NOT_TEXT = {
    "surrogate": mark("Please type this again: it holds half a character that cannot be shown."),
    "control": mark("Please type this again: it holds control characters that nobody can see."),
    "line_break": mark("Please write this on one line, without line breaks and tabs."),
    "invisible": mark("Please write something that can be seen."),
}

_A_NUMBER = re.compile(r"\s*[+-]?[\d_]+([.,][\d_]*)?\s*")


def refused(sentence: str, **values: Any) -> PydanticCustomError:
    """The error that refuses a value, with a sentence of the catalogues that says how to mend it."""
    filled = sentence % values if values else sentence
    return PydanticCustomError("remedy", "{message}", {"message": filled, "sentence": sentence, "values": values})


@dataclass(frozen=True)
class Rule:
    """In `Annotated`, the rule of a field: `read` turns the value that was sent into the value that is kept, or raises.

    The test that walks request models looks for it.
    """

    read: Callable[[Any, bool], Any]
    schema: tuple[tuple[str, Any], ...] = ()

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_before_validator_function(
            lambda value, info: self.read(value, info.context == TYPED), handler(source)
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), **{key: list(v) if isinstance(v, tuple) else v for key, v in self.schema}}


@dataclass(frozen=True)
class Span:
    """In `Annotated`, bounds of a time or day, checked before anything calculates with it.

    `format_hint`: the sentence for whoever sent something else. A number is refused, because some programs mean seconds by it and
    others milliseconds.
    """

    check: Callable[[Any], Any]
    format_hint: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(self._read, handler(source))

    def _read(self, value: Any, parse: Callable[[Any], Any]) -> Any:
        if isinstance(value, int | float) or (isinstance(value, str) and _A_NUMBER.fullmatch(value)):
            raise refused(self.format_hint)
        try:
            parsed = parse(value)
        except ValidationError:
            raise refused(self.format_hint) from None
        return self.check(parsed)
