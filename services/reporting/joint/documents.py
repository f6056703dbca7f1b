"""Stored documents of joint self-checks of a district and its members."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from chassis.storage.documents import StoredDocument
from services.reporting.results.documents import Titled


class JointAssessment(StoredDocument, frozen=True, kw_only=True, omit_defaults=True):
    """A joint self-check as its events describe it. `result`: JSON as text, because its keys may hold what MongoDB reads as a path.
    `members`: slugs of those with figures."""

    district: str
    title: dict[str, str]
    questionnaire: str
    perspectives: tuple[Titled, ...]
    members: tuple[str, ...] = ()
    result: str
    at: datetime

    def figures(self) -> Mapping[str, Any]:
        """The members' figures, and together."""
        figures: Mapping[str, Any] = orjson.loads(self.result)
        return figures
