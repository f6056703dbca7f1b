"""JSON Merge Patch (RFC 7396): what a PATCH does not name stays, null takes away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def apply_merge_patch(before: Any, change: Any) -> Any:
    """What stands after the change. Objects are apply_merge_patch part by part, anything else is replaced; neither argument is changed."""
    if not isinstance(change, Mapping):
        return change
    kept = dict(before) if isinstance(before, Mapping) else {}
    for name, value in change.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = apply_merge_patch(kept.get(name), value)
    return kept
