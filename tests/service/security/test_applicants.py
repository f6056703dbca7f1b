"""Whoever applied for a municipality corrects how they are reached and is forgotten, before it is a tenant and without a role."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.service.security.conftest import Everything
from tests.service.security.erasures import carry_out_erasures, everything_stored

CANARY = "Kanarienvogel"
SLUG = "emden"
BASE = f"/registration/v1/municipalities/{SLUG}"


async def _apply(everything: Everything) -> dict[str, str]:
    """The applicant's credentials."""
    application = {
        "slug": SLUG,
        "name": "Emden",
        "kind": "city",
        "state": "Niedersachsen",
        "inhabitants": 50_000,
        "languages": ["de"],
        "contact": {"name": f"{CANARY} K", "email": f"{CANARY.lower()}@emden.example", "phone": "04921 1"},
    }
    applied = await everything.client().post(everything.url("/registration/v1/municipalities"), json=application)
    assert applied.status_code == 201
    await carry_out_erasures(everything)
    code = everything.services["registration"].context.secrets.code("application", SLUG)
    return {"Authorization": f"Link {code}"}


async def _known_to_notifications(everything: Everything) -> list[Any]:
    contacts = everything.services["notifications"].context.database["contacts"]
    found: list[Any] = await contacts.find({"tenant": SLUG}).to_list(None)
    return found


@pytest.mark.parametrize("declined", [False, True])
async def test_an_applicant_is_corrected_and_forgotten_everywhere(everything: Everything, declined: bool) -> None:
    mine = await _apply(everything)
    public, office = everything.client(), everything.client(role="programme_office")
    right = {"name": f"{CANARY} Klug", "email": f"{CANARY.lower()}.klug@emden.example"}
    assert (await public.put(everything.url(f"{BASE}/contact"), json=right)).status_code in (401, 404)
    corrected = await public.put(everything.url(f"{BASE}/contact"), json=right, headers=mine)
    assert corrected.json()["contact"] == right | {"phone": None}
    asked = await office.post(everything.url(f"{BASE}/questions"), json={"question": "Wie viele?"})
    assert asked.status_code == 201
    answer = {"answer": f"{CANARY} sagt: viele."}
    assert (await public.post(everything.url(f"{BASE}/answers"), json=answer, headers=mine)).status_code == 201
    if declined:
        body = {"decision": "declined", "reason": "Diesmal nicht"}
        assert (await office.post(everything.url(f"{BASE}/decision"), json=body)).status_code == 200
    await carry_out_erasures(everything)
    assert [one["name"] for one in await _known_to_notifications(everything)] == [right["name"]]

    begun = await public.post(everything.url(f"{BASE}/erasure"), headers=mine)
    assert (begun.status_code, begun.json()["status"]) == (201, "running")
    for _ in range(2):  # told, then answered
        await carry_out_erasures(everything)
    certificate = (await public.get(everything.url(f"{BASE}/erasure"), headers=mine)).json()
    assert certificate["status"] == "complete", certificate
    assert certificate["receipts"]["registration"]["removed"] == {"applications": 1}
    assert certificate["receipts"]["notifications"]["removed"]["contacts"] == 1
    assert CANARY.lower() not in (await everything_stored(everything)).lower()
    shown = (await office.get(everything.url(f"{BASE}/application"))).json()
    assert shown["standing"] == ("declined" if declined else "withdrawn")
    assert (await public.put(everything.url(f"{BASE}/contact"), json=right, headers=mine)).status_code == 409
    late = await office.post(everything.url(f"{BASE}/decision"), json={"decision": "admitted", "reason": ""})
    assert late.status_code == 409


async def test_the_page_behind_the_link_and_that_of_the_office(everything: Everything) -> None:
    code = (await _apply(everything))["Authorization"].removeprefix("Link ")
    browser, office = everything.client(), everything.client(role="programme_office")
    html = {"Accept": "text/html", "Accept-Language": "de", "Sec-Fetch-Site": "same-origin"}
    own = everything.url(f"/registration/applications/{SLUG}/{code}")
    assert "/data" in (await browser.get(own, headers=html)).text
    page = await browser.get(f"{own}/data", headers=html)
    token = re.findall(r'name="form_token" value="([^"]+)"', page.text)
    wrong = {"form_token": token[0], "name": "K", "email": "nowhere"}
    sent = await browser.post(f"{own}/contact", data=wrong, headers=html)
    assert sent.status_code == 422
    assert "name@example.org" in sent.text
    token = re.findall(r'name="form_token" value="([^"]+)"', sent.text)
    right = {"form_token": token[0], "name": "Karla Klug", "email": "klug@emden.example"}
    assert (await browser.post(f"{own}/contact", data=right, headers=html)).status_code == 303
    office_page = everything.url(f"/registration/office/{SLUG}")
    seen = await office.get(office_page, headers=html)
    assert "Karla Klug" in seen.text
    token = re.findall(
        r'action="[^"]*erasure" novalidate>\s*<input type="hidden" name="form_token" value="([^"]+)"', seen.text
    )
    assert (await office.post(f"{office_page}/erasure", data={"form_token": token[0]}, headers=html)).status_code == 422
    sure = {"form_token": token[0], "sure": "yes"}
    done = await office.post(f"{office_page}/erasure", data=sure, headers=html)
    assert done.status_code == 303, done.text
    for _ in range(2):
        await carry_out_erasures(everything)
    assert "Alles ist gelöscht" in (await office.get(f"{office_page}/erasure", headers=html)).text
    assert "Alles ist gelöscht" in (await browser.get(f"{own}/erasure", headers=html)).text
    assert "klug" not in (await office.get(office_page, headers=html)).text.lower()
