"""What municipalities hear of each other, in tests."""

from __future__ import annotations

import json

from tests.service.reporting.towns import Reporting

OTHER = "/reporting/v1/wolfsburg"


async def outbox(reporting: Reporting, collection: str) -> list[tuple[str, str]]:
    """Types and contents of all events that wait in a collection."""
    rows = await reporting.service.context.database[collection].find({}).to_list(None)
    return [(entry["y"].removeprefix("reporting."), str(entry["d"])) for row in rows for entry in row["outbox"]]


async def notifications(reporting: Reporting) -> list[tuple[str, tuple[str, ...]]]:
    """News and the municipalities that are told of it."""
    found = []
    for collection in ("questions", "answers", "rings", "visits"):
        for row in await reporting.service.context.database[collection].find({}).to_list(None):
            for entry in row["outbox"]:
                if entry["y"] == "reporting.exchange.told.v1":
                    event = json.loads(entry["d"])
                    found.append((event["news"], tuple(event["municipalities"])))
    return found
