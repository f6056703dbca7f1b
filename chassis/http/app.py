"""The HTTP edge every service shares: one application factory, one middleware, one way to answer errors."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.http.permissions import Permission
from chassis.http.problems import FieldError, Problem, busy, invalid
from chassis.operations import trace
from chassis.operations.logs import get_logger
from chassis.operations.metrics import Metrics
from chassis.pages.brand import PLATFORM
from chassis.pages.pages import Pages
from chassis.settings import Settings
from chassis.storage.mongo import PyMongoError, is_unavailable

log = get_logger()

INTERNAL = Problem(500, "internal", "Something went wrong", "Operators have been informed.")

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
HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


class TooLarge(HTTPException):
    """The body exceeds the limit. An HTTPException, because FastAPI takes any other for a body it can't parse."""

    def __init__(self, limit: int) -> None:
        super().__init__(413)
        self.limit = limit


class HttpMiddleware:
    """Pure ASGI: limits the body, adds security headers, counts and times. Paths appear in metrics as route templates only,
    because links carry codes."""

    def __init__(self, app: ASGIApp, metrics: Metrics, settings: Settings) -> None:
        self._app = app
        self._metrics = metrics
        self._limit = settings.max_body_bytes
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
        limits: Mapping[str, int] = getattr(scope["app"].state, "body_limits", {})
        limit = next((most for path, most in limits.items() if re.fullmatch(path, scope["path"])), self._limit)

        async def limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise TooLarge(limit)
            return message

        async def guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*_kept_by_nobody(message.get("headers", [])), *self._headers]
            await send(message)

        try:
            await self._app(scope, limited, guarded)
        finally:
            route = getattr(scope.get("route"), "path", "unmatched")
            self._metrics.http_requests.labels(scope["method"], route, str(status)).inc()
            self._metrics.http_seconds.labels(route).observe(time.perf_counter() - started)


def _kept_by_nobody(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """JSON that says nothing about caching is about somebody or for somebody: no cache on the way keeps it."""
    found = {name.lower(): value for name, value in headers}
    is_json = found.get(b"content-type", b"").split(b";")[0].endswith(b"json")
    return [*headers, *([(b"cache-control", b"no-store")] if is_json and b"cache-control" not in found else [])]


def _header(scope: Scope, name: bytes) -> str | None:
    return next((value.decode("latin-1") for found, value in scope["headers"] if found == name), None)


def problem_response(problem: Problem) -> Response:
    """Render a problem as application/problem+json."""
    return Response(
        orjson.dumps(problem.body()), problem.status, problem.headers, media_type="application/problem+json"
    )


def from_validation(error: RequestValidationError) -> Problem:
    """FastAPI's validation errors as ours; the rejected values are not quoted."""
    found = []
    for item in error.errors():
        where, *rest = item["loc"]
        place = [str(part) for part in (rest if where == "body" else item["loc"]) if part != "[key]"]
        pointer = "/" + "/".join(place)
        if item["type"] == "json_invalid":
            return Problem(
                400,
                "malformed-json",
                "The body is not JSON",
                "Send a JSON object, encoded in UTF-8.",
                [FieldError("/", "This is not JSON.")],
            )
        found.append(FieldError(pointer, str(item["msg"]).removeprefix("Value error, ")))
    return invalid(*found)


def create_app(
    name: str,
    settings: Settings,
    metrics: Metrics,
    ready: Callable[[], Awaitable[dict[str, bool]]],
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]],
    pages: Pages | None = None,
) -> FastAPI:
    """The application of one service, with health, metrics and error handling; the service adds its routers.

    `ready` answers what the service needs (part → works). With `pages`, a browser gets errors as pages, in the frame of
    the Brand that the route put into `request.state.brand`, and is asked to sign in where a page needs it.
    """
    app = FastAPI(
        title=f"Weltoffene Kommune: {name}",
        openapi_url=f"/{name}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        # Spans would carry the addresses of links, and those carry codes.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.address_of = lambda request: client_address(request, settings.trusted_proxies)
    app.add_middleware(HttpMiddleware, metrics=metrics, settings=settings)

    def answer(request: Request, problem: Problem) -> Response:
        if pages is not None and _is_for_reading(request, name):
            if problem.status == 401 and request.method == "GET":
                wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
                return RedirectResponse(f"/registration/sign-in?{urlencode({'next': wanted})}", 303)
            return pages.problem(request, problem, getattr(request.state, "brand", PLATFORM))
        return problem_response(problem)

    async def on_problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return answer(request, error)

    async def on_invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return answer(request, from_validation(error))

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return answer(request, Problem(error.status_code, f"http-{error.status_code}", str(error.detail)))

    async def on_database(request: Request, error: Exception) -> Response:
        if not is_unavailable(error):
            log.exception("database error", exc_info=error)
            return answer(request, INTERNAL)
        return answer(
            request,
            busy(
                "The database is away for a moment. Nothing was changed unless a repeat with the same Idempotency-Key says so."
            ),
        )

    async def on_too_large(request: Request, error: Exception) -> Response:
        assert isinstance(error, TooLarge)
        return answer(
            request, Problem(413, "too-large", "The request is too large", f"Send at most {error.limit} bytes.")
        )

    async def on_error(request: Request, error: Exception) -> Response:
        log.error("unhandled error", exc_info=error)
        return answer(request, INTERNAL)

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(PyMongoError, on_database)
    app.add_exception_handler(TooLarge, on_too_large)
    app.add_exception_handler(Exception, on_error)

    if pages is not None:
        app.mount(f"/{name}/static", pages.assets)

    @app.get(f"/{name}/health/live", dependencies=[Permission(public=True)])
    async def live() -> dict[str, str]:
        return {"status": "ok"}

    @app.get(f"/{name}/health/ready", dependencies=[Permission(public=True)])
    async def is_ready() -> Response:
        parts = await ready()
        return json_response(
            {"status": "ok" if all(parts.values()) else "failing", "parts": parts}, 200 if all(parts.values()) else 503
        )

    @app.get(f"/{name}/metrics", dependencies=[Permission(public=True)])
    async def metrics_page() -> Response:
        return Response(metrics.render(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return app


def _is_for_reading(request: Request, service: str) -> bool:
    """Whether a person in a browser asked: not on the API's paths, and HTML is welcome."""
    return not request.url.path.startswith(f"/{service}/v1/") and "text/html" in request.headers.get("accept", "")


def client_address(request: Request, trusted_proxies: int) -> str:
    """The caller's address: the connection's, or as many hops back in X-Forwarded-For as there are trusted proxies."""
    forwarded = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part.strip()]
    if trusted_proxies and len(forwarded) >= trusted_proxies:
        return forwarded[-trusted_proxies]
    return request.client.host if request.client else "unknown"


def json_response(body: Any, status: int = 200, replayed: bool = False) -> Response:
    """A JSON answer; a repeated POST's first answer is marked as such."""
    headers = {"Idempotent-Replayed": "true"} if replayed else None
    return Response(orjson.dumps(body), status, headers, media_type="application/json")
