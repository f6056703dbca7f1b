"""Reads gateways' reports, whose form is not trusted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from services.notifications.domain.text_reports import Reported
from services.notifications.sms.gateway import Report

LONGEST_ID = 100


def json_object(body: bytes) -> dict[str, Any]:
    """The JSON object of a body.

    Raises: ValueError.
    """
    parsed = orjson.loads(body)
    if not isinstance(parsed, dict):
        raise ValueError("a JSON object is needed")
    return parsed


def to_reports(id: Any, status: Any, statuses: Mapping[Any, Any]) -> list[Report]:
    """The report on one text; an empty list where it names no id or no known status."""
    reported: Reported | None = statuses.get(status) if isinstance(status, str | int) else None
    if reported is None or not isinstance(id, str) or not 0 < len(id) <= LONGEST_ID:
        return []
    return [Report(id, reported)]
