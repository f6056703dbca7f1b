"""Says of what the validation library refuses what is wrong and how to mend it, for programs; rules of ours bring their own sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_OBJECT, _LIST = "Please send an object here, in braces.", "Please send a list here, in square brackets."
_NO_BODY = "There is no body. Please send one: a JSON object."
_REMEDIES = {
    "missing": "“{field}” is missing here. Please send it.",
    "extra_forbidden": "“{field}” is no field here. Please check how it is written, or leave it out.",
    "string_type": "Please send text here, in quotation marks.",
    "bool_type": "Please send true or false here.",
    "bool_parsing": "Please send true or false here.",
    "int_type": "Please send a whole number here, without quotation marks.",
    "float_type": "Please send a number here, without quotation marks.",
    "none_required": "Please send null here, or leave the field out.",
    "literal_error": "Please send one of these here: {expected}.",
    "enum": "Please send one of these here: {expected}.",
    "union_tag_invalid": "Please send one of these as {discriminator}: {expected_tags}.",
    "union_tag_not_found": "Please say which kind this is: {discriminator} is missing.",
    "string_too_long": "Please write at most {max_length} characters here.",
    "string_too_short": "Please write at least {min_length} characters here.",
    "too_long": "Please send at most {max_length} here.",
    "too_short": "Please send at least {min_length} here.",
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
}
"""By the library's type of an error."""


def remedy(error: Mapping[str, Any], field: str) -> str:
    """The sentence for one error. `field`: the last part of its place; empty where it is the body as a whole."""
    if error["type"] == "missing" and not field:
        return _NO_BODY
    sentence = _REMEDIES.get(error["type"])
    if sentence is None:
        return str(error["msg"]).removeprefix("Value error, ")
    return sentence.format(field=field, **error.get("ctx") or {})
