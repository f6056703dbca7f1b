"""Coordinators are reminded of measures: each who holds the role, once for each event."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from chassis.service import Service
from chassis.settings import Settings
from contracts import registration as r
from contracts import selfcheck as s
from contracts.contacts import ContactRecorded
from services.notifications.service import compose
from tests.service.notifications.records import record_of
from tests.support.message_samples import render

ADMITTED = r.MunicipalityAdmitted(
    slug="w", name={"de": "W"}, kind="city", state="Niedersachsen", inhabitants=1, languages=("de",), contact_id="first"
)


async def _remind(service: Service, reminder: dict[str, Any]) -> None:
    job = next(one for one in service.definition.jobs if one.name == "remind")
    await job.handle(reminder)


async def test_each_coordinator_is_reminded_once(settings: Settings) -> None:
    service = Service("notifications", compose, settings)
    database = service.context.database
    try:
        await service.prepare()
        assert service.context.processor is not None
        due = s.MeasureDue(
            assessment_id="a", measure_id="m", field="f", title="Wegweiser\nneu", due=date(2027, 3, 31), state="soon"
        )
        records = [
            record_of("w", ADMITTED),
            record_of("w:k1", r.StaffGranted(email_key="k1", roles=("coordinator",), contact_id="second")),
            record_of("w:k2", r.StaffGranted(email_key="k2", roles=("coordinator", "intake"), contact_id="former")),
            record_of("w:k2", r.StaffGranted(email_key="k2", roles=("intake",)), 2),
            record_of("w:k3", r.StaffGranted(email_key="k3", roles=("moderator",), contact_id="moderator")),
            record_of("m", due),
        ]
        await service.context.processor.handle(records)
        await service.context.processor.handle(records)
        [reminder] = await database["reminders"].find({}).to_list(None)
        for _ in range(2):
            await _remind(service, reminder)
        intents = await database["intents"].find({"kind": "measure-soon"}).to_list(None)
        assert sorted(one["contact"] for one in intents) == ["first", "second"]
        contact = {"name": "Karla", "language": "de", "email": "k@example.org"}
        said = render(intents[0], contact, None, None, "https://k.example")
        assert said.subject == "Bald fällig: Wegweiser neu"
        assert "31. März 2027" in said.body
        assert said.link == "https://k.example/selfcheck/w/measures?lang=de"
        assert intents[0]["at"] == datetime(2026, 11, 1, 10, tzinfo=UTC)
    finally:
        await database.close()


@pytest.mark.parametrize("how", ["other roles", "none"])
async def test_the_first_coordinator_gets_no_more_of_it_once_they_coordinate_no_longer(
    settings: Settings, how: str
) -> None:
    """They came with the admission, which names no key of theirs: their address does."""
    service = Service("notifications", compose, settings)
    database, secrets = service.context.database, service.context.secrets
    try:
        await service.prepare()
        assert service.context.processor is not None
        contact = ContactRecorded(
            contact_id="first", kind="staff", for_id="w", language="de", name="Karla", email="Karla@example.org"
        )
        key = secrets.email_key("karla@example.org")
        due = s.MeasureDue(
            assessment_id="a", measure_id="m", field="f", title="Wegweiser", due=date(2027, 3, 31), state="soon"
        )
        await service.context.processor.handle(
            [
                record_of("w", ADMITTED),
                record_of("first", contact),
                record_of(f"w:{key}", r.StaffGranted(email_key=key, roles=("coordinator",))),
                record_of("m", due),
            ]
        )
        [reminder] = await database["reminders"].find({}).to_list(None)
        await _remind(service, reminder)
        assert [one["contact"] for one in await database["intents"].find({"kind": "measure-soon"}).to_list(None)] == [
            "first"
        ]
        after = (
            r.StaffGranted(email_key=key, roles=("intake",)) if how == "other roles" else r.StaffRevoked(email_key=key)
        )
        await service.context.processor.handle([record_of(f"w:{key}", after, 2), record_of("m", due, 2)])
        await _remind(service, await database["reminders"].find_one({"_id": {"$ne": reminder["_id"]}}))
        assert await database["intents"].count_documents({"kind": "measure-soon"}) == 1
    finally:
        await database.close()


async def test_coordinators_of_a_member_are_told_that_the_district_asks(settings: Settings) -> None:
    """The event is the district's; nobody of the district is written to, and nobody twice."""
    service = Service("notifications", compose, settings)
    database = service.context.database
    try:
        await service.prepare()
        assert service.context.processor is not None
        towns = [
            r.MunicipalityAdmitted(
                slug=slug,
                name={"de": slug},
                kind="city",
                state="Bayern",
                inhabitants=1,
                languages=("de",),
                contact_id=f"of-{slug}",
            )
            for slug in ("kreis", "adorf", "bedorf")
        ]
        opened = s.JointOpened(
            joint_id="j",
            district="kreis",
            title={"de": "Gemeinsam\nfragen"},
            questionnaire_id="q",
            version="1",
            perspectives=(),
            members=("adorf", "kreis"),
        )
        changes = [
            s.JointMemberChanged(joint_id="j", member="adorf", stance="accepted", title={"de": "Gemeinsam"}),
            s.JointMemberChanged(joint_id="j", member="bedorf", stance="asked", title={"de": "Gemeinsam"}),
        ]
        records = [record_of(one.slug, one, tenant=one.slug) for one in towns]
        records += [record_of("j", one, number, "kreis") for number, one in enumerate([opened, *changes], 1)]
        for _ in range(2):
            await service.context.processor.handle(records)
        for reminder in await database["reminders"].find({}).to_list(None):
            await _remind(service, reminder)
        intents = await database["intents"].find({"kind": "joint-asked"}).sort("contact", 1).to_list(None)
        assert [(one["tenant"], one["contact"]) for one in intents] == [("adorf", "of-adorf"), ("bedorf", "of-bedorf")]
        said = render(
            intents[0], {"name": "K", "language": "de", "email": "k@example.org"}, None, None, "https://k.example"
        )
        assert said.subject == "Gemeinsamer Selbstcheck: Gemeinsam fragen"
        assert said.link == "https://k.example/selfcheck/adorf/joint-assessments/j?lang=de"
    finally:
        await database.close()
