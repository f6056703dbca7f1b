"""Seeds the exchange between municipalities of the demo: a published wave and an open one, practices with marks, a question, a visit.

Made in the background once the platform is ready, step by step over HTTP like all of the demo; what is there stays as it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from chassis.clock import SystemClock
from chassis.identity.tokens import LocalIssuer
from chassis.settings import Settings
from chassis.storage.aggregates import Aggregates
from chassis.storage.mongo import connect
from kommune.demo import steps
from kommune.demo.answers import QUESTIONNAIRE
from kommune.demo.neighbours import NEIGHBOURS, OFFICIAL, PRACTICES
from kommune.demo.places import DACHAU_DISTRICT, KAUFBEUREN, WOLFSBURG
from kommune.demo.plans import Place
from kommune.demo.platform import Platform
from kommune.demo.seed import check_of
from services.registration.gazetteer.gazetteer import Gazetteer
from services.registration.gazetteer.repository import GazetteerRepository

OFFICIAL_DAY = date(2019, 12, 31)
WAVES = "/reporting/v1/benchmark-waves"
OFFICE = "programme_office"
Say = Callable[[str], None]


def seed_exchange(settings: Settings, say: Say) -> None:
    """For `kommune up`, after it said that it is ready.

    Raises:
        DemoError: the platform did not do what was expected, or was stopped meanwhile.
    """

    async def fill() -> None:
        async with Platform(settings.public_url, LocalIssuer(settings)) as platform:
            await exchange(platform, say, date.today(), settings)

    asyncio.run(fill())


async def exchange(platform: Platform, say: Say, today: date, settings: Settings | None = None) -> None:
    """`settings`: where the platform's own database can be reached, for the official list.

    Raises:
        DemoError: the platform did not do what was expected.
    """
    if await _is_there(platform):
        return
    if settings is not None:
        await _official_list(settings)
    for place in NEIGHBOURS:
        await steps.ensure_admitted(platform, place)
        for line in await check_of(platform, place):
            say(line)
    places = [WOLFSBURG, KAUFBEUREN, DACHAU_DISTRICT, *NEIGHBOURS]
    checks = {place.slug: await _closed(platform, place) for place in places}
    await _published_wave(platform, checks, today)
    say(f"{len(checks)} municipalities compare themselves: {platform.address}/reporting/{WOLFSBURG.slug}/benchmark")
    await _open_wave(platform, today)
    fields = [field["id"] for field in (await steps.questionnaire(platform))["fields"]]
    practices = [await _practice(platform, number, fields) for number in range(len(PRACTICES))]
    marked = [await _mark(platform, number, id, fields) for number, id in enumerate(practices)]
    await _conversation(platform, practices[2], today)
    say(f"{len(practices)} practices, {sum(marked)} with a public mark, a question with its answer, and a visit")


async def _is_there(platform: Platform) -> bool:
    """Whether the last step was done: what was interrupted is gone through once more, which repeats nothing."""
    path = f"/reporting/v1/{WOLFSBURG.slug}/visits"
    visits = (await platform.call("GET", path, role="coordinator", tenant=WOLFSBURG.slug))["items"]
    return any(visit["status"] != "proposed" for visit in visits)


async def _official_list(settings: Settings) -> None:
    """A few entries, where there is no list yet."""
    database = connect(settings, "registration", patient=True)
    try:
        repository = GazetteerRepository(Aggregates(database, "gazetteer"))
        await repository.ensure_indexes()
        if not await repository.get_all():
            await Gazetteer(repository, SystemClock()).import_entries(OFFICIAL, OFFICIAL_DAY)
    finally:
        await database.close()


async def _closed(platform: Platform, place: Place) -> str:
    """The id of its closed self-check."""
    path = f"/selfcheck/v1/{place.slug}/assessments"
    items = (await platform.call("GET", path, role="coordinator", tenant=place.slug))["items"]
    return str(next(item["id"] for item in items if item["status"] == "closed"))


async def _published_wave(platform: Platform, checks: dict[str, str], today: date) -> None:
    wave, status = await _wave(platform, f"Vergleich {today.year}", today, today + timedelta(days=1), "published")
    if status == "open":
        await _frozen(platform, wave, checks)
    if status != "published":
        path = f"{WAVES}/{wave}/publication"
        await platform.call("POST", path, {"suppress": True}, role=OFFICE, key=f"publish-{wave}")


async def _frozen(platform: Platform, wave: str, checks: dict[str, str]) -> None:
    for number, (slug, check) in enumerate(checks.items()):
        body = {"wave": wave, "assessment": check, "named": number in (0, 3)}

        async def consent(slug: str = slug, body: dict[str, Any] = body) -> Any:
            path = f"/reporting/v1/{slug}/benchmark-consent"
            return await platform.call("PUT", path, body, role="coordinator", tenant=slug)

        # Reporting hears of a closed self-check a moment later.
        await platform.eventually(f"the closed self-check of {slug} in reporting", consent)
    await platform.call("POST", f"{WAVES}/{wave}/freezing", role=OFFICE, key=f"freeze-{wave}")


async def _open_wave(platform: Platform, today: date) -> None:
    await _wave(platform, f"Vergleich {today.year + 1}", today, today + timedelta(days=90), "open")


async def _wave(platform: Platform, title: str, opens: date, freezes: date, key: str) -> tuple[str, str]:
    """The id and the status of the wave with this title."""
    for wave in (await platform.call("GET", WAVES, role=OFFICE))["items"]:
        if wave["title"] == {"de": title}:
            return str(wave["id"]), str(wave["status"])
    body = {
        "title": {"de": title},
        "questionnaire": {"id": QUESTIONNAIRE["id"], "versions": [QUESTIONNAIRE["version"]]},
        "opens_at": datetime.combine(opens - timedelta(days=1), time(), UTC).isoformat(),
        "freezes_at": datetime.combine(freezes, time(20), UTC).isoformat(),
        "groups": [
            {"id": "all", "label": {"de": "Alle", "en": "All"}},
            {"id": "kind-city", "label": {"de": "Städte", "en": "Cities and towns"}, "rule": {"kind": "city"}},
        ],
    }
    wave = await platform.call("POST", WAVES, body, role=OFFICE, key=f"wave-{key}-{opens}")
    return str(wave["id"]), str(wave["status"])


async def _practice(platform: Platform, number: int, fields: list[str]) -> str:
    planned = PRACTICES[number]
    base = f"/reporting/v1/{planned.tenant}/practices"
    as_town: dict[str, Any] = {"role": "coordinator", "tenant": planned.tenant}
    practice = await platform.call(
        "POST", base, planned.body(fields[planned.field]), key=f"practice-{number}", **as_town
    )
    id = str(practice["id"])
    await platform.call("POST", f"{base}/{id}/submission", key=f"practice-{number}-submit", **as_town)
    await platform.call(
        "POST", f"/reporting/v1/practices/{id}/publication", role=OFFICE, key=f"practice-{number}-publish"
    )
    return id


async def _mark(platform: Platform, number: int, id: str, fields: list[str]) -> bool:
    """Where a mark is offered."""
    planned = PRACTICES[number]
    path = f"/reporting/v1/{planned.tenant}/practices/{id}/marks"
    offered = (await platform.call("GET", path, role="coordinator", tenant=planned.tenant))["offered"]
    field = fields[planned.field]
    if field not in {one["field"] for one in offered}:
        return False
    await platform.call("PUT", path, {"field": field}, role="coordinator", tenant=planned.tenant)
    return True


async def _conversation(platform: Platform, practice: str, today: date) -> None:
    """Wolfsburg asks Emden about its practice, Emden answers, and invites to a visit."""
    visitor, owner = WOLFSBURG.slug, PRACTICES[2].tenant
    text = "Wie finden Sie genug Sprachmittler für seltene Sprachen, und wer zahlt, wenn ein Termin ausfällt?"
    body = {"text": text, "named": True, "practice": practice}
    question = await platform.call(
        "POST", f"/reporting/v1/{visitor}/questions", body, role="coordinator", tenant=visitor, key="question"
    )
    answer = "Über die Volkshochschule und zwei Moscheegemeinden. Fällt ein Termin am selben Tag aus, zahlt das Amt die Hälfte."
    await platform.call(
        "POST",
        f"/reporting/v1/{owner}/questions/{question['id']}/answers",
        {"text": answer, "named": True},
        role="coordinator",
        tenant=owner,
        key="answer",
    )
    day = today + timedelta(days=40)
    visit = {
        "kind": "offer",
        "title": "Sprachmittlung in Emden ansehen",
        "municipalities": [visitor],
        "practice": practice,
        "starts_at": datetime.combine(day, time(9), UTC).isoformat(),
        "ends_at": datetime.combine(day + timedelta(days=1), time(13), UTC).isoformat(),
    }
    visits = f"/reporting/v1/{owner}/visits"
    as_owner: dict[str, Any] = {"role": "coordinator", "tenant": owner}
    offered = (await platform.call("GET", visits, **as_owner))["items"]
    visit_offer = next((one for one in offered if one["title"] == visit["title"]), None)
    if visit_offer is None:  # who goes on another day with what was interrupted would offer another day
        visit_offer = await platform.call("POST", visits, visit, key="visit", **as_owner)
    await platform.call(
        "POST",
        f"/reporting/v1/{visitor}/visits/{visit_offer['id']}/acceptance",
        role="coordinator",
        tenant=visitor,
        key="visit-yes",
    )
