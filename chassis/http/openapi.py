"""OpenAPI of a service, complete by construction: what every operation shares is derived from how it is declared.

Who may call is what its permission says, its problems follow from that and from what it takes, its summary is the first
sentence of its docstring, its tag the feature it belongs to, and its example is put together from those of its fields.
"""

from __future__ import annotations

import re
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from chassis.http.permissions import PermissionCheck
from chassis.http.problems import TYPE_BASE
from chassis.http.routes import permission_checks

BEARER, LINK = "bearer", "link"
SECURITY_SCHEMES = {
    BEARER: {"type": "http", "scheme": "bearer", "description": "Staff: a token of the identity provider."},
    LINK: {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "`Link <code>`: whoever holds the link that was mailed, with the code at its end (`?lang=…` behind it may stay).",
    },
}
PROBLEM = {
    "type": "object",
    "description": "What went wrong and what to do (RFC 9457). `type` is stable; `errors` names fields by JSON pointers.",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "examples": [f"{TYPE_BASE}invalid"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
PROBLEMS: dict[int, tuple[str, tuple[str, ...]]] = {
    400: ("The body is not JSON.", ("malformed-json",)),
    401: ("Neither a token nor a link was sent, or it is not valid any more.", ("unauthenticated",)),
    403: ("Not with this role, or the municipality is suspended.", ("forbidden", "suspended")),
    404: ("There is none, or not for this caller: the two are not told apart.", ("not-found",)),
    409: ("Not possible in the present state; `type` names the rule.", ()),
    413: ("The body is too large.", ("too-large",)),
    415: ("The body is not declared as JSON, or compressed.", ("unsupported-media-type", "content-encoding")),
    422: ("A field is not valid, or the key was used with another body.", ("invalid", "idempotency-key-reused")),
    429: ("Too many calls from this address; see `Retry-After`.", ("too-many-requests",)),
    503: ("Busy, or the database is away for a moment; see `Retry-After`.", ("busy",)),
}
PROBLEM_SCHEMA = "#/components/schemas/Problem"
REFUSALS = "x-refusals"
"""Where a route names the `type`s of its problems with status 409 (`openapi_extra`)."""
MEDIA_TYPES = {
    "csv": "text/csv",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ics": "text/calendar",
    "jsonl": "application/jsonl",
    "pdf": "application/pdf",
    "png": "image/png",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "svg": "image/svg+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
"""What an address answers with, by its end, where that is a file and no JSON."""
_SENTENCE = re.compile(r"(.+?[.:;])(\s|$)", re.S)


def refusals(*codes: str) -> dict[str, Any]:
    """For a route: the `type`s of its problems with status 409, each the rule that refused."""
    return {"openapi_extra": {REFUSALS: list(codes)}}


def problem_response(description: str) -> dict[str, Any]:
    """For a route's `responses`: a problem of its own, which `PROBLEMS` does not name."""
    return {"description": description, "content": {"application/problem+json": {"schema": {"$ref": PROBLEM_SCHEMA}}}}


def describe(app: FastAPI, service: str) -> None:
    """Let the application answer with this document."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app, service)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI, service: str) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version="1",
        description="Conventions, errors and lists: `docs/`. Times are RFC 3339 in UTC, languages BCP 47.",
        routes=app.routes,
    )
    components = document.setdefault("components", {})
    components["securitySchemes"] = SECURITY_SCHEMES
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    tags = set()
    for route, check in permission_checks(app):
        if not route.include_in_schema or check is None:
            continue
        for method in route.methods or ():
            operation = document["paths"][route.path_format].get(method.lower())
            if operation is not None:
                _complete(operation, route, check, service, schemas)
                tags |= set(operation["tags"])
    document["tags"] = [{"name": tag} for tag in sorted(tags)]
    return document


def _complete(
    operation: dict[str, Any], route: APIRoute, check: PermissionCheck, service: str, schemas: dict[str, Any]
) -> None:
    description = " ".join((route.endpoint.__doc__ or "").split())
    first_sentence = _SENTENCE.match(description)
    if not route.summary and first_sentence:
        operation["summary"] = first_sentence.group(1).rstrip(".:;")
    operation.setdefault("description", operation["summary"] + ".")
    # What permissions read from the path themselves, such as the tenant, no endpoint declares.
    declared = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"}
    missing = [name for name in re.findall(r"{(\w+)}", route.path_format) if name not in declared]
    if missing:
        path = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in missing]
        operation["parameters"] = [*path, *operation.get("parameters", ())]
    operation["tags"] = operation.get("tags") or [_feature(route, service)]
    schemes: list[dict[str, list[str]]] = [{BEARER: []}] if check.roles else []
    operation["security"] = [*schemes, *([{LINK: []}] if check.link else []), *([{}] if check.public else [])]
    responses = operation["responses"]
    refusals = operation.pop(REFUSALS, None)
    kind = MEDIA_TYPES.get(route.path.rpartition(".")[2])
    if kind is not None and set(responses.get("200", {}).get("content", {})) <= {"application/json"}:
        responses["200"]["content"] = {kind: {"schema": {"type": "string", "format": "binary"}}}
    for status in sorted({*_problems_of(operation, route, check), *([409] if refusals else [])}):
        if "application/problem+json" in responses.get(str(status), {}).get("content", {}):
            continue  # said by the route itself
        description, codes = PROBLEMS[status]
        if status == 409 and refusals:
            codes = tuple(refusals)
        type_schema = {"properties": {"type": {"enum": [TYPE_BASE + code for code in codes]}}} if codes else {}
        reference = {"$ref": PROBLEM_SCHEMA}
        content = {
            "application/problem+json": {
                "schema": {"allOf": [reference, type_schema]} if type_schema and status != 422 else reference
            }
        }
        code_list = ", ".join(f"`{code}`" for code in codes)
        responses[str(status)] = {"description": f"{description} {code_list}".strip(), "content": content}
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body is not None and "example" not in body and "examples" not in body:
        body["example"] = example_of(body.get("schema", {}), schemas)


def _feature(route: APIRoute, service: str) -> str:
    """The package that the route's module stands in."""
    parts = route.endpoint.__module__.split(".")
    if parts[0] == "chassis":
        return "operations"
    return (parts[2] if len(parts) > 3 else service).replace("_", " ")


def _problems_of(operation: dict[str, Any], route: APIRoute, check: PermissionCheck) -> list[int]:
    changes = bool({"POST", "PUT", "PATCH", "DELETE"} & (route.methods or set()))
    statuses = [503]
    if not check.public:
        statuses += [401, 403]
    if "{" in route.path:
        statuses.append(404)
    if "{tenant}" in route.path and not check.allow_suspended:
        statuses.append(403)
    if operation.get("parameters") or "requestBody" in operation:
        statuses.append(422)
    if "requestBody" in operation:
        statuses += [400, 413, 415]
    if changes:
        statuses += [403, 409, 413, 415]
    if re.search(r"{(?!tenant})", route.path):
        statuses.append(409)  # of what is not there yet, such as the result of an assessment that is still open
    if check.limited:
        statuses.append(429)
    return sorted(set(statuses))


def example_of(schema: dict[str, Any], schemas: dict[str, Any], depth: int = 0) -> Any:
    """An example that the schema allows, put together from those of its parts."""
    if "$ref" in schema:
        return example_of(schemas.get(schema["$ref"].rpartition("/")[2], {}), schemas, depth)
    for key in ("example", "default", "const"):
        if schema.get(key) is not None:
            return schema[key]
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    for key in ("anyOf", "oneOf", "allOf"):
        for option in schema.get(key, ()):
            if option.get("type") != "null":
                return example_of(option, schemas, depth)
    match schema.get("type"):
        case "object":
            names = schema.get("properties", {})
            if names:
                shown_names = [name for name in names if name in schema.get("required", names) or depth == 0]
                return {name: example_of(names[name], schemas, depth + 1) for name in shown_names}
            additional = schema.get("additionalProperties")
            keys = example_of(schema.get("propertyNames", {}), schemas, depth + 1) or "de"
            return (
                {keys: example_of(additional, schemas, depth + 1)}
                if isinstance(additional, dict) and additional
                else {}
            )
        case "array":
            return [example_of(schema.get("items", {}), schemas, depth + 1)] if depth < 6 else []
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
        case "string":
            return EXAMPLES.get(schema.get("format", ""), "Text"[: schema.get("maxLength", 4)])
    return None


EXAMPLES = {
    "date-time": "2027-05-03T16:30:00Z",
    "date": "2027-05-03",
    "email": "olena@example.org",
    "uri": "https://meet.example/abc",
    "binary": "",
}
"""By format, where a field says none of its own."""
