"""A joint self-check as a member sees it: asked, under way, and with the result that a district's closing shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kommune.demo import steps
from kommune.demo.places import DACHAU_DISTRICT
from kommune.demo.platform import Platform
from tests.browser.walk.residents import TENANT
from tests.browser.walk.respondents import CHECK
from tests.browser.walk.visits import Visit, of_staff

DISTRICT = DACHAU_DISTRICT.slug
PAGES = "/selfcheck/{tenant}/joint-assessments/"


async def visits(platform: Platform, question: str) -> Sequence[Visit]:
    """All of them; `question`: one to agree on."""

    async def call(tenant: str, path: str, body: Any = None, method: str = "POST") -> Any:
        base = f"/selfcheck/v1/{tenant}/joint-assessments"
        return await platform.call(method, base + path, body, role="moderator", tenant=tenant)

    belongs = f"/registration/v1/{TENANT}/membership/{DISTRICT}"
    await platform.call("PUT", belongs, {"valid_from": "2024-01-01"}, role="programme_office")
    asked, both = (steps.assessment_body(title) | {"members": [TENANT]} for title in ("Gefragt", "Gemeinsam"))
    waiting = await platform.eventually("the membership becoming known", lambda: call(DISTRICT, "", asked))
    joint = (await call(DISTRICT, "", both | {"takes_part": True}))["id"]
    await call(TENANT, f"/{joint}/acceptance")
    for tenant in (DISTRICT, TENANT):
        members = (await call(tenant, f"/{joint}", method="GET"))["members"]
        own = next(one["assessment"] for one in members if one["municipality"] == tenant)
        await steps.answer_all(platform, tenant, own, CHECK, f"walk joint {tenant}")
        await steps.decide(platform, tenant, own, question, f"walk joint {tenant}")
    await platform.eventually("the figures coming in", lambda: call(DISTRICT, f"/{joint}/closing"))
    report = f"/reporting/v1/{TENANT}/joint-assessments/{joint}"
    await platform.eventually(
        "reporting knowing them", lambda: platform.call("GET", report, role="moderator", tenant=TENANT)
    )
    here, one = f"/selfcheck/{TENANT}/joint-assessments/", PAGES + "{id}"
    return [
        of_staff(PAGES, here, "coordinator"),
        of_staff(one, here + waiting["id"], "coordinator", "asked"),
        of_staff(
            one, here + waiting["id"], "coordinator", "unsure", status=422, press="form[action$=acceptance] button"
        ),
        of_staff(one, here + joint, "decision_maker", "closed"),
        of_staff(
            "/reporting/{tenant}/joint-assessments/{id}",
            f"/reporting/{TENANT}/joint-assessments/{joint}",
            "decision_maker",
        ),
    ]
