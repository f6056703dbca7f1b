"""Registering at a gathering that is as full as one may become, beside one that is empty, in turns."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import bson

from chassis.clock import SystemClock
from chassis.ids import new_id
from chassis.operations.metrics import Metrics
from chassis.storage import tenancy
from chassis.storage.aggregates import Aggregates
from chassis.storage.mongo import connect
from deploy.local.stack import LocalStack
from services.registration.domain.claim import Claim, EndedClaim, Group, Wish
from services.registration.domain.commands import Register
from services.registration.domain.seating import MOST_GROUPS
from services.registration.registrations.schemas import MOST_WISHES
from services.registration.seats.documents import from_claim, from_ended, from_first
from services.registration.seats.repository import MOST_ENDED, SeatLedgers
from services.registration.seats.rounds import MOST_KEYS
from tests.load.client import TENANT, percentile
from tests.load.figure import Figure
from tests.load.registrations import bench_settings

REGISTRATIONS = 200
AT_MOST = 3.0
"""The 95th percentile may be so many times that of an empty gathering."""
SUPPORT = [f"{number:02}" + "s" * 78 for number in range(MOST_WISHES)]
"""As many kinds as a group may wish for, with ids as long as they may be."""


async def run(stack: LocalStack, folder: Path) -> list[Figure]:
    database = connect(bench_settings(stack, folder), "registration")
    gatherings = Aggregates(database, "gatherings")
    ledgers = SeatLedgers(gatherings, database, SystemClock(), Metrics("registration"))
    scope, now = tenancy.of_document({"tenant": TENANT}), datetime.now(UTC)
    documents = {"empty": _gathering(now, {}), "full": _gathering(now, _filled(now, MOST_GROUPS - REGISTRATIONS))}
    times: dict[str, list[float]] = {name: [] for name in documents}
    try:
        await gatherings.ensure_indexes()
        await ledgers.ensure_indexes()
        for name, document in documents.items():
            await gatherings.create(scope, name, document, [], now)
        for turn in range(REGISTRATIONS):
            for name in sorted(documents, reverse=bool(turn % 2)):
                id, began = new_id(), time.perf_counter()
                wishes = tuple(SUPPORT[:2])
                await ledgers.execute(scope, name, Register(Group(id, 2, "de", "web", wishes)), about=[id], first=id)
                times[name].append((time.perf_counter() - began) * 1000)
    finally:
        await database.drop()
        await database.close()
    p95 = {name: percentile(found, 95) for name, found in times.items()}
    megabytes = len(bson.encode(documents["full"])) / 1e6
    return [
        Figure(
            f"p95 of a claim in a full gathering of {megabytes:.1f} MB",
            p95["full"],
            "ms",
            round(AT_MOST * p95["empty"], 1),
            f"{AT_MOST:.0f} × that of an empty one",
            "less",
        )
    ]


def _gathering(now: datetime, more: dict[str, Any]) -> dict[str, Any]:
    """A published gathering as it is stored."""
    facts: dict[str, Any] = {
        "title": {"de": "Dialog"},
        "description": {"de": "Dialog"},
        "kind": "dialogue",
        "starts_at": now + timedelta(days=9),
        "ends_at": now + timedelta(days=9, hours=2),
        "mode": "online",
        "capacity": 20_000,
        "party_max": 50,
        "allocation": "first_come",
        "offer_hours": 24.0,
        "confirm_minutes": 60,
        "open_to": "residents",
        "support": [
            {"id": id, "label": {"de": id}, "capacity": 5, "request_until": None, "counts": "groups"} for id in SUPPORT
        ],
    }
    unset = ("place", "join_url", "opens_at", "closes_at", "reconfirm", "reminders", "thanks")
    facts |= dict.fromkeys(unset)
    document = {"status": "published", "facts": facts, "claims": {}, "gone": {}, "next_turn": 1, "published_at": now}
    return document | {"taken": 0, "waiting": 0} | more


def _filled(now: datetime, groups: int) -> dict[str, Any]:
    """The parts that grow, each at its limit but for so many groups."""
    numbers: dict[str, int] = {}
    status = {id: {"status": "waiting", "position": MOST_GROUPS} for id in SUPPORT}
    first = {"id": _id(1), "status": "confirmed", "support_status": status}

    def claim(number: int) -> Claim:
        wishes = tuple(Wish(id, "granted" if number < 5 else "waiting", number + 1) for id in SUPPORT)
        return Claim(3, number + 1, True, True, None, 0, None, False, wishes, "de-simple", "helper", ())

    ended = EndedClaim("cancelled", now, "de-simple", "helper", tuple(SUPPORT))
    return {
        "claims": {_id(n): from_claim(claim(n), from_first(first, numbers), numbers) for n in range(groups)},
        "gone": {_id(10**6 + n): from_ended(ended, from_first(first, numbers)) for n in range(MOST_ENDED)},
        "requests": {_id(n): {"f": "f" * 64, "a": first, "t": now} for n in range(MOST_KEYS)},
        "support_ids": list(numbers),
        "next_turn": groups + 1,
        "taken": 3 * groups,
    }


def _id(number: int) -> str:
    return f"{number:032x}"
