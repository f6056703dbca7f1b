"""What people can see, take along, agree to and have deleted, on pages, over the API and by command."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from chassis.text.languages import EVERYWHERE
from kommune import export_person
from kommune.http import ByPrefix
from tests.service.security.conftest import Everything
from tests.service.security.erasures import BASE, CANARY, carry_out_erasures, link_of, published_gathering
from tests.service.security.test_bad_input import PERSON

DERIVED = ("outbox", "keys", "request", "requests")
"""Made of the rest: events on their way, search keys, fingerprints."""


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in DERIVED:
                yield from _strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)


async def _registered(everything: Everything) -> str:
    gathering = await published_gathering(everything)
    body = PERSON | {
        "name": f"{CANARY} A",
        "party": [f"{CANARY} B", ""],
        "channel": "helper",
        "language": "uk",
        "contact": {"email": f"{CANARY}.a@example.org", "phone": "04421 123456", "post": f"{CANARY}gasse 1"},
        "helper": {"name": f"{CANARY} C", "contact": {"email": f"{CANARY}.c@example.org"}},
    }
    answer = await everything.client().post(f"{gathering}/registrations", json=body)
    assert answer.status_code == 201, answer.text
    await carry_out_erasures(everything)
    return str(answer.json()["id"])


def _together(everything: Everything, monkeypatch: pytest.MonkeyPatch) -> None:
    """All services on one address, as behind the proxy."""
    app = ByPrefix(everything.apps, Starlette(), frozenset())
    client = httpx.AsyncClient
    monkeypatch.setattr(
        export_person.httpx, "AsyncClient", lambda **options: client(transport=httpx.ASGITransport(app), **options)
    )  # type: ignore[arg-type]


async def test_the_export_lacks_nothing_that_any_database_holds(
    everything: Everything, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = await _registered(everything)
    _together(everything, monkeypatch)
    token = everything.issuer.issue("wilhelmshaven", "coordinator")
    exported = await export_person.export_person("http://one.test", token, "wilhelmshaven", id)
    assert set(exported["services"]) == {"registration", "selfcheck", "notifications", "reporting"}
    given, held = set(_strings(exported)), set()
    for service in everything.services.values():
        for name in await service.context.database.collections():
            for document in await service.context.database[name].find({}).to_list(None):
                held |= {text for text in _strings(document) if CANARY in text}
    assert len(held) > 5
    assert held - given == set()
    assert exported["services"]["reporting"]["registration"]["size"] == 3
    with pytest.raises(export_person.NotExported, match="no municipality"):
        await export_person.export_person("http://one.test", token, "wolfsburg", id)
    with pytest.raises(export_person.NotExported, match="holds anything"):
        await export_person.export_person("http://one.test", token, "wilhelmshaven", "nobody")


async def test_a_respondent_is_exported_without_breaking_the_blindness(everything: Everything) -> None:
    coordinator = everything.client("wilhelmshaven", "coordinator")
    answer = await coordinator.get(everything.url("/selfcheck/v1/wilhelmshaven/people/nobody/export"))
    assert answer.json()["sheets"] == []
    foreign = await everything.client().get(
        everything.url("/selfcheck/v1/wilhelmshaven/people/nobody/export"), headers={"Authorization": "Link no"}
    )
    assert foreign.status_code == 404


async def test_the_page_shows_everything_in_nine_languages(everything: Everything) -> None:
    id = await _registered(everything)
    page = everything.url(f"/registration/wilhelmshaven/my/{id}/{link_of(everything, id)['Authorization'][5:]}/data")
    titles = set()
    async with everything.client() as browser:
        for code in EVERYWHERE:
            shown = await browser.get(page, headers={"Accept": "text/html", "Accept-Language": code.split("-")[0]})
            assert shown.status_code == 200
            for piece in ("A", "B", "C"):
                assert f"{CANARY} {piece}" in shown.text
            titles |= set(re.findall(r"<h1>(.*?)</h1>", shown.text))
        file = await browser.get(f"{page}/mine.json")
        assert file.json()["registration"]["helper"]["name"] == f"{CANARY} C"
        code = page.split("/")[-2]
        messages = await browser.get(everything.url(f"/notifications/wilhelmshaven/people/{id}/{code}/messages.json"))
        assert messages.json()["contact"]["name"] == f"{CANARY} A"
        assert (await browser.get(page.replace(code, "x" * 26))).status_code == 404
    assert len(titles) >= 2, "the municipality's languages"


async def test_consent_is_taken_back_as_easily_as_given_and_remembered(everything: Everything) -> None:
    id = await _registered(everything)
    code = link_of(everything, id)["Authorization"][5:]
    page = everything.url(f"/registration/wilhelmshaven/my/{id}/{code}/data")
    async with everything.client() as browser:
        for ticked in ({"photos": "yes"}, {"photos": "yes"}, {}):
            token = re.findall(r'name="form_token" value="([^"]+)"', (await browser.get(page)).text)[0]
            sent = await browser.post(f"{page}/consents", data={"form_token": token, **ticked})
            assert sent.status_code == 303
            state = await browser.get(everything.url(f"{BASE}/people/{id}/export"), headers=link_of(everything, id))
            assert state.json()["registration"]["consents"]["now"]["photos"] is bool(ticked)
    clerk = everything.client("wilhelmshaven", "intake")
    given = {"granted": True, "text_version": "1"}
    answer = await clerk.put(everything.url(f"{BASE}/people/{id}/consents/later_events"), json=given)
    assert answer.json() == {"photos": False, "later_events": True}
    held = (
        await browser_of(everything).get(everything.url(f"{BASE}/people/{id}/export"), headers=link_of(everything, id))
    ).json()
    decisions = held["registration"]["consents"]["decisions"]
    assert [(one["granted"], one["by"]) for one in decisions["photos"]] == [(True, "holder"), (False, "holder")]
    assert [(one["granted"], one["by"]) for one in decisions["later_events"]] == [(True, "intake")]
    assert held["registration"]["consent"]["by"] == "holder"


def browser_of(everything: Everything) -> httpx.AsyncClient:
    return everything.client()


async def test_who_wants_to_be_forgotten_is_and_gets_a_certificate(everything: Everything) -> None:
    id = await _registered(everything)
    code = link_of(everything, id)["Authorization"][5:]
    page = everything.url(f"/registration/wilhelmshaven/my/{id}/{code}/data")
    async with everything.client() as browser:
        token = re.findall(r'name="form_token" value="([^"]+)"', (await browser.get(page)).text)[0]
        unsure = await browser.post(f"{page}/erasure", data={"form_token": token})
        assert unsure.status_code == 422
        one = await browser.post(f"{page}/erasure", data={"form_token": token, "sure": "yes", "who": "companion 1"})
        whole = await browser.post(f"{page}/erasure", data={"form_token": token, "sure": "yes"})
        assert (one.status_code, whole.status_code) == (303, 303)
        assert one.headers["location"] != whole.headers["location"]
        certificate = everything.url(whole.headers["location"])
        assert "2026" in (await browser.get(certificate)).text
        await carry_out_erasures(everything)
        await carry_out_erasures(everything)
        done = await browser.get(certificate, headers={"Accept-Language": "de"})
        assert "Alles ist gelöscht" in done.text
        assert CANARY not in done.text
        paper = await browser.get(f"{certificate}/certificate.pdf")
        assert paper.content.startswith(b"%PDF")
        assert (await browser.get(page, headers={"Accept": "text/html"})).status_code == 404


async def test_the_coordinator_starts_an_erasure_and_sees_what_is_left(everything: Everything) -> None:
    id = await _registered(everything)
    headers = {"Accept-Language": "de", "Sec-Fetch-Site": "same-origin"}
    async with everything.client("wilhelmshaven", "coordinator") as staff:
        gathering = (await staff.get(everything.url(f"{BASE}/people/{id}/export"))).json()["registration"]["gathering"]
        desk = everything.url(f"/registration/wilhelmshaven/desk/{gathering}")
        left = await staff.get(f"{desk}/privacy", headers=headers)
        assert "Bei 1 Anmeldung steht noch, wer es ist." in left.text
        assert CANARY not in left.text
        person = await staff.get(f"{desk}/registrations/{id}", headers=headers)
        token = re.findall(r'name="form_token" value="([^"]+)"', person.text)[0]
        unsure = await staff.post(f"{desk}/privacy/erasures/{id}", data={"form_token": token}, headers=headers)
        assert unsure.headers["location"].endswith(f"/registrations/{id}")
        asked = await staff.post(
            f"{desk}/privacy/erasures/{id}", data={"form_token": token, "forget": "yes"}, headers=headers
        )
        for _ in range(2):
            await carry_out_erasures(everything)
        done = await staff.get(everything.url(asked.headers["location"]), headers=headers)
        assert "Alles ist gelöscht" in done.text
        paper = await staff.get(everything.url(asked.headers["location"] + "/certificate.pdf"), headers=headers)
        assert paper.content.startswith(b"%PDF")
        left = await staff.get(f"{desk}/privacy", headers=headers)
        assert "Bei 0 Anmeldungen steht noch, wer es ist." in left.text
    async with everything.client("wilhelmshaven", "intake") as clerk:
        assert (await clerk.get(f"{desk}/privacy")).status_code == 403
