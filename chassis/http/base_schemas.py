"""Base models and field types of requests and answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Self

from fastapi import Header
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from chassis.text.field_rules import TYPED, Rule, refused
from chassis.text.languages import LANGUAGES
from chassis.text.text_types import Label, Prose, bounded_integer, text
from chassis.text.translations import mark

_ONE_OF = mark("Please choose one of %(choices)s.")


def one_of(choices: Iterable[str], *, or_none: bool = False) -> Rule:
    """One of these words. `or_none`: or none of them, where it is empty, as in addresses."""
    allowed = tuple(choices)

    def read(value: Any, typed: bool) -> Any:
        if isinstance(value, str) and value not in allowed and not (or_none and not value):
            raise refused(_ONE_OF, choices=", ".join(allowed))
        return value

    return Rule(read, (("enum", (*allowed, "") if or_none else allowed),))


def _german(value: Any) -> Any:
    return {"de": value} if isinstance(value, str) else value


Language = Annotated[str, one_of(LANGUAGES)]
AsGerman = BeforeValidator(_german)
"""For texts by language: a plain one is taken as the German one."""
Labels = Annotated[dict[Language, Label], Field(min_length=1), AsGerman]
"""One line in each language."""
Texts = Annotated[dict[Language, Prose], Field(min_length=1), AsGerman]
"""A text in each language."""
Key = Annotated[str | None, Header(alias="Idempotency-Key"), text(200, least=0, visible=False)]
"""Of a call that may be repeated: its first answer is given again."""
Filter = Annotated[str, text(200, least=0, visible=False)]
"""What a list is filtered by, as it stands in an address; nothing where it is empty."""
Opaque = Annotated[str, text(4000, least=0, visible=False)]
"""What another system gave and gets back, such as the code of a sign-in."""
FileName = Annotated[str, text(300, least=0, visible=False)]
Number = Annotated[int, bounded_integer(0, 10**9, in_address=True)]
"""A running number in an address: a revision, an application, a place in a list."""
Limit = Annotated[int, bounded_integer(1, 500, in_address=True)]
"""How many items of a list."""


class ResponseModel(BaseModel):
    """What an operation answers. Validators are built at the first use, so that a start does not wait for all of them."""

    model_config = ConfigDict(defer_build=True)


class RequestModel(BaseModel):
    """Unknown fields are refused: a typing mistake must not be dropped silently."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    @classmethod
    def typed(cls, entered: dict[str, Any]) -> Self:
        """The model from what people typed into a form, where numbers come as text. Raises ValidationError."""
        return cls.model_validate(entered, context=TYPED)
