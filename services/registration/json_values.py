"""Stored values as plain dicts and lists, including empty fields."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import msgspec

from chassis.clock import rfc3339


def encoded(value: msgspec.Struct) -> Iterator[tuple[str, Any]]:
    """A value's fields by the names under which they are stored. Not by `msgspec.structs.fields`, which evaluates all annotations
    anew with each call and so takes many times as long."""
    for stored_as, name in zip(value.__struct_encode_fields__, value.__struct_fields__, strict=True):
        yield stored_as, getattr(value, name)


def values(value: Any) -> Any:
    """As nested dictionaries and lists, times as they are: what `domain` decides about."""
    if isinstance(value, msgspec.Struct):
        return {name: values(item) for name, item in encoded(value)}
    if isinstance(value, dict):
        return {key: values(item) for key, item in value.items()}
    return [values(item) for item in value] if isinstance(value, list | tuple) else value


def as_json(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, msgspec.Struct):
        return {name: as_json(item) for name, item in encoded(value)}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_json(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    return [as_json(item) for item in value] if isinstance(value, list | tuple) else value
