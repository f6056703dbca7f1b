"""HTTP middleware in front of every route: request limits, response headers, HEAD and OPTIONS, counting and timing."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from urllib.parse import unquote, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.http.problems import FieldError, Problem, problem_response
from chassis.operations import trace
from chassis.operations.metrics import Metrics
from chassis.settings import Settings

SECURITY_HEADERS = [
    (
        b"content-security-policy",
        b"default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
MAX_BODY_BYTES = 256 * 1024
"""Where a service names no other limit for a path (`ServiceDefinition.body_limits`)."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


class TooLarge(HTTPException):
    """The body exceeds the limit. An HTTPException, because FastAPI takes any other for a body it can't parse."""

    def __init__(self, limit: int) -> None:
        super().__init__(413)
        self.limit = limit


class _AnsweredHead(OSError):
    """The headers of an endless answer are sent, which is all that HEAD asks for."""


class HttpMiddleware:
    """Pure ASGI: limits the body, adds security headers, answers HEAD like GET without the body, counts and times. Paths appear
    in metrics as route templates only, because links carry codes."""

    def __init__(self, app: ASGIApp, metrics: Metrics, settings: Settings) -> None:
        self._app = app
        self._metrics = metrics
        self._scheme = urlsplit(settings.public_url).scheme
        self._headers = [*SECURITY_HEADERS, *([HSTS] if self._scheme == "https" else [])]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # TLS ends at the proxy in front; what people see is what says whether cookies may leave it.
        scope["scheme"] = self._scheme
        trace.begin(trace.received(_header(scope, b"traceparent")))
        started = time.perf_counter()
        status = 500
        received = 0
        method, answered = scope["method"], False
        if method == "HEAD":
            # In a copy: the server goes by its own of what may follow the headers.
            scope = {**scope, "method": "GET"}
        if "/v1/" in scope["path"]:
            scope = {**scope, "query_string": _without_empty_parameters(scope["query_string"])}
        limits: Mapping[str, int] = getattr(scope["app"].state, "body_limits", {})
        limit = next((most for path, most in limits.items() if re.fullmatch(path, scope["path"])), MAX_BODY_BYTES)

        async def receive_limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise TooLarge(limit)
            return message

        async def send_with_headers(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*_with_no_store(message.get("headers", [])), *self._headers]
            elif method == "HEAD":
                endless = message.get("more_body", False)
                message, answered = {"type": "http.response.body", "body": b"", "more_body": False}, True
                if endless:
                    await send(message)
                    raise _AnsweredHead
            await send(message)

        try:
            await (_answer_without_route(scope) or self._app)(scope, receive_limited, send_with_headers)
        except (_AnsweredHead, ClientDisconnect):
            if not answered:
                raise
        finally:
            route = getattr(scope.get("route"), "path", "unmatched")
            self._metrics.http_requests.labels(method, route, str(status)).inc()
            self._metrics.http_seconds.labels(route).observe(time.perf_counter() - started)


def _answer_without_route(scope: Scope) -> Response | None:
    """The answer to what no route needs to see."""
    if scope["method"] == "OPTIONS" and scope["path"] == "*":
        return Response(status_code=204, headers={"Allow": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"})
    if _CONTROL.search(scope["path"]):
        return problem_response(Problem(404, "not-found", "Not found", "No address here holds control characters."))
    if _CONTROL.search(unquote(scope["query_string"].decode("latin-1"))):
        wrong = FieldError("/query", "Leave out control characters.")
        return problem_response(Problem(422, "invalid", "The input is not valid", "See errors.", [wrong]))
    if (_header(scope, b"content-encoding") or "identity").lower() != "identity":
        problem = Problem(
            415, "content-encoding", "The body is compressed", "Send the body as it is, without Content-Encoding."
        )
        problem.headers = {"Accept-Encoding": "identity"}
        return problem_response(problem)
    return None


def _without_empty_parameters(query: bytes) -> bytes:
    """Parameters without a value are left out: a client that writes `?status=&cursor=` chooses nothing and begins at the start."""
    return b"&".join(part for part in query.split(b"&") if part.partition(b"=")[2])


def _with_no_store(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """JSON that says nothing about caching is about somebody or for somebody: no cache on the way keeps it."""
    by_name = {name.lower(): value for name, value in headers}
    is_json = by_name.get(b"content-type", b"").split(b";")[0].endswith(b"json")
    return [*headers, *([(b"cache-control", b"no-store")] if is_json and b"cache-control" not in by_name else [])]


def _header(scope: Scope, name: bytes) -> str | None:
    return next((value.decode("latin-1") for header, value in scope["headers"] if header == name), None)
