"""A transport for tests that holds every answer against what the service's OpenAPI document says of it."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
from fastapi import FastAPI
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for


class Conforming(httpx.ASGITransport):
    """As `httpx.ASGITransport`; an answer in JSON that the document does not describe fails the test that asked for it."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(app, raise_app_exceptions=False)
        self._app = app

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        if response.headers.get("content-type", "").partition(";")[0] != "application/json":
            return response
        content = await response.aread()
        flaws = self.flaws(request.method, request.url.path, response.status_code, json.loads(content))
        assert flaws == [], f"{request.method} {request.url.path} {response.status_code}: {flaws}"
        return httpx.Response(response.status_code, headers=response.headers, content=content)

    def flaws(self, method: str, path: str, status: int, body: Any) -> list[str]:
        """Where an answer differs from the schema of its operation."""
        validator = _validators(self._app).get((self._operation(method, path), str(status)))
        if validator is None:
            return (
                []
                if path.endswith(("/health/live", "/health/ready", "/asyncapi.json", "/openapi.json", "/export"))
                else ["not described"]
            )
        return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(body)][:5]

    def _operation(self, method: str, path: str) -> str:
        for operation, pattern in _patterns(self._app):
            if operation.startswith(f"{method} ") and pattern.fullmatch(path):
                return operation
        return ""


_KNOWN: dict[int, Any] = {}


def _validators(app: FastAPI) -> dict[tuple[str, str], Draft202012Validator]:
    if id(app) not in _KNOWN:
        document = app.openapi()
        made = {}
        for path, item in document["paths"].items():
            for method, operation in item.items():
                for status, answer in operation["responses"].items():
                    schema = (answer.get("content") or {}).get("application/json", {}).get("schema")
                    if schema:
                        whole = {**schema, "components": document["components"]}
                        made[f"{method.upper()} {path}", status] = validator_for(whole, Draft202012Validator)(whole)
        _KNOWN[id(app)] = (app, made)
    found: dict[tuple[str, str], Draft202012Validator] = _KNOWN[id(app)][1]
    return found


def _patterns(app: FastAPI) -> list[tuple[str, re.Pattern[str]]]:
    """Operations with their paths as patterns, those without parameters first."""
    paths = sorted(app.openapi()["paths"].items(), key=lambda one: one[0].count("{"))
    return [
        (f"{method.upper()} {path}", re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))))
        for path, item in paths
        for method in item
    ]
