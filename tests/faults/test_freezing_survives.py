"""kill -9 while a wave is frozen, with consent taken back meanwhile: who took it back is out, and nothing is half frozen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from chassis.settings import Settings
from chassis.storage.mongo import Database, connect
from kommune.demo.platform import DemoError, Platform
from tests.support.deployment import Deployment

API = "reporting.api"
WAVES = "/reporting/v1/benchmark-waves"
TOWNS = [f"town-{number}" for number in range(8)]
NOW = datetime(2026, 11, 1, tzinfo=UTC)


class Freezing:
    """A wave in which eight municipalities take part, driven over HTTP."""

    def __init__(self, town: Deployment, platform: Platform, database: Database) -> None:
        self._town, self._platform, self._database = town, platform, database
        self.wave = ""

    async def begin(self) -> None:
        made = await self._office(
            "",
            {
                "title": "Welle",
                "questionnaire": {"id": "weltoffene-kommune", "versions": ["1"]},
                "opens_at": "2020-01-01T00:00:00Z",
                "freezes_at": "2099-01-01T00:00:00Z",
                "groups": [{"id": "all", "label": {"de": "Alle"}}],
            },
        )
        self.wave = made["id"]
        for slug in TOWNS:
            await self.consent(slug, "PUT", {"wave": self.wave, "assessment": f"{slug}-1"})

    async def consent(self, slug: str, method: str, body: Any = None) -> None:
        path = f"/reporting/v1/{slug}/benchmark-consent"
        path += "" if body else f"?wave={self.wave}"
        await self._platform.call(method, path, body, role="coordinator", tenant=slug)

    async def freeze(self) -> Any:
        return await self._office(f"/{self.wave}/freezing", None, key="freeze")

    async def dies_freezing(self, failpoint: str) -> None:
        """The API dies at the failpoint; another one serves afterwards."""
        self._town.stop(API)
        self._town.start(API, f"{failpoint}=kill:1")
        await self._town.ready(API)
        with pytest.raises(DemoError):
            await self.freeze()
        await self._town.dead(API)
        self._town.start(API)
        await self._town.ready(API)

    async def given(self) -> list[str]:
        """Whose figures count, all of one attempt."""
        wave = await self.stored()
        rows = await self._database["wave_figures"].find({"wave": self.wave}).to_list(None)
        assert {row["attempt"] for row in rows} == {wave["attempt"]}
        return sorted(row["tenant"] for row in rows)

    async def stored(self) -> dict[str, Any]:
        found = await self._database["waves"].find_one({"_id": self.wave})
        assert found is not None
        return found

    async def _office(self, path: str, body: Any, key: str | None = None) -> Any:
        return await self._platform.call("POST", WAVES + path, body, role="programme_office", key=key)


@asynccontextmanager
async def _freezing(settings: Settings, folder: Path) -> AsyncIterator[Freezing]:
    async with Deployment(settings, folder, ("reporting",)) as town, town.platform() as platform:
        database = connect(settings, "reporting")
        facts = {"status": "admitted", "kind": "city", "state": "Hessen", "inhabitants": 50_000, "languages": ["de"]}
        across = orjson.dumps({"fields": {"f1": {"score": 50}}}).decode()
        for slug in TOWNS:
            await database["tenants"].insert_one({"_id": slug, "tenant": slug, "name": {"de": slug}, **facts})
            check = {"title": {"de": "Selbstcheck"}, "questionnaire": "weltoffene-kommune:1", "status": "closed"}
            more = {"perspectives": [], "at": NOW, "across": across}
            await database["assessments"].insert_one({"_id": f"{slug}-1", "tenant": slug, **check, **more})
        questionnaire = {"title": {"de": "Selbstcheck"}, "fields": [], "questions": [], "at": NOW}
        await database["questionnaires"].insert_one({"_id": "weltoffene-kommune:1", "tenant": "-", **questionnaire})
        freezing = Freezing(town, platform, database)
        await freezing.begin()
        yield freezing
        await database.close()


async def test_who_takes_consent_back_between_a_death_and_the_next_freezing_is_out(
    settings: Settings, tmp_path: Path
) -> None:
    async with _freezing(settings, tmp_path) as freezing:
        await freezing.dies_freezing(
            "wave.figures_written"
        )  # their figures stand there, and nothing says that they count
        assert (await freezing.stored()).get("status", "open") == "open"
        await freezing.consent(TOWNS[0], "DELETE")
        assert (await freezing.freeze())["taking_part"] == 7
        assert await freezing.given() == TOWNS[1:], "what was written before the death is gone"


async def test_a_wave_that_was_frozen_as_its_server_died_is_frozen_once(settings: Settings, tmp_path: Path) -> None:
    async with _freezing(settings, tmp_path) as freezing:
        await freezing.dies_freezing("aggregate.after_commit")  # frozen, and whoever asked was not told
        with pytest.raises(DemoError, match="409"):
            await freezing.consent(TOWNS[0], "DELETE")
        again = await freezing.freeze()
        assert (again["status"], again["taking_part"]) == ("frozen", 8), "the same request gets the answer it missed"
        assert await freezing.given() == TOWNS
