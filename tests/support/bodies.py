"""A body that a route takes, made from its own OpenAPI description: so that what is tested is what comes behind the validation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
FORMATS = {
    "date-time": SOON.isoformat(),
    "date": f"{SOON:%Y-%m-%d}",
    "email": "somebody@example.org",
    "uri": "https://example.org/",
}


def body_for(openapi: dict[str, Any], path: str, method: str) -> Any:
    """The least that the route takes as JSON; None where it takes none."""
    content = openapi["paths"].get(path, {}).get(method.lower(), {}).get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return None
    return example(content["application/json"]["schema"], openapi.get("components", {}).get("schemas", {}))


def example(schema: dict[str, Any], known: dict[str, Any]) -> Any:
    """A value that a JSON Schema allows, as small as it may be."""
    if "$ref" in schema:
        return example(known[schema["$ref"].rsplit("/", 1)[1]], known)
    for key in ("const", "default"):
        if schema.get(key) is not None:
            return schema[key]
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return example(schema[key][0], known)
    kind = schema.get("type", "object")
    if kind == "object":
        needed = {name: example(schema["properties"][name], known) for name in schema.get("required", ())}
        if not needed and schema.get("minProperties"):
            needed = {"de": example(schema.get("additionalProperties") or {"type": "string"}, known)}
        return needed
    if kind == "array":
        return [example(schema["items"], known)] * int(schema.get("minItems", 0))
    if kind in ("integer", "number"):
        return schema.get("minimum", 1)
    if kind == "boolean":
        return True
    if kind == "null":
        return None
    return FORMATS.get(schema.get("format", ""), "x" * max(4, int(schema.get("minLength", 1))))
