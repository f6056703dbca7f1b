"""Leaves believable data of the demo's municipalities on a platform; what is there already stays as it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chassis.identity.tokens import LocalIssuer
from chassis.settings import Settings
from kommune.demo import steps
from kommune.demo.people import participants, with_answers, with_codes
from kommune.demo.places import DACHAU_DISTRICT, PLACES
from kommune.demo.plans import Place, PlannedCheck, PlannedGathering
from kommune.demo.platform import Platform

BERLIN = ZoneInfo("Europe/Berlin")
MEMBERS_SINCE = "2020-09-01"


def seed_demo(settings: Settings, say: Callable[[str], None]) -> None:
    """For `kommune up`: the demo municipalities, before it says that it is ready.

    Raises:
        DemoError: the platform did not do what was expected.
    """

    async def fill() -> None:
        async with Platform(settings.public_url, LocalIssuer(settings)) as platform:
            await seed(platform, say, date.today())

    asyncio.run(fill())


async def seed(platform: Platform, say: Callable[[str], None], today: date) -> None:
    """Municipalities first, then everything of each side by side.

    Raises:
        DemoError: the platform did not do what was expected.
    """
    newly_admitted = await asyncio.gather(*(steps.ensure_admitted(platform, place) for place in PLACES))
    if any(newly_admitted):
        say(f"{sum(newly_admitted)} municipalities admitted and known to every service")
    for member in DACHAU_DISTRICT.members if any(newly_admitted) else ():
        await platform.call(
            "PUT",
            f"/registration/v1/{member}/membership/{DACHAU_DISTRICT.slug}",
            {"valid_from": MEMBERS_SINCE},
            role="programme_office",
        )
    for line in [
        line
        for lines in await asyncio.gather(*(_furnish(platform, place, today) for place in PLACES))
        for line in lines
    ]:
        say(line)


async def _furnish(platform: Platform, place: Place, today: date) -> list[str]:
    """What was added to one municipality, in words."""
    upcoming = (
        await platform.call("GET", f"/registration/v1/{place.slug}/gatherings?limit=500")
        if place.gatherings
        else {"items": []}
    )
    titles = {item["title"]["de"] for item in upcoming["items"]}
    lines = [
        await _gather(platform, place, planned, today)
        for planned in place.gatherings
        if planned.title["de"] not in titles
    ]
    return lines + await check_of(platform, place)


async def _gather(platform: Platform, place: Place, planned: PlannedGathering, today: date) -> str:
    day = today + timedelta(days=planned.in_days)
    starts = datetime.combine(day, time(planned.hour), BERLIN)
    questions = await steps.questions_to_ask(platform, place.slug, planned.questions)
    draft = gathering_draft(planned, starts) | {"questions": questions}
    key = f"{place.slug}-{planned.kind}-{day}"
    id = await steps.publish_gathering(platform, place.slug, draft, key)
    people = with_answers(participants(key, planned.people, [item["id"] for item in planned.support]), questions)
    if planned.invitations:
        people = with_codes(people, await steps.invitation_codes(platform, place.slug, id))
    answers = await steps.register_at_desk(platform, place.slug, id, people, key)
    waiting = sum(answer["status"] == "waiting" for answer in answers)
    return f"{place.name['de']}: “{planned.title['de']}” with {len(answers) - waiting} registrations, {waiting} waiting"


def gathering_draft(planned: PlannedGathering, starts: datetime) -> dict[str, Any]:
    """The body of `POST …/gatherings`."""
    evenings = [_times(planned, starts + timedelta(weeks=week)) for week in range(planned.weeks)]
    meetings = [{"id": str(number), **times} for number, times in enumerate(evenings, start=1)]
    return {
        "title": planned.title,
        "description": planned.description,
        "kind": planned.kind,
        "starts_at": evenings[0]["starts_at"],
        "ends_at": evenings[-1]["ends_at"],
        "meetings": meetings if planned.weeks > 1 else [],
        "mode": "onsite" if planned.place else "online",
        "place": planned.place,
        "join_url": planned.join_url,
        "capacity": planned.capacity,
        "party_max": 4,
        "allocation": "first_come",
        "offer_hours": 24,
        "confirm_minutes": 60,
        "support": list(planned.support),
        "open_to": planned.open_to,
        "quotas": list(planned.quotas),
        "invitations": list(planned.invitations),
    }


def _times(planned: PlannedGathering, starts: datetime) -> dict[str, str]:
    ends = starts + timedelta(hours=planned.hours)
    return {"starts_at": starts.astimezone(UTC).isoformat(), "ends_at": ends.astimezone(UTC).isoformat()}


async def check_of(platform: Platform, place: Place) -> list[str]:
    """Its Selbstcheck from opening to closing, unless it has one; what was added, in words."""
    return [] if place.check is None else await _check(platform, place, place.check)


async def _check(platform: Platform, place: Place, check: PlannedCheck) -> list[str]:
    existing = (
        await platform.call("GET", f"/selfcheck/v1/{place.slug}/assessments", role="coordinator", tenant=place.slug)
    )["items"]
    if any(item["status"] == "closed" for item in existing):
        return []
    # A seeding that was cut short left one that cannot be finished: its links belong to those who answered.
    key = f"{place.slug}-check-{len(existing)}"
    if place.members:
        id = await steps.open_joint_assessment(platform, place, check.title, key)
    else:
        id = (await steps.open_assessment(platform, place.slug, check.title, key))["id"]
    count = await steps.answer_all(platform, place.slug, id, check, key)
    question = (await steps.questionnaire(platform))["fields"][0]["criteria"][0]["questions"][0]["id"]
    await steps.decide(platform, place.slug, id, question, key)
    return [f"{place.name['de']}: “{check.title}” answered by {count}, revealed and closed"]
