"""The municipality's page leads to its action plan as long as everybody may read one."""

from __future__ import annotations

from chassis.messaging.records import Record
from contracts.envelope import Envelope, Event
from contracts.reporting import ActionPlanShown
from contracts.selfcheck import AssessmentDeleted
from tests.service.registration.conftest import People

PLANS, PAGE = "/reporting/wilhelmshaven/action-plans", "/registration/wilhelmshaven/?lang=uk"


async def _told(people: People, event: Event, key: str, tenant: str, sequence: int) -> bool:
    """The event arrives; whether the page leads to the plans then."""
    assert people.service.context.processor is not None
    id = f"{event.event_type}-{key}-{sequence}"
    at = "2026-11-01T10:00:00.000Z"
    service = event.topic.partition(".")[0]
    envelope = Envelope(id, event.event_type, service, at, key, tenant, sequence, event.model_dump_json().encode())
    headers = tuple((name, value) for name, value in envelope.headers())
    await people.service.context.processor.handle([Record(event.topic, 0, sequence, key, envelope.data, headers)])
    return PLANS in (await people.public.get(PAGE)).text


async def _shown(people: People, id: str, public: bool, sequence: int, tenant: str = "wilhelmshaven") -> bool:
    return await _told(people, ActionPlanShown(assessment_id=id, public=public), id, tenant, sequence)


async def _deleted(people: People, id: str, tenant: str = "wilhelmshaven") -> bool:
    return await _told(people, AssessmentDeleted(assessment_id=id), id, tenant, 1)


async def test_the_link_is_there_while_there_is_something_to_read(people: People) -> None:
    assert PLANS not in (await people.public.get(PAGE)).text
    assert not await _shown(people, "theirs", True, 1, "wolfsburg")
    assert await _shown(people, "ours", True, 1)
    assert not await _shown(people, "ours", False, 2)


async def test_the_link_goes_with_the_self_check_of_the_last_plan(people: People) -> None:
    await _shown(people, "first", True, 1)
    assert await _shown(people, "second", True, 1)
    assert await _deleted(people, "theirs", "wolfsburg")
    assert await _deleted(people, "first"), "one is left"
    assert not await _deleted(people, "second")
    assert not await _shown(people, "second", True, 2), "what is told late brings it back no more"
    assert not await _deleted(people, "third")
    assert not await _shown(people, "third", True, 1), "also where nothing was known of the plan before"
