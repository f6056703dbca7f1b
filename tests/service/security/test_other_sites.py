"""What a page of another site, or a text that somebody typed, could do in the browser of somebody signed in: nothing.

One municipality with one of everything, all texts of which are planted.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from chassis.http.permissions import PermissionCheck
from chassis.http.routes import permission_checks
from chassis.identity.sessions import SESSION_COOKIE
from chassis.identity.tokens import Identity
from chassis.pages.form_tokens import Forms
from chassis.pages.forms import TOKEN_FIELD
from chassis.pages.pages import VISITOR_COOKIE
from programme.roles import PLATFORM_ROLES
from tests.conftest import settings_on
from tests.service.registration.pages import BROWSER
from tests.service.security.conftest import TENANTS, Everything, build_everything
from tests.service.security.furnishing import OF_ITS_KIND, Furnishing, Town
from tests.service.security.test_hostile_values import LIVE
from tests.service.security.test_tenant_walk import CODES, WORDS, Walk, filled_in, names_object, role_of
from tests.support.bodies import body_for
from tests.support.namespaces import namespace

PLANTED = "x planted \"'><b planted>{{7*7}}</b>"
"""Where it is not escaped, an element or an attribute `planted` comes of it: in text, in a value with either quotes, or with none."""
TEXTS = {"title", "description", "place", "name", "label", "reason", "note", "text", "party", "reply"}


def planted(value: Any, key: str = "") -> Any:
    """The same with each text that people type replaced."""
    if isinstance(value, dict):
        inside = key if key in TEXTS else ""
        return {name: planted(one, inside or name) for name, one in value.items()}
    if isinstance(value, list):
        return [planted(one, key) for one in value]
    return PLANTED if isinstance(value, str) and key in TEXTS else value


class Planting(Furnishing):
    """As `Furnishing`, with planted texts."""

    async def ask(self, role: str, method: str, path: str, body: Any = None, **more: Any) -> Any:
        return await super().ask(role, method, path, planted(body), **more)


@pytest.fixture(scope="module")
async def walk(stack: Any, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Walk]:
    """One for all of these tests: none of them changes anything."""
    with namespace(stack.mongodb_uri) as name:
        everything = await build_everything(settings_on(stack, tmp_path_factory.mktemp("sites"), name))
        town = Town(TENANTS[0])
        furnishing = Planting(everything, town)
        await furnishing.ask("coordinator", "PATCH", "/registration/v1/TENANT/profile", {"name": {"de": "x"}})
        await furnishing.all()
        await furnishing.what_follows()
        await furnishing.afterwards()
        yield Walk(everything, (town, Town(TENANTS[1])))
        await everything.close()


Found = tuple[FastAPI, str, APIRoute, PermissionCheck]


def routes(everything: Everything, *methods: str) -> Iterator[Found]:
    for app in everything.apps.values():
        for route, check in permission_checks(app):
            assert check is not None
            for method in sorted(set(methods) & (route.methods or set())):
                yield app, method, route, check


def cookie(everything: Everything, role: str) -> dict[str, str]:
    """What the browser of somebody signed in sends along by itself."""
    response, platform = Response(), role in PLATFORM_ROLES
    request = Request({"type": "http", "scheme": "http", "headers": [], "server": ("test", 80), "path": "/"})
    identity = Identity(
        f"local-{role}",
        None,
        frozenset({role} if platform else ()),
        {} if platform else {TENANTS[0]: frozenset({role})},
    )
    everything.apps["registration"].state.sessions.start(request, response, identity)
    return {"Cookie": response.headers["set-cookie"].partition(";")[0]}


def session_of(headers: dict[str, str]) -> str:
    return headers["Cookie"].removeprefix(f"{SESSION_COOKIE}=")


QUERY = {"/notifications/{tenant}/calls/{id}": "/notifications/{tenant}/calls/{id}?outcome=reached"}
"""What an address asks for beside its path."""


CODE_OF = {"answers": "answer", "room": "room", "arrive": "door"}
"""Whose code stands behind a word; else that of a registered person."""


def place(path: str, town: Town) -> str:
    """The path with the town's own ids and codes."""
    service = path.split("/")[1]

    def filled(part: re.Match[str]) -> str:
        word, name = part[1], part[2]
        if name in ("tenant", "slug"):
            return f"{word}/{town.slug}"
        if name in CODES:
            return f"{word}/{town.codes[CODE_OF.get(word, 'person' if name == 'code' else name)]}"
        if name == "email":
            return f"{word}/{town.ids['address']}"
        kind = OF_ITS_KIND.get(service, {}).get(word, "") if names_object(service, name) else ""
        return f"{word}/{town.ids[kind] if kind else WORDS.get(name, 'x')}"

    path = QUERY.get(path, path)
    return re.sub(r"([^/]*)/\{(\w+)(?::path)?\}", filled, path)


FOREIGN: tuple[dict[str, str], ...] = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "https://evil.kommune.example"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {},
)


