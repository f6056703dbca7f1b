"""Memberships as they are sent."""

from __future__ import annotations

from chassis.http.base_schemas import RequestModel
from chassis.text.text_types import Day


class Membership(RequestModel):
    valid_from: Day
    valid_until: Day | None = None
