"""The services' clock jumps ahead and back. Deadlines pass once, seats move on in order, and every promise holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from chassis.settings import Settings
from services.registration.seats.documents import to_claim
from tests.support import waiting
from tests.support.crowd import CANARY, SLUG, Crowd
from tests.support.deployment import Deployment
from tests.support.promises import at_rest, broken, observe

HOUR = 3600


async def test_the_clock_jumps_ahead_and_back(settings: Settings, tmp_path: Path) -> None:
    clock = tmp_path / "clock"
    settings = settings.model_copy(update={"clock_file": clock})
    client: MongoClient[dict[str, Any]] = MongoClient(settings.mongodb_uri, tz_aware=True)
    gatherings = client[f"{settings.namespace}_registration"]["gatherings"]

    async def until(what: Callable[[Counter[str], Counter[str]], bool]) -> None:
        """Wait for a state of the ledger: claims by status, and those that ended."""

        async def look() -> bool:
            ledger = gatherings.find_one() or {}
            standing = Counter(to_claim(stored).status for stored in ledger["claims"].values())
            return what(standing, Counter(stored["s"] for stored in ledger["gone"].values()))

        await waiting.until(look, "the ledger getting there")

    async with (
        Deployment(settings, tmp_path, ("registration", "notifications", "reporting")) as town,
        town.platform() as platform,
    ):
        crowd = Crowd(platform)
        gathering = await crowd.gather(capacity=10)
        for number in range(10):
            body = {
                "name": f"{CANARY} {number}",
                "contact": {"email": f"kanarie.web.{number}@example.org"},
                "language": "uk",
                "party": [],
                "support": [],
                "channel": "web",
                "consent": {"text_version": "1"},
            }
            await platform.call("POST", f"/registration/v1/{SLUG}/gatherings/{gathering}/registrations", body)
        await crowd.register(gathering, 12)

        # Two hours on, nobody has confirmed their address: their seats are offered to the line.
        clock.write_text(str(2 * HOUR))
        await until(lambda standing, gone: gone["lapsed"] == 10 and standing["offered"] > 0)
        # Back again: nothing that has lapsed stands up, people go on registering, what is due is done.
        clock.write_text(str(-HOUR))
        await crowd.register(gathering, 12)
        # A month on, every offer has lapsed.
        clock.write_text(str(30 * 24 * HOUR))
        await until(lambda standing, gone: gone["lapsed"] > 10 and standing["offered"] == 0)
        # What is tried again in a moment is due then by the clock of today: it is sent before the clock goes back.
        await at_rest(town.settings, town.services)
        clock.write_text("0")
        await crowd.register(gathering, 5)
        world = await observe(town.settings, town.services, crowd.acknowledged, crowd.mails, {CANARY, "kanarie."})
    client.close()
    assert broken(world) == []
