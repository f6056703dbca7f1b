"""What other programs are told of the API is complete and true to how it is declared."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from jsonschema import Draft202012Validator

from chassis.http.openapi import PROBLEMS
from chassis.http.permissions import PermissionCheck
from chassis.http.routes import permission_checks
from chassis.settings import Settings
from kommune.services import NAMES, build

SETTINGS = Settings(
    environment="local",
    secret_key="a secret for tests only, 32 characters and more",
    mongodb_uri="mongodb://127.0.0.1:1",
    kafka_bootstrap="127.0.0.1:1",
)


@pytest.fixture(scope="module", params=NAMES)
def app(request: pytest.FixtureRequest) -> Any:
    return app_of(request.param)


@cache
def app_of(service: str) -> FastAPI:
    """Making the app and its document takes a second."""
    return build(service, SETTINGS).app(works=False)


def operations(document: dict[str, Any]) -> Any:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


def test_every_operation_says_what_it_does_for_whom_and_what_can_go_wrong(app: Any) -> None:
    document = app.openapi()
    json.dumps(document)
    assert set(document["components"]["securitySchemes"]) == {"bearer", "link"}
    seen = 0
    for name, operation in operations(document):
        seen += 1
        assert operation["summary"], name
        assert operation["tags"], name
        assert operation["security"], f"{name}: who may call"
        assert "503" in operation["responses"], name
        for status in set(operation["responses"]) & {str(known) for known in PROBLEMS}:
            assert "application/problem+json" in operation["responses"][status]["content"], f"{name} {status}"
    assert seen > 5
    assert "HTTPValidationError" not in json.dumps(document)


NEAREST = {"/registration/v1/gazetteer", "/reporting/v1/{tenant}/similar"}
"""These answer a few that fit best, and no list that goes on."""


def test_lists_are_read_page_by_page_and_up_to_500_at_once(app: Any) -> None:
    """What API.md says of all lists."""
    for name, operation in operations(app.openapi()):
        asked = {one["name"]: one["schema"] for one in operation.get("parameters", ()) if one["in"] == "query"}
        method, path = name.split()
        if method == "GET" and path not in NEAREST and {"limit", "cursor"} & set(asked):
            assert "cursor" in asked, f"{name}: where it goes on"
            assert (asked["limit"]["minimum"], asked["limit"]["maximum"]) == (1, 500), name


def test_ids_of_operations_are_unique(app: Any) -> None:
    ids = [operation["operationId"] for _, operation in operations(app.openapi())]
    assert len(ids) == len(set(ids))


def test_examples_of_bodies_are_what_the_schema_allows(app: Any) -> None:
    document = app.openapi()
    for name, operation in operations(document):
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if body is None:
            continue
        assert body["example"] is not None, name
        schema = {**body["schema"], "components": document["components"]}
        flaws = [
            f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(body["example"])
        ]
        assert flaws == [], name


def test_permissions_are_the_security_of_operations(app: Any) -> None:
    document = app.openapi()
    for route, check in permission_checks(app):
        if route.include_in_schema and check is not None:
            for method in route.methods or ():
                told = document["paths"][route.path_format][method.lower()]["security"]
                assert ({} in told) is check.public
                assert any("link" in one for one in told) is check.link


def test_the_permission_of_a_route_is_the_one_that_is_asked(app: Any) -> None:
    """`permission_checks` reads functions; what FastAPI makes of them asks for the same, before anything else."""
    for route, check in permission_checks(app):
        asked = [one.call for one in route.dependant.dependencies if isinstance(one.call, PermissionCheck)]
        assert asked == [check], route.path


async def test_a_page_shows_the_api_with_files_of_our_own(app: Any) -> None:
    service = app.openapi()["info"]["title"].rpartition(" ")[2]
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        page = await client.get(f"/{service}/api", headers={"Accept": "text/html", "Accept-Language": "de"})
        assert page.status_code == 200
        named = re.findall(r'(?:src|href)="([^"]+\.(?:js|css))"', page.text)
        assert any("swagger-ui-bundle" in one for one in named)
        for one in named:
            assert one.startswith(f"/{service}/"), "no third party"
            assert (await client.get(one)).status_code == 200, one
        assert "script-src" not in page.headers["content-security-policy"]


CONFLICT = re.compile(r"\bconflict\(\s*\"([a-z-]+)\"|\bcode = \"([a-z-]+)\"|Refused\(\s*\"([a-z_-]+)\"")
OTHERWISE = {
    "registration": {"no-such-hour"},  # answered with 422, at the field
    "selfcheck": {
        # 404, 403, and what ids made at random never meet
        *("assessment-unknown", "joint-unknown", "evidence-unknown", "resume-code-wrong"),
        *("assessment-exists", "invitation-exists"),
    },
}


@pytest.mark.parametrize("service", OTHERWISE)
def test_every_answer_has_a_type_and_every_rule_is_named_where_it_refuses(service: str) -> None:
    document = app_of(service).openapi()
    refusals: set[str] = set()
    for name, operation in operations(document):
        if "/v1/" not in name or name.endswith("/export"):
            continue
        done = {status: told for status, told in operation["responses"].items() if status.startswith("2")}
        assert len(done) == 1, name
        for status, told in done.items():
            schemas = [content.get("schema") for content in told.get("content", {}).values()]
            assert status == "204" or (schemas and all(schemas)), f"{name}: what is answered with {status}?"
        content = operation["responses"].get("409", {}).get("content", {}).get("application/problem+json", {})
        for part in content.get("schema", {}).get("allOf", ()):
            refusals |= {one.rpartition(":")[2] for one in part.get("properties", {}).get("type", {}).get("enum", ())}
    folder = Path(__file__).parents[2] / f"services/{service}"
    said = {
        code.replace("_", "-")
        for file in folder.rglob("*.py")
        if "pages" not in file.stem
        for found in CONFLICT.finditer(file.read_text())
        for code in found.groups()
        if code
    }
    assert refusals == said - OTHERWISE[service]


REPEATABLE = {
    "/parked/{id}/replay": "an event is handled once, however often it is replayed",
    "/address": "the code is used up by the first",
    "/preview": "writes nothing",
    "/registrations/search": "writes nothing",
    "/registrations/similar": "writes nothing",
    "/municipalities/{slug}/erasure": "the same erasure is answered again",
    "/{tenant}/erasures": "the same erasure is answered again",
    "/pass": "each pass stands for itself",
    "/v1/score": "writes nothing",
    "/messages/{id}/retry": "a message that is pending stays so",
    "/messages/{id}/other-way": "a message that is pending stays so",
    "/call-list/{id}/taking": "whoever has the number keeps it",
    "/letters/printed": "a letter that is in the post stays there",
    "/batches/{id}/posted": "a batch that is in the post stays there",
    "/letters/{id}/returned": "a letter that came back stays so",
    "/publication": "what is in force stays so",
    "/{language}/test": "a mail to oneself",
    "/sender/test": "a mail to oneself",
    "/sender/check": "writes what is found",
    "/returned-mails/{id}/answer": "the first answer counts",
    "/inbox/{id}/answer": "a mail is answered once",
    "/inbox/{id}/done": "a mail that was put away stays so",
    "/webhooks/{id}/secret": "the newest secret and the oldest of the last day both sign",
    "/deliveries/retry": "receivers know a delivery by its id",
    "/deliveries/{delivery}/retry": "receivers know a delivery by its id",
    "/reports/{token}": "a report that comes twice changes nothing",
    "/moderation": "sets a state",
    "/helped": "sets a state",
}
"""Ends of paths to which a POST takes no `Idempotency-Key`, and why a repetition does no harm."""


def test_what_is_made_once_takes_an_idempotency_key_or_says_why_not() -> None:
    without_key = {
        name.removeprefix("POST ")
        for service in NAMES
        for name, operation in operations(app_of(service).openapi())
        if name.startswith("POST ")
        and all(parameter["name"].lower() != "idempotency-key" for parameter in operation.get("parameters", ()))
    }
    assert [path for path in sorted(without_key) if not path.endswith(tuple(REPEATABLE))] == []
    assert [end for end in REPEATABLE if not any(path.endswith(end) for path in without_key)] == [], "takes a key now"
