"""Errors a caller can act on: RFC 9457 problem details, raised anywhere, rendered at the edge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.responses import Response

from chassis.text.plain_text import printable

TYPE_BASE = "urn:weltoffene-kommune:problem:"


@dataclass(frozen=True, slots=True)
class FieldError:
    """Error of one field of the input. `pointer` is a JSON pointer; `detail` names the remedy.

    `message` is a sentence of the catalogue: with `values` it has places for them, such as `%(most)s`.
    """

    pointer: str
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def detail(self) -> str:
        return _filled(self.message, self.values)


@dataclass(slots=True)
class Problem(Exception):
    """Root of all errors that are answered. `code` is stable; `detail` is a sentence for people, free of personal data, with
    places for `values`, if there are any."""

    status: int
    code: str
    title: str
    detail: str = ""
    errors: list[FieldError] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)

    def body(self) -> dict[str, object]:
        """The JSON object of RFC 9457."""
        body: dict[str, object] = {"type": TYPE_BASE + self.code, "title": self.title, "status": self.status}
        if self.detail:
            body["detail"] = _filled(self.detail, self.values)
        if self.errors:
            body["errors"] = [{"pointer": printable(error.pointer), "detail": error.detail} for error in self.errors]
        return body


def _filled(message: str, values: Mapping[str, Any]) -> str:
    return message % values if values else message


def problem_response(problem: Problem) -> Response:
    """Render a problem as application/problem+json."""
    return Response(
        orjson.dumps(problem.body()), problem.status, problem.headers, media_type="application/problem+json"
    )


def not_found(what: str = "resource") -> Problem:
    """Does not exist, or not for this caller: the two are not told apart."""
    return Problem(404, "not-found", "Not found", f"There is no such {what}.")


def unauthenticated(detail: str = "Send a bearer token or the code of your link.") -> Problem:
    return Problem(401, "unauthenticated", "Authentication needed", detail, headers={"WWW-Authenticate": "Bearer"})


def forbidden(detail: str) -> Problem:
    return Problem(403, "forbidden", "Not allowed", detail)


def conflict(code: str, detail: str, values: Mapping[str, Any] | None = None) -> Problem:
    return Problem(409, code, "Not possible in the present state", detail, values=values or {})


def invalid(*errors: FieldError) -> Problem:
    return Problem(422, "invalid", "The input is not valid", "See errors.", list(errors))


def busy(detail: str) -> Problem:
    return Problem(503, "busy", "Try again shortly", detail, headers={"Retry-After": "2"})
