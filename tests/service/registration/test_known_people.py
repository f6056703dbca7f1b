"""People without a registration are known by the events that made their contacts, also by those of before they were kept."""

from __future__ import annotations

from aiokafka import AIOKafkaProducer

from chassis.messaging.rebuild import Rebuild
from chassis.settings import Settings
from contracts.selfcheck import RespondentInvited
from tests.service.registration.conftest import People
from tests.service.reporting.towns import Topics

ERASURES = "/registration/v1/wilhelmshaven/erasures"


async def test_respondents_of_before_are_known_once_the_events_are_read_again(
    settings: Settings, topics: None, people: People
) -> None:
    told = Topics()
    invited = RespondentInvited(
        assessment_id="a", respondent_id="r", perspective="administration", contact_id="contact-of-before"
    )
    told.tell("a", invited)
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka_bootstrap)
    await producer.start()
    for record in told.records:
        topic = f"{settings.namespace}.{record.topic}"
        await producer.send_and_wait(topic, record.value, key=record.key.encode(), headers=list(record.headers))
    await producer.stop()
    asked = {"person_id": "contact-of-before"}
    assert (await people.coordinator.post(ERASURES, json=asked)).status_code == 404
    service = people.service
    await Rebuild(
        "registration",
        service.context.database,
        service.definition.handlers,
        service.definition.read_model,
        service.definition.programme,
        settings,
        service.context.clock,
        0.1,
    ).run(lambda *_: None)
    assert (await people.coordinator.post(ERASURES, json=asked)).status_code == 201
    elsewhere = "/registration/v1/wolfsburg/erasures"
    assert (await people.stranger.post(elsewhere, json=asked)).status_code == 404, "known in that municipality alone"
