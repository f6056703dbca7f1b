"""The municipality's page leads to its action plan as long as everybody may read one."""

from __future__ import annotations

from chassis.messaging.records import Record
from contracts.envelope import Envelope
from contracts.reporting import ActionPlanShown
from tests.service.registration.conftest import People


async def test_the_link_is_there_while_there_is_something_to_read(people: People) -> None:
    assert people.service.context.processor is not None
    plans, page = "/reporting/wilhelmshaven/action-plans", "/registration/wilhelmshaven/?lang=uk"
    assert plans not in (await people.public.get(page)).text
    told = [(True, "wolfsburg", 1), (True, "wilhelmshaven", 1), (False, "wilhelmshaven", 2)]
    for offset, (public, tenant, sequence) in enumerate(told):
        event = ActionPlanShown(assessment_id=f"a-{tenant}", public=public)
        envelope = Envelope(
            f"e{offset}",
            event.event_type,
            "reporting",
            "2026-11-01T10:00:00.000Z",
            event.assessment_id,
            tenant,
            sequence,
            event.model_dump_json().encode(),
        )
        headers = tuple((name, value) for name, value in envelope.headers())
        record = Record(event.topic, 0, offset, event.assessment_id, envelope.data, headers)
        await people.service.context.processor.handle([record])
        assert (plans in (await people.public.get(page)).text) == (public and tenant == "wilhelmshaven")
