"""The HTTP edge every service shares: one application factory, one middleware, one way to answer errors."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, RedirectResponse

from chassis.http.api_page import add_api_page
from chassis.http.middleware import HttpMiddleware, TooLarge
from chassis.http.permissions import Permission
from chassis.http.problems import FieldError, Problem, busy, invalid, not_found, problem_response
from chassis.http.routes import all_routes
from chassis.http.routing import Route
from chassis.http.validation_remedies import remedy
from chassis.operations.logs import get_logger
from chassis.operations.metrics import Metrics
from chassis.pages.pages import Pages, page_address, see_other
from chassis.programme import Programme
from chassis.settings import Settings
from chassis.storage.mongo import PyMongoError, is_unavailable

log = get_logger()

_NO_SUCH = ("literal_error", "enum")
"""A word in the address that is none of those there are: no field to mend, but an address that leads nowhere."""
INTERNAL = Problem(500, "internal", "Something went wrong", "Operators have been informed.")


def validation_problem(error: RequestValidationError, request: Request | None = None) -> Problem:
    """FastAPI's validation errors as ours; the rejected values are not quoted."""
    own_errors, library_errors = [], []
    if (
        request is not None
        and _declares_another_type(request)
        and any(item["loc"] == ("body",) for item in error.errors())
    ):
        return Problem(
            415,
            "unsupported-media-type",
            "The body is not declared as JSON",
            "Send the header Content-Type: application/json.",
        )
    for item in error.errors():
        if item["type"] == "json_invalid":
            return malformed_body()
        pointer = _pointer(item["loc"], error.body, is_absent=item["type"] == "missing")
        context = item.get("ctx") or {}
        if "sentence" in context:
            own_errors.append(FieldError(pointer, context["sentence"], context["values"]))
        else:
            library_errors.append(FieldError(pointer, remedy(item, pointer.rpartition("/")[2])))
    # Where one of several kinds of value may stand, each says what it misses; a sentence of ours is the one that helps.
    helped = {error.pointer for error in own_errors}
    return invalid(*own_errors, *(error for error in library_errors if error.pointer not in helped))


def _pointer(place: Sequence[str | int], body: Any, *, is_absent: bool) -> str:
    """Where in the request an error is: pydantic's place without what stands in no request, such as the name of the kind of
    value that it tried."""
    source, *rest = place
    if source != "body":
        return f"/{source}/{rest[0]}" if rest else f"/{source}"
    if body is None:
        return "/" + "/".join(str(part) for part in rest if part != "[key]")
    parts, value = [], body
    for position, part in enumerate(rest, start=1):
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            # A key that is refused itself may be told otherwise than it was sent: half a character has no UTF-8.
            is_key = position < len(rest) and rest[position] == "[key]"
            if not (is_key or (is_absent and position == len(rest))):
                continue
        parts.append(str(part))
    return "/" + "/".join(parts)


def malformed_body(cause: BaseException | None = None) -> Problem:
    """A body that is no JSON, or none that is read."""
    remedy = "Send a JSON object, encoded in UTF-8."
    if isinstance(cause, UnicodeDecodeError):
        remedy = "Encode the body in UTF-8; it seems to be in another encoding, such as Latin-1."
    elif isinstance(cause, ValueError):
        remedy = "Send numbers with fewer digits; one of these is longer than any that is read."
    elif isinstance(cause, RecursionError):
        remedy = "Send JSON that is nested less deeply."
    return Problem(400, "malformed-json", "The body is not JSON", remedy, [FieldError("/", "This is not JSON.")])


def _declares_another_type(request: Request) -> bool:
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return request.headers.get("content-length", "0") != "0" and not sent.endswith("json")


def allowed_methods(app: FastAPI, path: str) -> list[str]:
    """The methods that this path takes."""
    allowed = {"OPTIONS"}
    for route in all_routes(app):
        if route.path_regex.match(path):
            methods = route.methods or set()
            allowed |= methods | ({"HEAD"} if "GET" in methods else set())
    return sorted(allowed)


