"""Clients that others generate from the OpenAPI documents compile and do the work: types for TypeScript, packages for Python."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from chassis.identity.tokens import LocalIssuer
from chassis.settings import Settings
from kommune.demo.answers import QUESTIONNAIRE
from kommune.http import ByPrefix
from kommune.services import NAMES, build
from tests.service.security.conftest import build_everything
from tests.service.security.test_bad_input import DRAFT, PERSON
from tests.support.generated_clients import GeneratedClient, generate
from tests.support.node_tools import compile_typescript, types_for_typescript, typescript
from tests.support.served import served

WALKED = ("registration", "selfcheck")
TENANT = "wilhelmshaven"
GATHERING, REGISTRATION = "/registration/v1/{tenant}/gatherings", "/registration/v1/{tenant}/registrations/{id}"
ASSESSMENT, ANSWERS = "/selfcheck/v1/{tenant}/assessments", "/selfcheck/v1/answers/{code}"


def openapi(service: str, folder: Path) -> dict[str, Any]:
    settings = Settings(
        environment="local",
        secret_key="a secret for tests only, 32 characters and more",
        mongodb_uri="mongodb://127.0.0.1:1",
        kafka_bootstrap="127.0.0.1:1",
        state_dir=folder,
    )
    return build(service, settings).app(works=False).openapi()


@pytest.mark.parametrize("service", NAMES)
async def test_types_for_typescript_compile(service: str, tmp_path: Path) -> None:
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(openapi(service, tmp_path)))
    types = types_for_typescript(document)
    assert "export interface paths" in types.read_text()
    compile_typescript(types, "--noEmit")


async def test_a_client_for_typescript_walks_the_story(settings: Settings, tmp_path: Path) -> None:
    """`story.mts` over HTTP: the compiler has held what it sends and reads against the documents before."""
    everything = await build_everything(settings)
    for name in WALKED:
        document = tmp_path / f"{name}.json"
        document.write_text(json.dumps(everything.apps[name].openapi()))
        await asyncio.to_thread(types_for_typescript, document)
    secrets = everything.services["registration"].context.secrets

    def mailbox(request: Request) -> PlainTextResponse:
        return PlainTextResponse(secrets.code("manage", request.path_params["id"]))

    root = Starlette(routes=[Route("/mailbox/{id}", mailbox)])
    issuer = LocalIssuer(settings)
    async with served(ByPrefix(everything.apps, root, frozenset())) as url:
        given = {
            "url": url,
            "mailbox": f"{url}/mailbox/",
            "start": DRAFT["starts_at"],
            "end": DRAFT["ends_at"],
            **{role: f"Bearer {issuer.issue(TENANT, role)}" for role in ("coordinator", "moderator")},
        }
        printed = await asyncio.to_thread(typescript, "story.mts", tmp_path, json.dumps(given))
    result = json.loads(printed)
    assert result["listed"] == [True]
    assert result["statuses"] == ["unconfirmed", "confirmed", "confirmed"]
    assert result["open"] == 0
    assert (result["overall"]["score"], result["overall"]["coverage"]) == (75, 1)
    await everything.close()


@pytest.mark.parametrize("service", sorted(set(NAMES) - set(WALKED)))
async def test_a_client_for_python_compiles(service: str, tmp_path: Path) -> None:
    generate(openapi(service, tmp_path), tmp_path / "client")


async def test_a_client_for_python_walks_the_story(settings: Settings, tmp_path: Path) -> None:
    everything = await build_everything(settings)
    registration, selfcheck = (
        GeneratedClient(
            app.openapi(), tmp_path / f"{name}_of_the_story", "http://platform.test", httpx.ASGITransport(app)
        )
        for name, app in everything.apps.items()
        if name in WALKED
    )
    issuer = LocalIssuer(settings)
    coordinator, moderator = (f"Bearer {issuer.issue(TENANT, role)}" for role in ("coordinator", "moderator"))

    drafted = await registration.call("POST", GATHERING, TENANT, credential=coordinator, body=DRAFT)
    await registration.call("POST", f"{GATHERING}/{{id}}/publication", TENANT, drafted.id, credential=coordinator)
    listed = await registration.call("GET", GATHERING, TENANT)
    assert [one.id for one in listed.items] == [drafted.id]
    registered = await registration.call("POST", f"{GATHERING}/{{id}}/registrations", TENANT, drafted.id, body=PERSON)
    assert registered.status == "unconfirmed"
    link = f"Link {everything.services['registration'].context.secrets.code('manage', registered.id)}"
    confirmed = await registration.call(
        "POST", f"{REGISTRATION}/{{kind}}", TENANT, registered.id, "confirmation", credential=link
    )
    assert confirmed.status == "confirmed"
    shown = await registration.call("GET", REGISTRATION, TENANT, registered.id, credential=link)
    assert (shown.id, shown.status) == (registered.id, "confirmed")

    opened = await selfcheck.call(
        "POST",
        ASSESSMENT,
        TENANT,
        credential=coordinator,
        body={
            "questionnaire": QUESTIONNAIRE,
            "title": {"de": "Selbstcheck"},
            "perspectives": [{"id": "staff", "title": {"de": "Amt"}, "speaks": "institution"}],
        },
    )
    invited = await selfcheck.call(
        "POST",
        f"{ASSESSMENT}/{{id}}/invitations",
        TENANT,
        opened.id,
        credential=coordinator,
        body={"perspective": "staff", "label": "Bauamt"},
    )
    code = invited.answer_url.rpartition("/")[2]
    asked = await selfcheck.call("GET", "/selfcheck/v1/questionnaires/{id}/{version}", *QUESTIONNAIRE.values())
    questions = [
        question["id"]
        for field in asked["fields"]
        for criterion in field["criteria"]
        for question in criterion["questions"]
    ]
    saved = await selfcheck.call("PUT", ANSWERS, code, body={"answers": dict.fromkeys(questions, 3)})
    submitted = await selfcheck.call("POST", f"{ANSWERS}/submission", code, x_resume_code=saved.resume_code)
    assert submitted.progress.answered == len(questions)
    for step in ("reveal", "closing"):
        await selfcheck.call("POST", f"{ASSESSMENT}/{{id}}/{step}", TENANT, opened.id, credential=moderator)
    result = await selfcheck.call("GET", f"{ASSESSMENT}/{{id}}/result", TENANT, opened.id, credential=moderator)
    assert (result.overall.score, result.overall.coverage) == (75, 1)
    await everything.close()
