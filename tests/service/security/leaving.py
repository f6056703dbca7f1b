"""A municipality with people in all services, and what workers do when it leaves."""

from __future__ import annotations

from tests.service.security.conftest import Everything
from tests.service.security.test_bad_input import DRAFT, PERSON

CANARY = "Kanarienvogel"
WORK = ("erase", "municipalities", "depart")


async def work_and_spread(everything: Everything) -> None:
    """What workers and Kafka do: whatever is due, and every event to every service."""
    for service in everything.services.values():
        for due in service.definition.jobs:
            if due.name in WORK:
                for document in await due.documents.find({"due_at": {"$exists": True}}).to_list(None):
                    await due.handle(document)
    for name, service in everything.services.items():
        for collection in service.definition.outboxes:
            await everything.spread(collection, name)
            published = {"$set": {"outbox": [], "pending": False}}
            await service.context.database[collection].update_many({"pending": True}, published)


async def furnish(everything: Everything, tenant: str) -> None:
    """A gathering with somebody, a clerk, a self-check with somebody invited."""
    coordinator, base = everything.client(tenant, "coordinator"), everything.url(f"/registration/v1/{tenant}")
    drafted = await coordinator.post(f"{base}/gatherings", json=DRAFT)
    gathering = f"{base}/gatherings/{drafted.json()['id']}"
    await coordinator.post(f"{gathering}/publication")
    for number in range(3):
        person = PERSON | {"name": f"{CANARY} {number}", "contact": {"email": f"{CANARY}{number}@example.org"}}
        assert (await coordinator.post(f"{gathering}/registrations", json=person)).status_code == 201
    check = {
        "questionnaire": {"id": "weltoffene-kommune", "version": "1"},
        "title": "Selbstcheck",
        "perspectives": [{"id": "administration", "title": {"de": "Verwaltung"}}],
        "minimum_group": 5,
    }
    assessments = everything.url(f"/selfcheck/v1/{tenant}/assessments")
    made = await coordinator.post(assessments, json=check)
    assert made.status_code == 201, made.text
    invitation = {
        "perspective": "administration",
        "label": "Kulturamt",
        "contact": {"name": f"{CANARY} R", "email": f"{CANARY}R@{tenant}.example"},
    }
    invited = await coordinator.post(f"{assessments}/{made.json()['id']}/invitations", json=invitation)
    assert invited.status_code == 201, invited.text
    clerk = f"{CANARY.lower()}@{tenant}.example"
    assert (await coordinator.put(f"{base}/staff/{clerk}", json={"roles": ["intake"]})).status_code == 200
