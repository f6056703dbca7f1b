"""Who may call what: the declared audiences as a list to be read in reviews, and every route tried as everybody."""

from __future__ import annotations

import re
from pathlib import Path

import httpx

from chassis.http.permissions import PermissionCheck
from chassis.http.routes import permission_checks
from programme.roles import ANY_STAFF, PLATFORM_ROLES
from services.registration.applications.applying import RESERVED
from tests.service.security.conftest import Everything

AUDIENCES = Path(__file__).with_name("audiences.txt")
"""Edited by hand, after thinking about who should see what."""
FOREIGN = ("wolfsburg", "coordinator")


def _who(guard: PermissionCheck) -> str:
    named = [*sorted(guard.roles), *(["link"] if guard.link else []), *(["public"] if guard.public else [])]
    suspended = " (also while suspended)" if guard.allow_suspended else ""
    return ", ".join(named) + (" (limited)" if guard.limited else "") + suspended


async def test_the_declared_audiences_are_the_agreed_ones(everything: Everything) -> None:
    lines = set()
    for app in everything.apps.values():
        for route, guard in permission_checks(app):
            assert guard is not None, f"{route.path} has no audience"
            if "/health/" not in route.path and not route.path.endswith("/metrics"):
                lines |= {f"{method:6} {route.path}: {_who(guard)}" for method in route.methods}
    assert sorted(lines) == AUDIENCES.read_text().splitlines()


RIGHTS = re.compile(
    r"/\{tenant\}/(people/\{id\}/|erasures|my/\{id\}/\{code\}|registrations/\{id\}$|desk/\{id\}/privacy/erasures/\{person\}$)"
)
"""Routes by which people see, take along, correct and have erased what is stored of them, or staff do so for them."""


async def test_the_rights_of_people_do_not_rest_while_a_municipality_is_suspended(everything: Everything) -> None:
    found = {
        route.path: guard.allow_suspended
        for app in everything.apps.values()
        for route, guard in permission_checks(app)
        if guard is not None and RIGHTS.search(route.path) and (guard.link or guard.public or "POST" in route.methods)
    }
    assert [path for path, is_open in found.items() if not is_open] == []
    assert len(found) > 10


async def test_every_route_answers_each_role_as_declared(everything: Everything) -> None:
    """Enforced as declared: strangers find nothing, no role goes beyond its own, and nothing falls over."""
    people: list[tuple[str, str]] = [
        *(("wilhelmshaven", role) for role in ANY_STAFF),
        *(("-", role) for role in sorted(PLATFORM_ROLES)),
        FOREIGN,
    ]
    clients = {(tenant, role): everything.client(tenant, role) for tenant, role in people}
    nobody, forged = everything.client(), everything.client(token="eyJhbGciOiJub25lIn0.e30.")
    expired = everything.client(token=everything.issuer.issue("wilhelmshaven", "coordinator", seconds=-60))
    tried = 0
    for app in everything.apps.values():
        for route, guard in permission_checks(app):
            assert guard is not None
            path = re.sub(r"\{\w+(:path)?\}", "unknown-1", route.path.replace("{tenant}", "wilhelmshaven"))
            for method in route.methods:
                url = everything.url(path)

                async def call(client: httpx.AsyncClient, method: str = method, url: str = url) -> int:
                    body = {} if method in ("POST", "PUT", "PATCH") else None
                    answer = await client.request(method, url, json=body)
                    assert answer.status_code < 500, f"{method} {url}: {answer.text}"
                    return answer.status_code

                where = f"{method} {route.path}"
                if not guard.public:
                    for client in (nobody, forged, expired):
                        assert await call(client) in (401, 404), where
                for (tenant, role), client in clients.items():
                    status = await call(client)
                    tried += 1
                    foreign = tenant == FOREIGN[0] and "{tenant}" in route.path
                    if guard.public:
                        assert status not in (401, 403), f"{where} as {role}"
                    elif foreign:
                        assert status == 404, f"{where} as a stranger's {role}: {status}"
                    elif role in guard.roles:
                        assert status not in (401, 403), f"{where} as {role}: {status}"
                    else:
                        assert status in (403, 404), f"{where} as {role} of {tenant}: {status}"
                if guard.link:
                    guess = await nobody.request(method, url, json={}, headers={"Authorization": "Link guessed"})
                    assert guess.status_code in (404, 422), f"{where} with a guessed link: {guess.status_code}"
    assert tried > 300


def test_no_municipality_can_be_called_like_a_path() -> None:
    """A tenant stands where other paths have a word of their own."""
    paths = [line.split()[1].rstrip(":").split("/")[2:] for line in AUDIENCES.read_text().splitlines()]
    words = {path[1] if path[0] == "v1" else path[0] for path in paths}
    # A slug has no dot.
    assert {word for word in words if word and "{" not in word and "." not in word} <= RESERVED
