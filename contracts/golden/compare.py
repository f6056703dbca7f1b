"""Compares a promised schema with today's model: consumers of the old one must understand what the new one sends, and
consumers of the new one what stands in the topics already."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from contracts.catalogue import EVENTS

FOLDER = Path(__file__).with_name("schemas")
Schema = dict[str, Any]


def path_of(name: str) -> Path:
    """Path of the promised schema of an event type."""
    return FOLDER / f"{name}.json"


def schema_of(name: str) -> Schema:
    """JSON Schema (2020-12) of the model as it is today."""
    return EVENTS[name].model_json_schema()


def read(name: str) -> Schema:
    schema: Schema = json.loads(path_of(name).read_text())
    return schema


def write(name: str) -> None:
    FOLDER.mkdir(exist_ok=True)
    path_of(name).write_text(json.dumps(schema_of(name), indent=2, ensure_ascii=False, sort_keys=True) + "\n")


def breaking_changes(old: Schema, new: Schema) -> list[str]:
    """What breaks the promise, as sentences; empty when only optional fields were added."""
    found = _compare("", old, new)
    for name, definition in old.get("$defs", {}).items():
        if name in new.get("$defs", {}):
            found += _compare(f"{name}.", definition, new["$defs"][name])
    return found


def _compare(prefix: str, old: Schema, new: Schema) -> list[str]:
    found = []
    before, after = old.get("properties", {}), new.get("properties", {})
    for field, shape in before.items():
        if field not in after:
            found.append(f"field {prefix}{field} was removed")
        elif _shape(shape) != _shape(after[field]):
            found.append(f"field {prefix}{field} changed its type")
    old_required, new_required = set(old.get("required", ())), set(new.get("required", ()))
    found += [f"field {prefix}{field} became required" for field in sorted(new_required - old_required)]
    found += [
        f"field {prefix}{field} is not required any more"
        for field in sorted(old_required - new_required)
        if field in after
    ]
    return found


def _shape(schema: Schema) -> Schema:
    """A field's type without its words."""
    return {key: value for key, value in schema.items() if key not in {"title", "description", "default", "examples"}}
