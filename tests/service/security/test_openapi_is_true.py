"""Every operation answers as its OpenAPI document says, for every role that may call it, with real ids and generated bodies.

schemathesis makes requests from the document, and holds each answer against it: no error of ours, no status code, media type or
body that the document does not name.
"""

from __future__ import annotations

import asyncio
import re
import warnings
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

from chassis.http.permissions import PermissionCheck, permission_checks
from chassis.settings import Settings
from programme.roles import PLATFORM_ROLES
from tests.service.security.conftest import TENANTS, Everything, build_everything
from tests.service.security.test_tenant_walk import BODIES, Furnishing, Town, ways
from tests.support.bodies import body_for

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 2
"""Generated requests for each operation and role, beside the smallest valid one."""
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
        max_examples=count, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
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
    wrong: list[str] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    succeeded: set[str] = field(default_factory=set)

    async def send(self, client: httpx.AsyncClient, method: str, path: str, case: Any, who: str, **more: Any) -> int:
        url = self.everything.url(path)
        try:
            async with asyncio.timeout(20):
                answer = await client.request(method, url, **more)
        except TimeoutError:
            return 0  # a live view
        name = f"{method} {case.operation.path}"
        self.statuses[str(answer.status_code)] += 1
        if answer.is_success:
            self.succeeded.add(name)
        try:
            case.validate_response(answer, checks=CHECKS)
        except BaseExceptionGroup as failures:
            for failure in failures.exceptions:
                self.wrong.append(f"{name} as {who}: {answer.status_code} {' '.join(str(failure).split())[:300]} {answer.text[:120]}")
        return answer.status_code


@pytest.fixture
async def proof(settings: Settings) -> AsyncIterator[Proof]:
    everything = await build_everything(settings)
    town = Town(TENANTS[0])
    furnishing = Furnishing(everything, town)
    await furnishing.meeting()
    await furnishing.self_check()
    await furnishing.what_follows()
    yield Proof(everything, town)
    await everything.close()


async def test_every_operation_answers_as_it_is_described(proof: Proof) -> None:
    everything, town = proof.everything, proof.town
    schemas = {id(app): schemathesis.openapi.from_dict(app.openapi()) for app in everything.apps.values()}
    tried = set()
    for app, method, path, check in operations(everything):
        name = f"{method} {path}"
        tried.add(name)
        operation = schemas[id(app)][path][method]
        cases = generated(operation, EXAMPLES)
        body = BODIES.get(path) or (body_for(app.openapi(), path, method) if method != "GET" else None)
        real: str | None = None
        for who, client in callers(everything, town, check):
            candidates = [real] if real else [one.replace("{tenant}", town.slug) for one in sorted(set(ways(path, town)))] or [path.replace("{tenant}", town.slug)]
            for place in candidates:
                given_ = {"json": body} if body is not None else {}
                status = await proof.send(client, method, place, operation.Case(path_parameters=dict.fromkeys(re.findall(r"{(\w+)}", path), "x")), who, **given_)
                if status not in (0, 404):
                    real = place
                    break
            for case in cases:
                sent = case.as_transport_kwargs(base_url="http://x.test")
                more = {key: sent[key] for key in ("params", "json", "data", "files", "cookies") if sent.get(key) is not None}
                headers = {k: v for k, v in (sent.get("headers") or {}).items() if k.lower() not in ("authorization", "user-agent", "accept-encoding", "x-schemathesis-testcaseid")}
                more["content"] = more.pop("data") if isinstance(more.get("data"), bytes | str) else None
                more = {key: value for key, value in more.items() if value is not None}
                await proof.send(client, method, real or candidates[0], case, f"{who} (generated)", headers=headers, **more)
            await client.aclose()
    print(proof.statuses, len(tried), len(proof.succeeded))
    print("never succeeded:", *sorted(tried - proof.succeeded), sep="\n  ")
    assert proof.wrong == [], f"{len(proof.wrong)}:\n" + "\n".join(sorted(set(proof.wrong)))
