"""Every operation and form, with what may be sent as any value of a body, a query or a field: nothing falls over."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

from fastapi.dependencies.models import Dependant

from chassis.http.routes import permission_checks
from tests.service.registration.pages import BROWSER
from tests.service.security.conftest import Everything
from tests.service.security.test_bad_input import Desk
from tests.support.bodies import body_for
from tests.support.page_forms import field_names

# What a program may send as any value of a JSON body; some of it no reader of JSON has to take.
HOSTILE_VALUES = [
    "1" + "0" * 400,
    "-1",
    "1800000000",
    "NaN",
    "null",
    "true",
    '"https://[::1"',
    '"info@\u05d01.example"',
    '"9999-12-31T23:59:59-14:00"',
    '"a\\ud83d"',
    '"a\\u202eb"',
    "[[]]",
    '{"de": "x", "\\u0000": 1}',
]
MEANT = '"https://[::1"', "1800000000"
"""Of these each stands in one field, too, beside others that are right: what comes behind the model sees it."""
HOSTILE_QUERIES = [
    "9" * 400,
    "-99999999999999.x",
    "99999999999999~x",
    base64.urlsafe_b64encode(b'[1e308,"0001-01-01T00:00:00+14:00","0001-01-01T00:00:00+14:00","1"]')
    .decode()
    .rstrip("="),
    base64.urlsafe_b64encode(b'[1,"0001-01-01T00:00:00+14:00","0001-01-01T00:00:00+14:00","1"]').decode().rstrip("="),
    "a\x00",
    "size:1e999",
    "1e400",
]
ENDS = ("suspension", "deletion", "calling-off", "erasure", "closing", "forget", "revocation")
"""Words in addresses of forms that take something away."""
LIVE = ("/stream", "/fragments")
"""What does not end."""


def _whole_path(everything: Everything, desk: Desk, service: str, path: str) -> str:
    known = {"tenant": "wilhelmshaven", "slug": "wilhelmshaven", "code": desk.places["code"]}
    known["id"] = desk.places["assessment" if service == "selfcheck" else "gathering"]
    return everything.url(re.sub(r"\{(\w+)(:path)?\}", lambda part: known.get(part[1], "x"), path))


def _calls(everything: Everything, methods: set[str]) -> list[tuple[str, str, str, Any, Any]]:
    """Service, method, path, its OpenAPI operation and check of each operation; what ends something comes last."""
    found = [
        (name, method, route.path_format, app.openapi()["paths"][route.path_format][method.lower()], check)
        for name, app in everything.apps.items()
        for route, check in permission_checks(app)
        if check is not None and route.include_in_schema
        for method in sorted((route.methods or set()) & methods)
    ]
    return sorted(found, key=lambda one: [word in one[2] for word in (*ENDS, "decision", "offboarding", "leave")])


def _leads_astray(pointer: str, sent: Any) -> bool:
    """Whether a pointer goes on where what was sent has no inside."""
    inside = sent
    for part in pointer.strip("/").split("/") if pointer != "/" else ():
        if isinstance(inside, list):
            if not part.isdigit():
                return True
            inside = inside[int(part)] if int(part) < len(inside) else None
        elif isinstance(inside, dict) or inside is None:
            inside = (inside or {}).get(part)
        else:
            return True
    return False


async def test_no_call_falls_over_whatever_stands_in_its_body(everything: Everything) -> None:
    """Every operation that takes JSON: each hostile value in all of its fields, and some in each alone. What is refused is
    refused at a place in what was sent."""
    desk = Desk(everything)
    await desk.prepare()
    tried, fell = 0, []
    for service, method, path, operation, check in _calls(everything, {"POST", "PUT", "PATCH"}):
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            continue
        document = everything.apps[service].openapi()
        schema = content["application/json"]["schema"]
        schema = document["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], schema)
        fields = sorted(schema.get("properties", {}))
        right = body_for(document, path, method)
        right = right if isinstance(right, dict) else {}
        bodies: list[dict[str, str]] = [dict.fromkeys(fields, value) for value in HOSTILE_VALUES]
        bodies += [
            {**{one: json.dumps(value) for one, value in right.items()}, name: value}
            for name in fields
            for value in MEANT
        ]
        role = next(iter(sorted(check.roles)), "")
        client = everything.client("-" if role in ("programme_office", "operator") else "wilhelmshaven", role)
        for body in bodies:
            sent = "{" + ",".join(f"{json.dumps(name)}:{value}" for name, value in body.items()) + "}"
            answer = await client.request(
                method,
                _whole_path(everything, desk, service, path),
                content=sent.encode(),
                headers={"content-type": "application/json"},
            )
            tried += 1
            if answer.status_code >= 500:
                fell.append(f"{method} {path} {sent[:300]}: {answer.text[:200]}")
            elif answer.status_code == 422:
                errors = answer.json().get("errors", [])
                if astray := [one for one in errors if _leads_astray(one["pointer"], json.loads(sent))]:
                    fell.append(f"{method} {path} {sent[:300]}: {astray}")
    assert fell == []
    assert tried > 1000


def _asked(dependant: Dependant) -> Iterator[str]:
    """The names of a route's query parameters."""
    for one in dependant.query_params:
        fields = getattr(one.field_info.annotation, "model_fields", None)
        yield from (field.alias or name for name, field in fields.items()) if fields else [one.alias]
    for inner in dependant.dependencies:
        yield from _asked(inner)


