"""What participation is: how groups of participants count."""

from __future__ import annotations

from collections.abc import Mapping

PRESENT = ("unconfirmed", "confirmed", "waiting", "offered", "arrived")
"""Statuses of groups that still take part; cancelled and lapsed ones count nowhere."""


def people(by_status: Mapping[str, int]) -> dict[str, int]:
    """People by status as figures: `registered` are all who still take part, `confirmed` includes those who arrived."""
    return {
        "registered": sum(by_status.get(status, 0) for status in PRESENT),
        "unconfirmed": by_status.get("unconfirmed", 0),
        "confirmed": by_status.get("confirmed", 0) + by_status.get("arrived", 0),
        "waiting": by_status.get("waiting", 0),
        "offered": by_status.get("offered", 0),
        "arrived": by_status.get("arrived", 0),
    }
