"""Who takes part in a benchmark wave: consent up to the freezing, which is one step."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from services.reporting.waves.freezing import FreezeWaves
from services.reporting.waves.repository import WaveFiguresRepository
from tests.service.reporting.towns import Reporting
from tests.service.reporting.waves import TOWNS, WAVES, closed, consent, opened


async def test_consent_is_each_municipalitys_own_and_ends_with_the_freezing(reporting: Reporting) -> None:
    await closed(reporting, {slug: (20 + 5 * n, 50) for n, slug in enumerate(TOWNS)})
    wave = await opened(reporting)
    assert [await consent(reporting, wave, slug) for slug in TOWNS[:8]] == [200] * 8
    async with reporting.client(TOWNS[0]) as town, reporting.client("-", "programme_office") as office:
        base = f"/reporting/v1/{TOWNS[0]}/benchmark-consent"
        foreign = await town.put(base, json={"wave": wave, "assessment": f"{TOWNS[1]}-1"})
        assert (foreign.status_code, foreign.json()["errors"][0]["pointer"]) == (422, "/assessment")
        assert [one["wave"] for one in (await town.get(base)).json()["items"]] == [wave]
        gone = await town.request("DELETE", base, json={"wave": wave})
        assert (gone.status_code, (await town.get(base)).json()["items"]) == (204, [])
        assert (await town.delete(f"{base}?wave={wave}")).status_code == 204, "again changes nothing"
        assert (await office.get(f"{WAVES}/{wave}")).json()["taking_part"] == 7
        assert (await office.post(f"{WAVES}/{wave}/freezing")).json()["taking_part"] == 7
        late = await town.put(base, json={"wave": wave, "assessment": f"{TOWNS[0]}-1"})
        assert (late.status_code, late.json()["type"].rpartition(":")[2]) == (409, "wave-frozen")
        assert (await town.delete(f"{base}?wave={wave}")).status_code == 409
        assert (await office.post(f"{WAVES}/{wave}/freezing")).status_code == 409
    document = await reporting.service.context.database["waves"].find_one({"_id": wave})
    assert document is not None
    told = [entry["y"].removeprefix("reporting.wave.") for entry in document["outbox"]]
    assert told == ["opened.v1", *["consented.v1"] * 8, "withdrawn.v1", "frozen.v1"]


async def test_a_consent_taken_back_at_the_moment_of_freezing_is_out_or_refused(
    reporting: Reporting, monkeypatch: pytest.MonkeyPatch
) -> None:
    await closed(reporting, {slug: (20 + 5 * n, 50) for n, slug in enumerate(TOWNS)})
    wave = await opened(reporting)
    for slug in TOWNS:
        await consent(reporting, wave, slug)
    upsert_many = WaveFiguresRepository.upsert_many
    withdrawn: list[int] = []

    async def slowly(self: WaveFiguresRepository, given: Any) -> None:
        """Between reading the consents and writing the wave."""
        await upsert_many(self, given)
        if len(withdrawn) < 2:
            slug = TOWNS[len(withdrawn)]
            async with reporting.client(slug) as town:
                answer = await town.delete(f"/reporting/v1/{slug}/benchmark-consent?wave={wave}")
                withdrawn.append(answer.status_code)

    monkeypatch.setattr(WaveFiguresRepository, "upsert_many", slowly)
    async with reporting.client("-", "programme_office") as office:
        done = (await office.post(f"{WAVES}/{wave}/freezing")).json()
    rows = await reporting.service.context.database["wave_figures"].find({"wave": wave}).to_list(None)
    assert (withdrawn, done["taking_part"]) == ([204, 204], 12)
    assert sorted(row["tenant"] for row in rows) == TOWNS[2:], "what came to nothing is forgotten"


async def test_who_was_cut_off_while_freezing_has_frozen_nothing(
    reporting: Reporting, monkeypatch: pytest.MonkeyPatch
) -> None:
    await closed(reporting, {slug: (20 + 5 * n, 50) for n, slug in enumerate(TOWNS)})
    wave = await opened(reporting)
    for slug in TOWNS:
        await consent(reporting, wave, slug)
    freezing: FreezeWaves = reporting.service.definition.state["services"].freeze_waves

    def dies(name: str) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as context:
        context.setattr("services.reporting.waves.freezing.failpoint", dies)
        with pytest.raises(asyncio.CancelledError):
            await freezing.freeze(wave)
    async with reporting.client(TOWNS[0]) as town, reporting.client("-", "programme_office") as office:
        assert (await office.get(f"{WAVES}/{wave}")).json()["status"] == "open"
        assert (await town.delete(f"/reporting/v1/{TOWNS[0]}/benchmark-consent?wave={wave}")).status_code == 204
        assert (await office.post(f"{WAVES}/{wave}/freezing")).json()["taking_part"] == 13
    rows = await reporting.service.context.database["wave_figures"].find({"wave": wave}).to_list(None)
    assert len(rows) == 13


async def test_a_wave_of_one_is_not_frozen(reporting: Reporting) -> None:
    await closed(reporting, {TOWNS[0]: (50, 50)})
    wave = await opened(reporting)
    await consent(reporting, wave, TOWNS[0])
    async with reporting.client("-", "programme_office") as office:
        answer = await office.post(f"{WAVES}/{wave}/freezing")
        assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (409, "wave-too-small")
        assert (await office.post(f"{WAVES}/{wave}/publication")).json()["type"].endswith(":wave-not-frozen")


async def test_a_wave_freezes_by_itself_or_waits_for_more(reporting: Reporting) -> None:
    await closed(reporting, {slug: (20 + 5 * n, 50) for n, slug in enumerate(TOWNS)})
    full, empty = await opened(reporting), await opened(reporting)
    for slug in TOWNS:
        await consent(reporting, full, slug)
    waves = reporting.service.context.database["waves"]
    freezing: FreezeWaves = reporting.service.definition.state["services"].freeze_waves
    for id in (full, empty):
        row = await waves.find_one({"_id": id})
        assert row is not None
        assert row["due_at"] == row["freezes_at"]
        await freezing.freeze_due(row)
    rows = {row["_id"]: row for row in await waves.find({}).to_list(None)}
    assert rows[full]["status"] == "frozen"
    assert "status" not in rows[empty]
    assert all("due_at" not in row for row in rows.values())
