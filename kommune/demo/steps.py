"""Steps that seeding and the story share: those of a municipality, each safe to be taken again."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from typing import Any

from kommune.demo.answers import QUESTIONNAIRE, answers
from kommune.demo.plans import Place, PlannedCheck
from kommune.demo.platform import Platform
from programme.navigation import local_address

PERSPECTIVES = ("administration", "civil_society")
SPEAKS = ("institution", "person")
"""Departments share the questions out, so the administration gives one official answer; clubs and residents answer for themselves."""
PERSPECTIVE_TITLES = ({"de": "Verwaltung", "en": "Administration"}, {"de": "Zivilgesellschaft", "en": "Civil society"})
MINIMUM_GROUP = 4


async def ensure_admitted(platform: Platform, place: Place) -> bool:
    """Apply and be admitted, unless it is a tenant already; returns whether it is new, once all four services know the tenant."""
    items = (await platform.call("GET", "/registration/v1/municipalities?limit=500"))["items"]
    is_new = place.slug not in {item["slug"] for item in items}
    if is_new:
        await admit(platform, place)
    await platform.eventually(
        f"{place.slug} becoming known to every service", lambda: _is_known_everywhere(platform, place.slug)
    )
    return is_new


async def admit(platform: Platform, place: Place) -> None:
    """Apply, and be admitted by the programme office."""
    application = {
        "slug": place.slug,
        "name": place.name,
        "kind": place.kind,
        "state": place.state,
        "inhabitants": place.inhabitants,
        "contact": {"name": place.coordinator, "email": local_address(place.slug, "coordinator"), "phone": place.phone},
        "languages": list(place.languages),
    }
    await platform.call(
        "POST", "/registration/v1/municipalities", application, role="programme_office", key=f"apply-{place.slug}"
    )
    await platform.call(
        "POST",
        f"/registration/v1/municipalities/{place.slug}/decision",
        {"decision": "admitted", "reason": "Willkommen im Programm."},
        role="programme_office",
        key=f"admit-{place.slug}",
    )


async def _is_known_everywhere(platform: Platform, slug: str) -> bool:
    """True; raises DemoError while one of the services does not know the tenant."""
    for path in ("selfcheck/v1/{}/assessments", "notifications/v1/{}/messages", "reporting/v1/{}/overview"):
        await platform.call("GET", "/" + path.format(slug), role="coordinator", tenant=slug)
    return True


async def publish_gathering(platform: Platform, tenant: str, draft: dict[str, Any], key: str) -> str:
    """Draft and publish a gathering; returns its id."""
    base = f"/registration/v1/{tenant}/gatherings"
    gathering = await platform.call("POST", base, draft, role="coordinator", tenant=tenant, key=f"{key}-draft")
    await platform.call(
        "POST", f"{base}/{gathering['id']}/publication", role="coordinator", tenant=tenant, key=f"{key}-publish"
    )
    return str(gathering["id"])


async def register_at_desk(
    platform: Platform, tenant: str, gathering: str, people: Sequence[dict[str, Any]], key: str
) -> list[dict[str, Any]]:
    """Register people as the intake clerk does, some at a time; returns the answers."""
    desk = asyncio.Semaphore(8)

    async def register(number: int, person: dict[str, Any]) -> dict[str, Any]:
        async with desk:
            answer: dict[str, Any] = await platform.call(
                "POST",
                f"/registration/v1/{tenant}/gatherings/{gathering}/registrations",
                person,
                role="intake",
                tenant=tenant,
                key=f"{key}-{number}",
            )
            return answer

    return await asyncio.gather(*(register(number, person) for number, person in enumerate(people)))


async def questions_to_ask(platform: Platform, tenant: str, question_ids: Collection[str]) -> list[dict[str, Any]]:
    """Those of the municipality's own questions to choose from that a gathering is to ask."""
    if not question_ids:
        return []
    path = f"/registration/v1/{tenant}/question-set"
    question_set = (await platform.call("GET", path, role="coordinator", tenant=tenant))["questions"]
    return [one for one in question_set if one["id"] in question_ids]


async def invitation_codes(platform: Platform, tenant: str, gathering: str) -> list[str]:
    """The codes of a gathering's invitations."""
    path = f"/registration/v1/{tenant}/gatherings/{gathering}/invitations"
    return [one["code"] for one in (await platform.call("GET", path, role="coordinator", tenant=tenant))["items"]]