def create_app(
    name: str,
    settings: Settings,
    metrics: Metrics,
    ready: Callable[[], Awaitable[dict[str, bool]]],
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]],
    programme: Programme,
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
        redirect_slashes=False,  # its Location would hold the host that the caller named
        redoc_url=None,
        lifespan=lifespan,
        # Spans would carry the addresses of links, and those carry codes.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.router.route_class = Route
    app.state.programme = programme
    app.state.address_of = lambda request: client_address(request, settings.trusted_proxies)
    app.add_middleware(HttpMiddleware, metrics=metrics, settings=settings)

    def answer(request: Request, problem: Problem) -> Response:
        if pages is not None and _wants_page(request, name):
            if problem.status == 401 and request.method == "GET":
                address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
                return RedirectResponse(f"{programme.sign_in}?{urlencode({'next': address})}", 303)
            return pages.problem(request, problem, getattr(request.state, "brand", None))
        return problem_response(problem)

    async def on_problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return answer(request, error)

    async def on_invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        if any(item["loc"][0] == "path" and item["type"] in _NO_SUCH for item in error.errors()):
            return answer(request, not_found("page" if _wants_page(request, name) else "resource"))
        return answer(request, validation_problem(error, request))

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == 400 and isinstance(error.__cause__, ValueError | RecursionError):
            return answer(request, malformed_body(error.__cause__))
        if error.status_code == 405:
            return wrong_method(request)
        if error.status_code == 404 and (nearby := _with_or_without_slash(app, request)):
            return RedirectResponse(nearby, 307, {"Cache-Control": "no-store"})
        return answer(request, Problem(error.status_code, f"http-{error.status_code}", str(error.detail)))

    def wrong_method(request: Request) -> Response:
        allowed = allowed_methods(app, request.url.path)
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": ", ".join(allowed)})
        if request.method == "GET" and pages is not None and _wants_page(request, name):
            # An address that takes forms only, opened again: its form stands on the page around it.
            return see_other(page_address(request))
        method_list = ", ".join(allowed)
        remedy = f"This address takes {method_list}."
        return answer(
            request, Problem(405, "method-not-allowed", "Not this method", remedy, headers={"Allow": method_list})
        )

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
        add_api_page(app, name, pages, programme.services)

    @app.get(f"/{name}/health/live", dependencies=[Permission(public=True)])
    async def get_liveness() -> dict[str, str]:
        return {"status": "ok"}

    @app.get(f"/{name}/health/ready", dependencies=[Permission(public=True)])
    async def get_readiness() -> Response:
        parts = await ready()
        return json_response(
            {"status": "ok" if all(parts.values()) else "failing", "parts": parts}, 200 if all(parts.values()) else 503
        )

    @app.get(f"/{name}/metrics", dependencies=[Permission(public=True)], response_class=PlainTextResponse)
    async def get_metrics() -> Response:
        return Response(metrics.render(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return app


def _with_or_without_slash(app: FastAPI, request: Request) -> str | None:
    """The address, on whatever host the caller is, that differs by the slash at its end and leads somewhere."""
    path: str = request.scope["path"]
    other = path.rstrip("/") if path.endswith("/") else path + "/"
    if (
        not other.strip("/")
        or other.startswith("//")
        or not any(one.path_regex.match(other) for one in all_routes(app))
    ):
        return None
    query = request.scope["query_string"].decode("latin-1")
    return quote(other) + (f"?{query}" if query else "")


def _wants_page(request: Request, service: str) -> bool:
    """Whether a person in a browser asked: not on the API's paths, and HTML is welcome."""
    return not request.url.path.startswith(f"/{service}/v1/") and "text/html" in request.headers.get("accept", "")


def client_address(request: Request, trusted_proxies: int) -> str:
    """The caller's address: the connection's, or as many hops back in X-Forwarded-For as there are trusted proxies.

    Some proxies add a header of their own behind the caller's, so all of them count, as one list."""
    header = ",".join(request.headers.getlist("x-forwarded-for"))
    forwarded = [part.strip() for part in header.split(",") if part.strip()]
    if trusted_proxies and len(forwarded) >= trusted_proxies:
        return forwarded[-trusted_proxies]
    return request.client.host if request.client else "unknown"


def json_response(body: Any, status: int = 200, replayed: bool = False) -> Response:
    """A JSON answer; a repeated POST's first answer is marked as such."""
    headers = {"Idempotent-Replayed": "true"} if replayed else None
    return Response(orjson.dumps(body), status, headers, media_type="application/json")