async def test_no_call_falls_over_whatever_it_is_asked(everything: Everything) -> None:
    """Every operation and page that reads, all of its parameters with the same hostile value."""
    desk = Desk(everything)
    await desk.prepare()
    tried, fell = 0, []
    for service, app in everything.apps.items():
        for route, check in permission_checks(app):
            names = list(_asked(route.dependant))
            if check is None or "GET" not in (route.methods or ()) or not names or route.path.endswith(LIVE):
                continue
            role = next(iter(sorted(check.roles)), "")
            client = everything.client("-" if role in ("programme_office", "operator") else "wilhelmshaven", role)
            for value in HOSTILE_QUERIES:
                asked = dict.fromkeys(names, value)
                answer = await client.get(
                    _whole_path(everything, desk, service, route.path), params=asked, headers=BROWSER
                )
                tried += 1
                if answer.status_code >= 500:
                    fell.append(f"{route.path} {value}: {answer.text[:200]}")
    assert fell == []
    assert tried > 200


# What somebody may put into any field at all.
HOSTILE = [
    "9" * 5000,
    "a\x00b",
    "\u200b",
    "-1",
    "²",
    "9999-12-31",
    "0001-01-01T00:00",
    "99:99",
    "xyz",
    "x" * 20_000,
    "{",
    "1e400",
]


async def test_no_form_falls_over_whatever_stands_in_its_fields(everything: Everything, trusting: None) -> None:
    """Every form of every page, with real ids where there are some, each field with the same hostile value."""
    desk = Desk(everything)
    await desk.prepare()
    id, code = await desk.registered()
    fields, tried = sorted(field_names()), 0
    assert len(fields) > 80
    known = {"tenant": "wilhelmshaven", "registration_id": id, "person": id, "slug": "wilhelmshaven"}
    # What might take away what others need comes last, and of that the municipality's end.
    forms = sorted(
        (
            (name, route, check)
            for name, app in everything.apps.items()
            for route, check in permission_checks(app)
            if "POST" in (route.methods or ()) and not route.include_in_schema and "sign-" not in route.path
        ),
        key=lambda form: [word in form[1].path for word in ENDS],
    )
    for name, route, check in forms:
        assert check is not None
        places = {
            **known,
            "id": id
            if "/my/" in route.path or "/address/" in route.path
            else desk.places["assessment" if name == "selfcheck" else "gathering"],
            "code": code if name == "registration" else desk.places["code"],
        }
        path = re.sub(
            r"\{(\w+)(:path)?\}",
            lambda part, places=places: places.get(part[1], "cancellation" if part[1] == "kind" else "x"),  # type: ignore[misc]
            route.path,
        )
        role = next(iter(sorted(check.roles)), "")
        client = everything.client("-" if role in ("programme_office", "operator") else "wilhelmshaven", role)
        for value in HOSTILE:
            answer = await client.post(everything.url(path), data=dict.fromkeys(fields, value), headers=BROWSER)
            assert answer.status_code < 500, f"{route.path} {value[:20]!r}: {answer.text[:500]}"
            tried += 1
    assert tried > 400
