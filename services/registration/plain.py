"""Stored values as the domain and those who ask are given them, with what is empty."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from typing import Any

import msgspec

from chassis.clock import rfc3339


def values(value: Any) -> Any:
    """As nested dictionaries and lists, times as they are: what `domain` decides about."""
    if isinstance(value, msgspec.Struct):
        return {field.encode_name: values(getattr(value, field.name)) for field in msgspec.structs.fields(value)}
    if isinstance(value, dict):
        return {key: values(item) for key, item in value.items()}
    return [values(item) for item in value] if isinstance(value, list | tuple) else value


def plain(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, msgspec.Struct):
        return {field.encode_name: plain(getattr(value, field.name)) for field in msgspec.structs.fields(value)}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value
