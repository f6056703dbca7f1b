"""A running platform as the demo sees it: HTTP, the tokens of the built-in issuer, and the mail sink."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Self

import httpx

from chassis.identity.tokens import LocalIssuer

PATIENCE = 30.0
"""Seconds that one event may take to show its effect in another service."""
PAUSE = 0.05


class DemoError(Exception):
    """The platform did not do what the demo expected; the message says what."""


class Platform:
    """Calls as someone: `platform.call("POST", path, body, role="intake", tenant="wolfsburg", key="…")`.

    `services`: addresses by the first segment of the path, where there is no proxy in front of them.
    """

    answer_seconds: float | None = 30
    """How long one answer may take."""

    def __init__(self, address: str, issuer: LocalIssuer, services: Mapping[str, str] | None = None) -> None:
        self.address = address.rstrip("/")
        self._services = services or {}
        self._http = httpx.AsyncClient(timeout=self.answer_seconds, limits=httpx.Limits(max_connections=16))
        self._issuer = issuer
        self._tokens: dict[tuple[str, str], str] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        role: str | None = None,
        tenant: str = "-",
        link: str | None = None,
        key: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        """The JSON of a successful answer.

        Raises:
            DemoError: with the problem's own words, or that nobody answers.
        """
        answer = await self.answer(method, path, body, role=role, tenant=tenant, link=link, key=key, headers=headers)
        return answer.json() if answer.content else None

    async def answer(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        role: str | None = None,
        tenant: str = "-",
        link: str | None = None,
        key: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """Like `call`, with the whole answer (documents, headers)."""
        all_headers = dict(headers or {})
        if role:
            all_headers["Authorization"] = f"Bearer {self._token(tenant, role)}"
        elif link:
            all_headers["Authorization"] = f"Link {link}"
        if key:
            all_headers["Idempotency-Key"] = f"demo-{key}-{_digest(body)}"
        address = self._services.get(path.split("/", 2)[1], self.address)
        try:
            answer = await self._http.request(method, address + path, json=body, headers=all_headers)
        except httpx.TransportError as error:
            raise DemoError(
                f"{address} does not answer ({type(error).__name__}). Is `make up` running there?"
            ) from None
        if answer.is_error:
            raise DemoError(f"{method} {path.rsplit('/', 1)[0]}/…: {answer.status_code} {_words(answer)}")
        return answer

    async def eventually(self, event: str, look: Callable[[], Awaitable[Any]]) -> Any:
        """The first truthy result of `look`; what it cannot see yet (an error answer) counts as not there.

        Raises:
            DemoError: it did not come; says what was waited for, and the last error answer.
        """
        until = time.monotonic() + PATIENCE
        last_error = ""
        while time.monotonic() < until:
            try:
                if result := await look():
                    return result
            except DemoError as error:
                last_error = f" ({error})"
            await asyncio.sleep(PAUSE)
        raise DemoError(f"{event} did not happen within {PATIENCE:.0f} s{last_error}")

    async def mails(self, to: str, containing: str) -> list[dict[str, Any]]:
        """The mails to someone with these characters in their text, newest first; the sink keeps them while it runs."""
        mails = await self.call("GET", "/mailbox.json")
        return [mail for mail in mails if mail["to"] == to and containing in mail["text"]]

    def _token(self, tenant: str, role: str) -> str:
        return self._tokens.setdefault((tenant, role), self._issuer.issue(tenant, role))


def _digest(body: Any) -> str:
    """Of what is asked: where a newer version asks for something else under the same name, that is a request of its own."""
    return hashlib.blake2b(json.dumps(body, sort_keys=True).encode(), digest_size=8).hexdigest()


def _words(answer: httpx.Response) -> str:
    if "json" not in answer.headers.get("content-type", ""):
        return answer.reason_phrase
    problem = answer.json()
    fields = "; ".join(f"{error['pointer']}: {error['detail']}" for error in problem.get("errors", ()))
    return " ".join(part for part in (problem.get("title"), problem.get("detail"), fields) if part)
