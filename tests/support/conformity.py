"""Answers of an API held against what its OpenAPI document promises: a hook for HTTP clients of tests."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from fastapi import FastAPI
from jsonschema import Draft202012Validator

Check = Callable[[httpx.Response], Awaitable[None]]
_checks: dict[str, Check] = {}
"""By title of a service: all its applications have the same routes, and describing them takes a second."""


def conforms(app: FastAPI) -> Check:
    """For `event_hooks={"response": [conforms(app)]}`: an answer of the API that its document does not allow fails the test."""

    async def check(answer: httpx.Response) -> None:
        if app.title not in _checks:
            _checks[app.title] = _against(app.openapi())
        await _checks[app.title](answer)

    return check


def _against(document: dict[str, Any]) -> Check:
    known: list[tuple[re.Pattern[str], str, dict[str, Any]]] = [
        (re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))), method.upper(), operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]
    # What is spelt out goes before what stands for anything, as routes do.
    known.sort(key=lambda one: one[0].pattern.count("[^/]+"))
    validators: dict[tuple[str, str], Draft202012Validator] = {}

    async def check(answer: httpx.Response) -> None:
        path, method = answer.request.url.path, answer.request.method
        operation = next((one for pattern, of, one in known if of == method and pattern.fullmatch(path)), None)
        if operation is None or answer.status_code == 405:
            return
        await answer.aread()
        status = str(answer.status_code)
        described = operation["responses"].get(status)
        assert described is not None, f"{method} {path} answers {status}, of which its document says nothing"
        kind = answer.headers.get("content-type", "").partition(";")[0]
        schema = described.get("content", {}).get(kind, {}).get("schema")
        if schema is None or not kind.endswith("json"):
            return
        key = (operation["operationId"], status)
        if key not in validators:
            validators[key] = Draft202012Validator({**schema, "components": document["components"]})
        flaws = [f"{flaw.json_path}: {flaw.message[:300]}" for flaw in validators[key].iter_errors(answer.json())]
        assert flaws == [], f"{method} {path} {status}: {flaws}"

    return check
