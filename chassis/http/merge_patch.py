"""JSON Merge Patch (RFC 7396): what a PATCH does not name stays, null takes away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def apply_merge_patch(before: Any, change: Any) -> Any:
    """What stands after the change. Objects are merged part by part, anything else is replaced; neither argument is changed."""
    if not isinstance(change, Mapping):
        return change
    merged = dict(before) if isinstance(before, Mapping) else {}
    for name, value in change.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = apply_merge_patch(merged.get(name), value)
    return merged