async def test_no_other_site_acts_with_the_session_of_somebody(walk: Walk) -> None:
    """Every operation and form of every service that changes something, called as somebody's browser would from elsewhere."""
    everything, tried, wrong = walk.everything, 0, []
    before = await walk.stored(walk.towns[0])
    for number, (app, method, route, check) in enumerate(routes(everything, "POST", "PUT", "PATCH", "DELETE")):
        signed_in = cookie(everything, role_of(check) or "coordinator")
        body = body_for(app.openapi(), route.path_format, method) if route.include_in_schema else None
        sent: dict[str, Any] = {"json": body} if body is not None else {"data": {"sure": "yes"}}
        url = everything.url(place(route.path, walk.towns[0]))
        for headers in (FOREIGN[0], FOREIGN[number % len(FOREIGN)]):
            answer = await everything.client().request(method, url, headers=signed_in | headers, **sent)
            tried += 1
            if answer.status_code != 403 or "set-cookie" in answer.headers:
                wrong.append(f"{method} {route.path} {headers}: {answer.status_code}")
    assert wrong == []
    assert tried > 500
    assert await walk.stored(walk.towns[0]) == before


NO_TOKEN = {
    # Whoever signs out loses nothing, and only our own pages can (`from_our_pages`).
    "/registration/sign-out",
    # Mail programs post here by themselves (RFC 8058); the link says who.
    "/notifications/{tenant}/unsubscribe/{contact}/{kind}/{code}",
    # The form on a preview of a language signs nobody up, and says so.
    "/registration/{tenant}/settings/languages/{language}/{version}/preview",
}


NOT_REACHED = {
    "/registration/sign-in/local/{place}/{role}/{code}"  # `test_sign_in`: with another browser's token
}
"""Forms that this platform does not have; they are judged as the others are (`Forms.received`)."""


async def test_no_form_does_anything_without_the_token_of_its_own_page(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From our own site and from another: with none, with one that is true for another form, and with this form's own as it was given
    to somebody else."""
    everything, town = walk.everything, walk.towns[0]
    verdicts: list[str | None] = []
    purposes: list[str] = []
    judged = Forms.token_error

    def noted(self: Forms, *asked: Any) -> str | None:
        purposes.append(asked[0])
        verdicts.append(judged(self, *asked))
        return verdicts[-1]

    monkeypatch.setattr(Forms, "token_error", noted)
    entered = filled_in()
    before = await walk.stored(town)
    unseen, wrong = [], []
    for app, _, route, check in routes(everything, "POST"):
        if route.include_in_schema or route.path in NO_TOKEN:
            continue
        role = role_of(check)
        signed_in = cookie(everything, role) if role and not check.public else {"Cookie": f"{VISITOR_COOKIE}=somebody"}
        forms = Forms(app.state.context.secrets, app.state.context.clock)
        holder = session_of(signed_in) if role and not check.public else "somebody"
        path = place(route.path, town)
        purposes.clear()
        for site in ("same-origin", "cross-site", "same-site"):
            tokens = [{}, *({TOKEN_FIELD: forms.token(one, "another browser")} for one in purposes[:1])]
            for token in (*tokens, {TOKEN_FIELD: forms.token("another form", holder)}):
                verdicts.clear()
                headers = BROWSER | signed_in | {"Sec-Fetch-Site": site}
                answer = await everything.client().post(everything.url(path), data=entered | token, headers=headers)
                if None in verdicts or answer.status_code >= 500:
                    wrong.append(f"{path} from {site}: {answer.status_code}")
        seen = bool(purposes)
        if not seen:
            unseen.append(route.path)
    assert wrong == []
    after = await walk.stored(town)
    assert [name for name in before if before[name] != after.get(name)] == []
    assert set(unseen) == NOT_REACHED


async def test_what_is_for_staff_is_kept_by_no_cache(walk: Walk) -> None:
    everything, town, seen, wrong = walk.everything, walk.towns[0], set(), []
    for _, method, route, check in routes(everything, "GET"):
        if check.public or not check.roles or route.path.endswith((*LIVE, "door-worker.js")):
            continue
        role = role_of(check)
        client = everything.client("-" if role in PLATFORM_ROLES else town.slug, role)
        answer = await client.get(everything.url(place(route.path, town)))
        if "no-store" not in answer.headers.get("cache-control", ""):
            wrong.append(f"{method} {route.path}: {answer.status_code} {answer.headers.get('content-type')}")
        elif answer.status_code == 200:
            seen.add(route.path)
    assert wrong == []
    assert len(seen) > 120


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.escaped: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if "planted" in dict(attrs):
            self.escaped.append(self.get_starttag_text() or tag)


async def test_what_people_type_is_nothing_but_text_on_every_page(walk: Walk) -> None:
    everything, town, shown, wrong = walk.everything, walk.towns[0], set(), []
    for _, _, route, check in routes(everything, "GET"):
        if route.include_in_schema or route.path.endswith(LIVE):
            continue
        role = role_of(check)
        client = everything.client("-" if role in PLATFORM_ROLES else town.slug, role)
        answer = await client.get(everything.url(place(route.path, town)), headers=BROWSER)
        if answer.headers.get("content-type", "").startswith("text/html"):
            reader = _Reader()
            reader.feed(answer.text)
            wrong += [f"{route.path}: {one}" for one in reader.escaped]
            if "&lt;b planted&gt;" in answer.text:
                shown.add(route.path)
                assert "{{7*7}}" in answer.text, route.path
    assert wrong == []
    assert len(shown) > 60
