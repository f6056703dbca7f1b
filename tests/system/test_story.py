"""The whole story: every service in processes of its own, nothing but HTTP, Kafka and mail between them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from chassis.settings import Settings
from kommune.demo import steps
from kommune.demo.places import DACHAU_DISTRICT, MEMBERS, WOLFSBURG
from kommune.demo.platform import DemoError
from kommune.demo.story import TENANT, Story
from tests.support.deployment import Deployment
from tests.support.gathering_drafts import gathering_draft


@pytest.mark.parametrize("driver", ["motor", "pymongo"])
async def test_the_story_of_a_model_municipality_and_telling_it_again(
    driver: str, settings: Settings, tmp_path: Path
) -> None:
    settings = settings.model_copy(update={"mongo_driver": driver})
    async with Deployment(settings, tmp_path) as town, town.platform() as platform:
        told: list[tuple[str, str]] = []
        story = Story(platform, lambda step, text, seconds: told.append((step, text)), date.today())
        await story.run()
        assert {step[0] for step, _ in told} == {"1", "2", "3", "4", "5", "6"}
        (full,) = (
            text for step, text in told if step == "3 Full house"
        )  # how many groups fill it differs from day to day
        assert full.endswith(" more registered; the 36th person is waiting, position 1")
        assert ("3 Moving up", "someone cancelled, and Layla was offered the seat") in told
        assert ("3 Moving up", "Layla's seat: confirmed") in told

        mails = await platform.call("GET", "/mailbox.json")
        before = [(mail["to"], mail["language"], mail["subject"]) for mail in mails]
        assert any(to == "oksana.kovalenko@example.org" and language == "uk" for to, language, _ in before)

        overview = await platform.call("GET", f"/reporting/v1/{TENANT}/overview", role="coordinator", tenant=TENANT)
        assessments = overview["assessments"]
        told.clear()
        await story.run()
        again = await platform.call("GET", f"/reporting/v1/{TENANT}/overview", role="coordinator", tenant=TENANT)
        assert again["assessments"] == assessments
        assert again["participation"] == overview["participation"]
        mails = await platform.call("GET", "/mailbox.json")
        assert [(mail["to"], mail["language"], mail["subject"]) for mail in mails] == before


@pytest.mark.parametrize("alone", ["registration", "selfcheck", "notifications", "reporting"])
async def test_any_three_may_be_down(alone: str, settings: Settings, tmp_path: Path) -> None:
    async with Deployment(settings, tmp_path) as town, town.platform() as platform:
        await steps.ensure_admitted(platform, WOLFSBURG)
        for part in town.ports:
            if not part.startswith(f"{alone}."):
                town.kill(part)
        slug = WOLFSBURG.slug
        match alone:
            case "registration":
                gathering = await steps.publish_gathering(platform, slug, gathering_draft(capacity=3), "alone")
                person = {
                    "name": "Ada",
                    "contact": {"phone": "04421 161234"},
                    "language": "de",
                    "channel": "phone",
                    "consent": {"text_version": "1"},
                }
                (answer,) = await steps.register_at_desk(platform, slug, gathering, [person], "alone")
                assert answer["status"] == "confirmed"
            case "selfcheck":
                assessment = await steps.open_assessment(platform, slug, "Allein", "alone")
                assert await steps.answer_all(platform, slug, assessment["id"], WOLFSBURG.check, "alone") == 17  # type: ignore[arg-type]
            case "notifications":
                found = await platform.call(
                    "GET", f"/notifications/v1/{slug}/messages", role="coordinator", tenant=slug
                )
                assert found["items"]
            case _:
                found = await platform.call("GET", f"/reporting/v1/{slug}/overview", role="coordinator", tenant=slug)
                assert found["participation"] == []


async def test_a_foreign_tenant_is_not_there(settings: Settings, tmp_path: Path) -> None:
    async with Deployment(settings, tmp_path) as town, town.platform() as platform:
        for place in (DACHAU_DISTRICT, MEMBERS[0]):
            await steps.ensure_admitted(platform, place)
        for path in ("selfcheck/v1/{}/assessments", "notifications/v1/{}/messages", "reporting/v1/{}/overview"):
            with pytest.raises(DemoError, match="404"):
                await platform.call(
                    "GET", "/" + path.format(DACHAU_DISTRICT.slug), role="coordinator", tenant=MEMBERS[0].slug
                )
