"""A visit that was accepted becomes a draft among the host's gatherings."""

from __future__ import annotations

from datetime import UTC, datetime

from chassis.messaging.records import Record
from contracts.envelope import Envelope
from contracts.reporting import VisitAccepted
from tests.service.registration.conftest import People


async def test_a_draft_for_the_host_and_no_second_one(people: People) -> None:
    event = VisitAccepted(
        visit_id="v1",
        host="wilhelmshaven",
        visitors=("wolfsburg",),
        starts_at=datetime(2099, 3, 1, 9, tzinfo=UTC),
        ends_at=datetime(2099, 3, 2, 16, tzinfo=UTC),
        mode="onsite",
    )
    assert people.service.context.processor is not None
    for sequence in (1, 2):  # another municipality joins: told again
        envelope = Envelope(
            f"e{sequence}",
            event.event_type,
            "reporting",
            "2026-11-01T10:00:00.000Z",
            "v1",
            "wolfsburg",
            sequence,
            event.model_dump_json().encode(),
        )
        headers = tuple((name, value) for name, value in envelope.headers())
        record = Record(event.topic, 0, sequence, "v1", envelope.data, headers)
        await people.service.context.processor.handle([record])
        await people.work("draft-visits", {})
    rows = await people.service.context.database["gatherings"].find({"facts.kind": "exchange"}).to_list(None)
    assert [(row["tenant"], row["status"], row["facts"]["open_to"]) for row in rows] == [
        ("wilhelmshaven", "draft", "municipalities")
    ]
    [visit] = await people.service.context.database["peer_visits"].find({}).to_list(None)
    assert "due_at" not in visit
    published = await people.coordinator.post(f"/registration/v1/wilhelmshaven/gatherings/{rows[0]['_id']}/publication")
    assert published.status_code == 200, published.text
