"""A municipality takes along all that each service holds of it; nobody else does, and no secret goes with it."""

from __future__ import annotations

import pytest

from tests.service.security.conftest import Everything
from tests.service.security.leaving import CANARY, furnish, work_and_spread

SERVICES = ("registration", "selfcheck", "notifications", "reporting")


async def test_everything_of_one_municipality_and_nothing_of_another(everything: Everything) -> None:
    for tenant in ("wilhelmshaven", "wolfsburg"):
        await furnish(everything, tenant)
    for _ in range(2):
        await work_and_spread(everything)
    coordinator = everything.client("wilhelmshaven", "coordinator")
    exported = {}
    for service in SERVICES:
        answer = await coordinator.get(everything.url(f"/{service}/v1/wilhelmshaven/export"))
        assert answer.status_code == 200
        assert f'filename="wilhelmshaven-{service}.json"' in answer.headers["content-disposition"]
        assert "wolfsburg" not in answer.text, service
        for secret in ("outbox", "code_hash", "resume_hash", '"codes"', "answers"):
            if (service, secret) == ("reporting", "answers"):
                continue  # those of municipalities to questions of others are theirs
            assert secret not in answer.text, f"{service}: {secret}"
        exported[service] = answer.json()["collections"]
    assert {one["name"] for one in exported["registration"]["registrations"]} == {f"{CANARY} {n}" for n in range(3)}
    assert [one["id"] for one in exported["registration"]["municipalities"]] == ["wilhelmshaven"]
    assert len(exported["reporting"]["participants"]) == 3
    assert len(exported["notifications"]["contacts"]) >= 5
    assert [one["title"] for one in exported["selfcheck"]["assessments"]] == [{"de": "Selbstcheck"}]


@pytest.mark.parametrize("service", SERVICES)
async def test_only_coordinators_take_it_along(everything: Everything, service: str) -> None:
    url = everything.url(f"/{service}/v1/wilhelmshaven/export")
    for tenant, role, status in (
        ("wilhelmshaven", "intake", 403),
        ("wolfsburg", "coordinator", 404),
        ("-", "programme_office", 403),
        ("-", "operator", 403),
    ):
        assert (await everything.client(tenant, role).get(url)).status_code == status, role
    assert (await everything.client().get(url)).status_code == 401
