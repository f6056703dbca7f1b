"""Parameters and responses that the routes of selfcheck share, and idempotency keys."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Header, Request

from chassis.http.openapi import problem_response
from chassis.storage.idempotency import IdempotencyKey
from chassis.text.text_types import text
from services.selfcheck.services import get_services


def _other_media(
    media_type: str, description: str, schema: dict[str, Any] | None = None
) -> dict[int | str, dict[str, Any]]:
    """Describe an operation that answers something else than JSON, for the OpenAPI document."""
    content = {media_type: {"schema": schema or {"type": "string", "format": "binary"}}}
    return {200: {"description": description, "content": content}}


BY_CODE: dict[int | str, dict[str, Any]] = {
    403: problem_response("Somebody has begun to answer; the resume code is needed. `resume-code-needed`, `forbidden`"),
    429: problem_response("Too many codes that do not exist, or resume codes that are wrong. `too-many-requests`"),
}
"""What else can go wrong with a code in the address."""
PDF = _other_media("application/pdf", "A tagged PDF.")
WORKBOOK = _other_media("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "A workbook.")
FILE = _other_media("application/octet-stream", "The file, with the media type that its content has.")
EVENTS = _other_media("text/event-stream", "Server-sent events.", {"type": "string"})
JSON_SCHEMA = _other_media("application/schema+json", "A JSON schema.", {"type": "object"})
Since = Annotated[str | None, text(100)]
ResumeHeader = Annotated[str | None, Header(alias="X-Resume-Code"), text(200, least=0, visible=False)]
"""What only the respondent holds: shown with the first save, and needed from then on."""
LastEvent = Annotated[str | None, Header(alias="Last-Event-ID"), text(100)]


def read_idempotency_key(request: Request, key: str | None, body: Any = None) -> IdempotencyKey:
    """The idempotency key of the request."""
    return IdempotencyKey.of(get_services(request).secrets, f"{request.method} {request.url.path}", key, body)
