"""Every operation answers as its OpenAPI document says, for every role that may call it, with real ids and generated bodies.

schemathesis makes requests from the document, and holds each answer against it: no error of ours, no status code, media type or
body that the document does not name.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from chassis.http.permissions import PermissionCheck
from chassis.http.routes import permission_checks
from chassis.settings import Settings
from programme.roles import PLATFORM_ROLES
from tests.service.security.conftest import TENANTS, Everything, build_everything
from tests.service.security.furnishing import Furnishing, Town
from tests.service.security.test_tenant_walk import BODIES, ways
from tests.support.bodies import body_for

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 3
"""Generated requests for each operation, beside the smallest valid one."""
PATIENCE = 60.0
KEPT_HEADERS = {"content-type", "x-resume-code", "idempotency-key", "if-none-match", "last-event-id", "accept-language"}
ENDLESS = ("/stream", "/live")
"""Live views, which do not end."""
LAST = ("DELETE", "/decision", "/suspension", "/offboarding", "/leave")
"""What ends things comes after all that needs them."""


def operations(everything: Everything) -> Iterator[tuple[FastAPI, str, str, PermissionCheck]]:
    """Every documented operation, reading ones first and those that end something last."""
    found = [
        (app, method, route.path_format, check)
        for app in everything.apps.values()
        for route, check in permission_checks(app)
        if check is not None and route.include_in_schema
        for method in sorted(route.methods)
    ]

    def order(one: tuple[FastAPI, str, str, PermissionCheck]) -> tuple[int, int]:
        _, method, path, _ = one
        return (method != "GET", sum(word in f"{method} {path}" for word in LAST))

    return iter(sorted(found, key=order))


def callers(everything: Everything, town: Town, check: PermissionCheck) -> Iterator[tuple[str, httpx.AsyncClient]]:
    """Everyone who may call, by name."""
    for role in sorted(check.roles):
        yield role, everything.client("-" if role in PLATFORM_ROLES else town.slug, role)
    if check.link:
        for who, code in town.codes.items():
            client = everything.client()
            client.headers["Authorization"] = f"Link {code}"
            yield f"link of {who}", client
    if check.public:
        yield "anybody", everything.client()


def generated(operation: Any, count: int) -> list[Any]:
    """Requests that the document allows, always the same."""
    cases: list[Any] = []

    @seed(1)
    @hypothesis_settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE))
    def collect(case: Any) -> None:
        cases.append(case)

    collect()
    return cases[:count]


@dataclass
class Proof:
    everything: Everything
    town: Town
    wrong: set[str] = field(default_factory=set)
    answered: Counter[int] = field(default_factory=Counter)
    succeeded: set[str] = field(default_factory=set)

    async def operation(self, app: FastAPI, method: str, path: str, check: PermissionCheck, described: Any) -> None:
        """Everybody who may call sends the smallest request; the first of them also those that are generated."""
        body = BODIES.get(path) or (body_for(app.openapi(), path, method) if method != "GET" else None)
        smallest = described.Case(path_parameters=dict.fromkeys(re.findall(r"{(\w+)}", path), "x"))
        place = ""
        for who, client in callers(self.everything, self.town, check):
            async with client:
                sent = {"json": body} if body is not None else {}
                if not place:
                    place = await self._found(client, method, path, sent)
                await self._send(client, method, place, smallest, who, sent)
                if who == first_of(check):
                    for case in generated(described, EXAMPLES):
                        await self._send(client, method, place, case, f"{who}, generated", _as_httpx(case))

    async def _found(self, client: httpx.AsyncClient, method: str, path: str, sent: dict[str, Any]) -> str:
        """The path with ids that this caller finds something at, by reading where that is possible."""
        filled = [one.replace("{tenant}", self.town.slug) for one in sorted(set(ways(path, self.town)))]
        for place in filled:
            async with asyncio.timeout(PATIENCE):
                answer = await client.request(method, self.everything.url(place), **sent)
            if answer.status_code not in (403, 404):
                return place
        return filled[0] if filled else path.replace("{tenant}", self.town.slug)

    async def _send(
        self, client: httpx.AsyncClient, method: str, place: str, case: Any, who: str, sent: dict[str, Any]
    ) -> None:
        async with asyncio.timeout(PATIENCE):
            answer = await client.request(method, self.everything.url(place), **sent)
        name = f"{method} {case.operation.path}"
        self.answered[answer.status_code] += 1
        if answer.is_success:
            self.succeeded.add(name)
        try:
            case.validate_response(answer, checks=CHECKS)
        except BaseExceptionGroup as failures:
            for failure in failures.exceptions:
                told = " ".join(str(failure).split())[:300]
                self.wrong.add(f"{name} as {who}: {answer.status_code} {told} {answer.text[:160]!r}")


def first_of(check: PermissionCheck) -> str:
    return min(check.roles) if check.roles else "anybody"


def _as_httpx(case: Any) -> dict[str, Any]:
    """What schemathesis would send, without what the client adds itself."""
    made = case.as_transport_kwargs(base_url="http://x.test")
    sent = {name: made[name] for name in ("params", "json", "files", "cookies") if made.get(name) is not None}
    if isinstance(made.get("data"), bytes | str):
        sent["content"] = made["data"]
    kept = {name: value for name, value in (made.get("headers") or {}).items() if name.lower() in KEPT_HEADERS}
    return sent | {"headers": kept}


@pytest.fixture
async def proof(settings: Settings) -> AsyncIterator[Proof]:
    everything = await build_everything(settings)
    town = Town(TENANTS[0])
    furnishing = Furnishing(everything, town)
    await furnishing.all()
    await furnishing.what_follows()
    await furnishing.afterwards()
    yield Proof(everything, town)
    await everything.close()


@pytest.mark.parametrize("changes", [False, True], ids=["reading", "changing"])
async def test_every_operation_answers_as_it_is_described(proof: Proof, changes: bool) -> None:
    schemas = {app: schemathesis.openapi.from_dict(app.openapi()) for app in proof.everything.apps.values()}
    tried = set()
    for app, method, path, check in operations(proof.everything):
        if (method != "GET") == changes and not path.endswith(ENDLESS):
            tried.add(f"{method} {path}")
            await proof.operation(app, method, path, check, schemas[app][path][method])
    assert proof.wrong == set(), f"{len(proof.wrong)}:\n" + "\n".join(sorted(proof.wrong))
    # What the document says of a success is held against one for most of what is read. What changes something succeeds once, and then
    # rather in the tests of its service, whose clients hold answers against the document too (`tests.support.conformity`).
    assert len(proof.succeeded) > len(tried) / (8 if changes else 2), sorted(tried - proof.succeeded)
