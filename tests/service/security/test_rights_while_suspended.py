"""While a municipality is suspended, people go on seeing, taking along, correcting and erasing what is stored of them, in all services."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.security.conftest import TENANTS, Everything
from tests.service.security.furnishing import OPTIONAL, QUESTION, Furnishing, Town
from tests.support.waiting import until

HERE = TENANTS[0]
EXPORTS = ("registration", "notifications")


@pytest.fixture
async def suspended(everything: Everything) -> Town:
    """With people of all kinds in it, and nothing open to the public any more."""
    town = Town(HERE)
    furnishing = Furnishing(everything, town)
    await furnishing.meeting()
    await furnishing.self_check()
    await furnishing.what_follows()
    services: Any = everything.apps["notifications"].state.services
    leads = services.unsubscribe.link(furnishing.scope, town.ids["person"], OPTIONAL)
    town.codes["unsubscribe"] = leads.rsplit("/", 1)[1]
    office = everything.client(role="programme_office")
    path = everything.url(f"/registration/v1/municipalities/{HERE}/suspension")
    assert (await office.post(path, json={"reason": "Der Vertrag ruht"})).status_code == 200
    await everything.spread("municipalities")
    gatherings = everything.url(f"/registration/v1/{HERE}/gatherings")

    async def closed() -> bool:
        return (await everything.client().get(gatherings)).status_code == 403

    await until(closed)
    return town


async def call(
    everything: Everything, method: str, path: str, body: Any = None, link: str = "", resume: str = "", role: str = ""
) -> int:
    headers = {"Authorization": f"Link {link}"} if link else {}
    headers |= {"X-Resume-Code": resume} if resume else {}
    client = everything.client(HERE, role) if role else everything.client()
    sent = {"json": body} if body is not None else {}
    return (await client.request(method, everything.url(path), headers=headers, **sent)).status_code


async def test_somebody_registered_keeps_their_rights(everything: Everything, suspended: Town) -> None:
    id, code, base = suspended.ids["person"], suspended.codes["person"], f"/registration/v1/{HERE}"
    for service in EXPORTS:
        assert await call(everything, "GET", f"/{service}/v1/{HERE}/people/{id}/export", link=code) == 200, service
    given = await everything.client().post(
        everything.url(f"{base}/people/{id}/pass"), headers={"Authorization": f"Link {code}"}
    )
    assert given.status_code == 200
    own_pass = given.json()["pass"]
    assert await call(everything, "GET", f"/reporting/v1/{HERE}/people/{id}/export", link=own_pass) == 200
    assert await call(everything, "GET", f"/notifications/{HERE}/people/{id}/{code}/messages.json") == 200
    optional = f"/notifications/{HERE}/unsubscribe/{id}/{OPTIONAL}/{suspended.codes['unsubscribe']}"
    assert await call(everything, "GET", optional) == 200
    for page in ("", "/data", "/data/mine.json"):
        assert await call(everything, "GET", f"/registration/{HERE}/my/{id}/{code}{page}") == 200, page
    assert await call(everything, "PATCH", f"{base}/registrations/{id}", {"name": "Olena K."}, code) == 200
    consent = {"granted": False, "text_version": "1"}
    assert await call(everything, "PUT", f"{base}/people/{id}/consents/photos", consent, code) == 200
    assert await call(everything, "POST", f"{base}/erasures", {"person_id": id}, code) == 201


async def test_a_respondent_keeps_their_rights(everything: Everything, suspended: Town) -> None:
    id, code, resume = suspended.ids["asker"], suspended.codes["asker"], suspended.codes["asker.resume"]
    sheet = f"/selfcheck/v1/answers/{code}"
    assert await call(everything, "GET", f"/selfcheck/v1/{HERE}/people/{id}/export", link=code, resume=resume) == 200
    assert await call(everything, "GET", sheet, resume=resume) == 200
    assert await call(everything, "GET", f"/selfcheck/answers/{code}") == 200
    assert await call(everything, "PUT", sheet, {"answers": {QUESTION: 1}}, resume=resume) == 200
    assert await call(everything, "POST", f"{sheet}/erasure", resume=resume) in (200, 201, 202)


@pytest.mark.parametrize("service", ["registration", "selfcheck", "notifications", "reporting"])
async def test_a_coordinator_takes_along_what_is_asked_for(
    everything: Everything, suspended: Town, service: str
) -> None:
    id = suspended.ids["invitation" if service == "selfcheck" else "person"]
    path = f"/{service}/v1/{HERE}/people/{id}/export"
    assert await call(everything, "GET", path, role="coordinator") == 200
    if service == "registration":
        asked = {"person_id": id}
        assert await call(everything, "POST", f"/registration/v1/{HERE}/erasures", asked, role="coordinator") == 201
