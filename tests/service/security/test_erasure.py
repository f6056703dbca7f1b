"""A person is forgotten by all services, and the certificate says what each removed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chassis.messaging.records import Record
from chassis.storage.tenancy import of_document
from contracts.envelope import Envelope
from contracts.selfcheck import RespondentInvited
from tests.service.security.conftest import Everything
from tests.service.security.erasures import (
    BASE,
    CANARY,
    carry_out_erasures,
    everything_stored,
    link_of,
    published_gathering,
)
from tests.service.security.test_bad_input import PERSON


async def test_forgotten_everywhere_with_a_receipt_of_each(everything: Everything) -> None:
    coordinator, public = everything.client("wilhelmshaven", "coordinator"), everything.client()
    gathering = await published_gathering(everything)
    person = PERSON | {
        "name": f"{CANARY} A",
        "party": [f"{CANARY} B"],
        "contact": {"email": f"{CANARY}@example.org", "phone": "+49 4421 1"},
    }
    id = (await public.post(f"{gathering}/registrations", json=person)).json()["id"]
    holder = link_of(everything, id)
    await carry_out_erasures(everything)

    ours = await public.get(everything.url(f"{BASE}/people/{id}/export"), headers=holder)
    assert ours.json()["registration"]["name"] == f"{CANARY} A"
    theirs = await public.get(everything.url(f"/notifications/v1/wilhelmshaven/people/{id}/export"), headers=holder)
    assert theirs.json()["contact"]["email"] == f"{CANARY}@example.org"
    assert [message["kind"] for message in theirs.json()["messages"]] == ["confirm-address"]

    erasures = everything.url(f"{BASE}/erasures")
    assert (
        await public.post(erasures, json={"person_id": id}, headers={"Authorization": "Link no"})
    ).status_code == 404
    asked = await public.post(erasures, json={"person_id": id}, headers=holder)
    assert asked.status_code == 201
    assert (asked.json()["status"], len(asked.json()["awaited"])) == ("running", 4)
    again = await coordinator.post(erasures, json={"person_id": id})
    assert (again.json()["id"], again.headers["Idempotent-Replayed"]) == (asked.json()["id"], "true")
    await carry_out_erasures(everything)
    await carry_out_erasures(everything)

    certificate = (await public.get(f"{erasures}/{asked.json()['id']}", headers=holder)).json()
    assert (certificate["status"], certificate["awaited"]) == ("complete", [])
    assert certificate["receipts"]["registration"]["removed"] == {"registrations": 1, "names of companions": 1}
    assert certificate["receipts"]["notifications"]["removed"] == {"contacts": 1}
    assert all(part["remains"] for name, part in certificate["receipts"].items() if name != "selfcheck")
    assert (await public.get(everything.url(f"{BASE}/people/{id}/export"), headers=holder)).status_code == 404
    listed = (await coordinator.get(f"{gathering}/registrations")).json()["items"]
    assert listed == []
    assert (await public.get(gathering)).json()["seats"]["taken"] == 0
    for service in everything.services.values():  # outboxes are emptied by the relay, which does not run here
        for name in service.definition.outboxes:
            await service.context.database[name].update_many({}, {"$set": {"outbox": []}})
    assert CANARY not in await everything_stored(everything)


async def test_a_companion_and_a_helper_go_alone(everything: Everything) -> None:
    public = everything.client()
    gathering = await published_gathering(everything)
    body = PERSON | {
        "name": "Oma",
        "party": [f"{CANARY} Kind", "Enkel"],
        "contact": {"post": "Gasse 1"},
        "channel": "helper",
        "helper": {"name": f"{CANARY} Hilfe", "contact": {"phone": "+49 4421 77"}},
    }
    id = (await public.post(f"{gathering}/registrations", json=body)).json()["id"]
    holder, erasures = link_of(everything, id), everything.url(f"{BASE}/erasures")
    for wrong in ({"companion": 3}, {"companion": 0}, {}):
        answer = await public.post(erasures, json={"person_id": id, "who": "companion", **wrong}, headers=holder)
        assert answer.status_code in (404, 422)
    for who in ({"who": "companion", "companion": 1}, {"who": "helper"}):
        asked = await public.post(erasures, json={"person_id": id, **who}, headers=holder)
        assert asked.status_code == 201
        await carry_out_erasures(everything)
        await carry_out_erasures(everything)
        holder = link_of(everything, id, int(who["who"] == "helper"))
        certificate = (await public.get(f"{erasures}/{asked.json()['id']}", headers=holder)).json()
        assert (certificate["status"], certificate["who"]) == ("complete", who["who"])
    ours = (await public.get(everything.url(f"{BASE}/people/{id}/export"), headers=holder)).json()["registration"]
    assert (ours["name"], ours["party"], ours["helper"]) == ("Oma", ["", "Enkel"], None)
    theirs = await public.get(everything.url(f"/notifications/v1/wilhelmshaven/people/{id}/export"), headers=holder)
    assert (theirs.json()["contact"]["name"], theirs.json()["contact"]["phone"]) == ("Oma", None)
    assert (await public.get(gathering)).json()["seats"]["taken"] == 3


async def test_a_batch_is_forgotten_with_one_receipt_of_each_service(everything: Everything) -> None:
    public = everything.client()
    gathering = await published_gathering(everything)
    people = []
    for number in range(3):
        body = PERSON | {"name": f"{CANARY} {number}", "contact": {"phone": "+49 4421 1"}, "party": [CANARY]}
        people.append((await public.post(f"{gathering}/registrations", json=body)).json()["id"])
    await carry_out_erasures(everything)
    erasures = everything.services["registration"].app(works=False).state.registration.erasures
    scope = of_document({"tenant": "wilhelmshaven"})
    now = everything.services["registration"].context.clock.now()
    (first,) = await erasures.begin_many(scope, people, "retention", "a gathering", now)
    assert await erasures.begin_many(scope, people[::-1], "retention", "a gathering", now) == [first]
    await carry_out_erasures(everything)
    await carry_out_erasures(everything)
    coordinator = everything.client("wilhelmshaven", "coordinator")
    (listed,) = (await coordinator.get(everything.url(f"{BASE}/erasures"))).json()["items"]
    assert (listed["people"], listed["reason"], "person_id" in listed) == (3, "retention", False)
    certificate = (await coordinator.get(everything.url(f"{BASE}/erasures/{first}"))).json()
    assert certificate["receipts"]["registration"]["removed"] == {"registrations": 3, "names of companions": 3}
    assert certificate["receipts"]["notifications"]["removed"] == {"contacts": 3}
    assert certificate["status"] == "complete"


async def test_another_municipality_erases_nobody_and_stops_no_erasure(everything: Everything) -> None:
    public = everything.client()
    gathering = await published_gathering(everything)
    id = (await public.post(f"{gathering}/registrations", json=PERSON)).json()["id"]
    await carry_out_erasures(everything)
    stranger = everything.client("wolfsburg", "coordinator")
    asked = await stranger.post(everything.url("/registration/v1/wolfsburg/erasures"), json={"person_id": id})
    assert asked.status_code == 404
    await carry_out_erasures(everything)
    export = everything.url(f"/notifications/v1/wilhelmshaven/people/{id}/export")
    assert (await public.get(export, headers=link_of(everything, id))).json()["contact"]["name"] == PERSON["name"]
    assert (await public.get(gathering)).json()["seats"]["taken"] == 1
    holder = link_of(everything, id)
    ours = await public.post(everything.url(f"{BASE}/erasures"), json={"person_id": id}, headers=holder)
    await carry_out_erasures(everything)
    await carry_out_erasures(everything)
    certificate = (await public.get(everything.url(f"{BASE}/erasures/{ours.json()['id']}"), headers=holder)).json()
    assert certificate["status"] == "complete"
    assert certificate["receipts"]["notifications"]["removed"] == {"contacts": 1}


async def test_a_respondent_is_known_where_they_were_invited_and_nowhere_else(everything: Everything) -> None:
    event = RespondentInvited(
        assessment_id="a1", respondent_id="r1", perspective="civil", contact_id="0199a2b3c4d5e6f7a8b9c0d1e2f3a4c9"
    )
    await _know(everything, event)
    for tenant, status in (("wolfsburg", 404), ("wilhelmshaven", 201)):
        coordinator = everything.client(tenant, "coordinator")
        url = everything.url(f"/registration/v1/{tenant}/erasures")
        assert (await coordinator.post(url, json={"person_id": event.contact_id})).status_code == status
        assert (await coordinator.post(url, json={"person_id": "nobody"})).status_code == 404


async def _know(everything: Everything, event: RespondentInvited) -> None:
    """Registration hears of an invitation in Wilhelmshaven."""
    told = Envelope(
        "e-invited",
        event.event_type,
        "/selfcheck",
        "2026-11-25T09:00:00Z",
        event.respondent_id,
        "wilhelmshaven",
        1,
        event.model_dump_json().encode(),
    )
    processor = everything.services["registration"].context.processor
    assert processor is not None
    await processor.handle([Record(event.topic, 0, 0, event.respondent_id, told.data, tuple(told.headers()))])


async def test_what_is_set_aside_of_a_contact_ends_with_it(everything: Everything) -> None:
    """An unreadable contact is parked with its content; a newer one, or the erasure, makes it meaningless."""
    notifications = everything.services["notifications"].context
    assert notifications.processor is not None
    parked, envelope = (
        notifications.database["parked"],
        Envelope(
            "e1",
            "contacts.contact.recorded.v1",
            "/registration",
            "2026-11-25T09:00:00Z",
            "p1",
            "wilhelmshaven",
            1,
            b"{}",
        ),
    )
    broken = Record("contacts.v1", 0, 0, "p1", f'{{"name": "{CANARY}"'.encode(), tuple(envelope.headers()))
    await notifications.processor.handle([broken])
    assert await parked.count_documents({}) == 1
    tombstone = Record("contacts.v1", 0, 5, "p1", None, tuple(replace(envelope, sequence=2).headers()))
    await notifications.processor.handle([tombstone])
    assert await parked.count_documents({}) == 0
    later = Record("contacts.v1", 0, 9, "p1", broken.value, tuple(replace(envelope, sequence=3).headers()))
    await notifications.processor.handle([later])
    await _know(
        everything, RespondentInvited(assessment_id="a1", respondent_id="r1", perspective="civil", contact_id="p1")
    )
    coordinator = everything.client("wilhelmshaven", "coordinator")
    await coordinator.post(everything.url(f"{BASE}/erasures"), json={"person_id": "p1"})
    await carry_out_erasures(everything)
    await carry_out_erasures(everything)
    assert await parked.count_documents({}) == 0
    assert CANARY not in await everything_stored(everything)


async def test_transitions_remembered_for_long_do_not_keep_an_erasure_from_ending(everything: Everything) -> None:
    """Keys that are old are dropped with the next write; the erasure drops all of them in that write as well."""
    public = everything.client()
    gathering = await published_gathering(everything)
    id = (await public.post(f"{gathering}/registrations", json=PERSON)).json()["id"]
    registrations = everything.services["registration"].context.database["registrations"]
    old = everything.services["registration"].context.clock.now() - timedelta(days=9)
    await registrations.update_one(
        {"_id": id}, {"$set": {"requests": {"k": {"f": CANARY, "a": CANARY, "t": old}}, "search": [CANARY]}}
    )
    holder = link_of(everything, id)
    await public.post(everything.url(f"{BASE}/erasures"), json={"person_id": id}, headers=holder)
    await carry_out_erasures(everything)
    stored = await registrations.find_one({"_id": id})
    assert stored is not None
    assert CANARY not in repr(stored)
    assert not {"requests", "search"} & set(stored)
    assert stored["proof"]["text_version"] == PERSON["consent"]["text_version"]
