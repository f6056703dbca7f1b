"""Nobody is led to a page that refuses them: every link and form on every page, held against who may go there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest

from chassis.http.permissions import PermissionCheck
from chassis.http.routes import permission_checks
from programme.roles import ANY_STAFF, PLATFORM_ROLES
from tests.service.security import test_tenant_walk as tenant_walk
from tests.service.security.conftest import Everything
from tests.service.security.furnishing import Town
from tests.service.security.test_tenant_walk import Walk, ways

walk = tenant_walk.walk  # a fixture for this file
NO_PAGES = re.compile(r"/v1/|/fragments$|/sign-in")
"""The API's paths, what streams without end, and the way in."""
LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]*)"')
FORM = re.compile(r'<form\b[^>]*?\baction="([^"]*)"[^>]*>(.*?)</form>', re.S)


class MailRouter:
    """Who may go where, found by address."""

    def __init__(self, everything: Everything) -> None:
        self._found = [
            (method, _pattern(route.path), check)
            for app in everything.apps.values()
            for route, check in permission_checks(app)
            for method in route.methods
        ]

    def at(self, method: str, path: str) -> PermissionCheck | None:
        """The first route that takes it, as the application looks for it; None where nothing is guarded."""
        return next(
            (check for asked, pattern, check in self._found if asked == method and pattern.fullmatch(path)), None
        )


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"(\{\w+(?::path)?\})", path)
    return re.compile(
        "".join(re.escape(part) if i % 2 == 0 else ".+" if ":path" in part else "[^/]+" for i, part in enumerate(parts))
    )


def _pages(everything: Everything) -> Iterator[tuple[str, PermissionCheck]]:
    for app in everything.apps.values():
        for route, check in permission_checks(app):
            assert check is not None
            if "GET" in route.methods and not NO_PAGES.search(route.path):
                yield route.path, check


def _filled(path: str, town: Town) -> set[str]:
    """With what the town has; an assessment also as it is in the workshop, and when it is closed."""
    found = set(ways(path, town)) or {path}
    later = (town.ids["assessment"], (town.ids["workshop"], town.ids["closed"]))
    return found | {one.replace(later[0], id) for one in found for id in later[1]}


@pytest.mark.usefixtures("trusting")
async def test_nobody_is_led_to_what_refuses_them(walk: Walk) -> None:
    everything, town, followed = walk.everything, walk.towns[0], 0
    doors, wrong = MailRouter(everything), set()
    for role in (*ANY_STAFF, *sorted(PLATFORM_ROLES)):
        client = everything.client("-" if role in PLATFORM_ROLES else town.slug, role)
        for path, check in _pages(everything):
            if role not in check.roles:
                continue
            for filled in _filled(path, town):
                url = everything.url(filled.replace("{tenant}", town.slug))
                answer = await client.get(url)
                if "html" not in answer.headers.get("content-type", ""):
                    continue
                led = [("GET", to) for to in LINK.findall(answer.text)]
                led += [("POST", to) for to, inside in FORM.findall(answer.text) if "<button" in inside]
                for method, address in led:
                    to = urlsplit(urljoin(urlsplit(url).path, unescape(address)))
                    there = None if to.netloc else doors.at(method, to.path)
                    followed += there is not None
                    if there is not None and not there.public and role not in there.roles:
                        wrong.add(f"{role}: {path} leads to {method} {to.path}")
    assert not wrong, "\n".join(sorted(wrong))
    assert followed > 1000