async def questionnaire(platform: Platform) -> dict[str, Any]:
    """The platform's own questionnaire."""
    content: dict[str, Any] = await platform.call(
        "GET", f"/selfcheck/v1/questionnaires/{QUESTIONNAIRE['id']}/{QUESTIONNAIRE['version']}"
    )
    return content


async def open_assessment(platform: Platform, tenant: str, title: str, key: str) -> dict[str, Any]:
    """Open an assessment with the two perspectives."""
    assessment: dict[str, Any] = await platform.call(
        "POST",
        f"/selfcheck/v1/{tenant}/assessments",
        assessment_body(title),
        role="coordinator",
        tenant=tenant,
        key=f"{key}-open",
    )
    return assessment


async def open_joint_assessment(platform: Platform, district: Place, title: str, key: str) -> str:
    """Open a joint self-check that all members but the last agree to; returns the id of the district's own part in it."""
    body = {**assessment_body(title), "members": list(district.members), "takes_part": True}

    async def call_joint(tenant: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        base = f"/selfcheck/v1/{tenant}/joint-assessments"
        answer: dict[str, Any] = await platform.call(
            "POST", base + path, body, role="moderator", tenant=tenant, key=f"{key}-{tenant}-joint"
        )
        return answer

    opened = await platform.eventually(
        "the members becoming known to selfcheck", lambda: call_joint(district.slug, "", body)
    )
    for member in district.members[:-1]:
        await call_joint(member, f"/{opened['id']}/acceptance")
    return str(next(one["assessment"] for one in opened["members"] if one["municipality"] == district.slug))


def assessment_body(title: str) -> dict[str, Any]:
    """The body that opens an assessment."""
    return {
        "questionnaire": QUESTIONNAIRE,
        "title": {"de": title},
        "perspectives": [
            {"id": id, "title": text, "speaks": speaks}
            for id, text, speaks in zip(PERSPECTIVES, PERSPECTIVE_TITLES, SPEAKS, strict=True)
        ],
        "minimum_group": MINIMUM_GROUP,
    }


async def answer_all(platform: Platform, tenant: str, assessment: str, check: PlannedCheck, key: str) -> int:
    """Invite, answer and submit for everyone of both perspectives, side by side; returns how many there were."""
    questionnaire_content = await questionnaire(platform)
    at_once = asyncio.Semaphore(8)

    async def answer_once(perspective: str, number: int, means: Sequence[float]) -> None:
        async with at_once:
            invitation = await platform.call(
                "POST",
                f"/selfcheck/v1/{tenant}/assessments/{assessment}/invitations",
                {"perspective": perspective, "label": f"{perspective} {number + 1}"},
                role="coordinator",
                tenant=tenant,
                key=f"{key}-invite-{perspective}-{number}",
            )
            await respond(
                platform,
                invitation["answer_url"].rsplit("/", 1)[1],
                answers(questionnaire_content, means, f"{tenant}{perspective}{number}"),
            )

    groups = zip(PERSPECTIVES, check.respondents, (check.administration, check.civil_society), strict=True)
    tasks = [answer_once(perspective, number, means) for perspective, count, means in groups for number in range(count)]
    await asyncio.gather(*tasks)
    return len(tasks)


async def respond(platform: Platform, code: str, answers_by_question: dict[str, int | str]) -> None:
    """Save the answers in two sittings, as people do, and submit them."""
    path = f"/selfcheck/v1/answers/{code}"
    half = len(answers_by_question) // 2
    items = list(answers_by_question.items())
    first_sitting = await platform.call("PUT", path, {"answers": dict(items[:half])})
    resume = {"X-Resume-Code": first_sitting["resume_code"]}
    await platform.call("PUT", path, {"answers": dict(items[half:])}, headers=resume)
    await platform.call("POST", f"{path}/submission", headers=resume)


async def decide(platform: Platform, tenant: str, assessment: str, question: str, key: str) -> None:
    """Hold the workshop: reveal, one consensus with its reason, close."""
    base = f"/selfcheck/v1/{tenant}/assessments/{assessment}"

    async def moderate(step: str, body: Any = None) -> None:
        await platform.call("POST", f"{base}/{step}", body, role="moderator", tenant=tenant, key=f"{key}-{step}")

    await moderate("reveal")
    reason = "Der Rat hat Eckpunkte beschlossen; etwa die Hälfte davon ist umgesetzt, überprüft wird noch nichts."
    await moderate("consensus", {"question": question, "level": 2, "reason": reason})
    await moderate("closing")
