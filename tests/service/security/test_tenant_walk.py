"""Two municipalities with one real object of each kind; every route is called by the staff of one with the ids of the other.

What is somebody else's does not exist: each answer is 404 (or 403), whatever the id, and nothing of the other's changes.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from chassis.http.permissions import PermissionCheck
from chassis.http.routes import permission_checks
from chassis.settings import Settings
from programme.roles import PLATFORM_ROLES
from tests.service.security.conftest import TENANTS, Everything, build_everything
from tests.service.security.furnishing import (
    BEFORE_CODES,
    FIELD,
    KNOWN_BY,
    OF_ITS_KIND,
    OPTIONAL,
    QUESTION,
    Furnishing,
    Town,
)
from tests.service.security.test_bad_input import PERSON
from tests.support.bodies import body_for
from tests.support.page_forms import field_names

SHARED = {
    *("subject", "version", "field", "what", "kind", "name", "purpose", "format", "language", "support"),
    *("district", "member", "gateway", "slug", "place", "role", "number"),
}
"""Parameters that name no object of a municipality; `slug` and what follows name one itself."""
WORDS = {
    "language": "de",
    "support": "interpreter.uk",
    "kind": "cancellation",
    "purpose": "photos",
    "what": "badges",
    "subject": "privacy",
    "version": "1",
    "district": "landkreis",
    "member": TENANTS[0],
    "gateway": "seven",
    "number": "1",
    "field": FIELD,
    "question": QUESTION,
}


ANSWER = {"text": {"de": "Bei uns half ein Wegweiser."}}
BODIES: dict[str, Any] = {
    "/registration/v1/{tenant}/gatherings/{id}/registrations": PERSON,
    "/reporting/v1/{tenant}/practices/{id}": {"title": {"de": "Wegweiser"}, "fields": []},
    "/registration/v1/{tenant}/gatherings/{id}/series": {"frequency": "weekly", "count": 2},
    "/registration/v1/{tenant}/gatherings/{id}/arrivals": {"registration_id": "somebody"},
    "/selfcheck/v1/{tenant}/assessments/{id}/invitations/{invitation}/contact": {"contact": {"email": "o@example.org"}},
    "/reporting/v1/{tenant}/questions/{id}/answers": ANSWER,
    "/reporting/v1/practices/{id}/questions": ANSWER,
    "/reporting/v1/practices/{id}/questions/{question}/answers": ANSWER,
}
"""What a route takes whose rules go beyond its schema."""
THE_SAME_FOR_ALL = {"/registration/{tenant}/address/{id}/{code}"}
"""A button and no more: whether the link is good is looked up when it is pressed on that page."""
THE_WHOLE_PLATFORMS = ("/registration/sign-in/", "/reporting/v1/benchmark-waves/", "/selfcheck/v1/questionnaires/")
"""Below these stands what is nobody's own."""
NOBODYS_OWN = "/registration/v1/{tenant}/staff/{email}"
"""Who works for two municipalities is staff in both under one address; what this changes, it changes in one's own."""


def filled_in() -> dict[str, str]:
    """Every field of any form, with what pages check before they look at whom it is about."""
    person = {"name": "Olena", "email": "olena@example.org", "language": "uk"}
    return dict.fromkeys(sorted(field_names()), "yes") | person | {"consent_version": "1", "companions": "0"}


@dataclass
class Walk:
    everything: Everything
    towns: tuple[Town, Town]

    async def stored(self, town: Town) -> dict[str, list[Any]]:
        """Everything that any service holds of a municipality, and of what it shares with others."""
        held, theirs = {}, [{"tenant": town.slug}, {"_id": {"$in": sorted(town.secrets())}}]
        for name, service in self.everything.services.items():
            for collection in await service.context.database.collections():
                if collection not in ("rate_limits", "leases"):
                    found = service.context.database[collection].find({"$or": theirs}).sort("_id")
                    held[f"{name}.{collection}"] = await found.to_list(None)
        return held

    def pairs(self) -> Iterator[tuple[Town, Town]]:
        yield self.towns
        yield self.towns[1], self.towns[0]


@pytest.fixture
async def walk(settings: Settings) -> AsyncIterator[Walk]:
    everything = await build_everything(settings)
    towns = (Town(TENANTS[0]), Town(TENANTS[1]))
    for town in towns:
        await Furnishing(everything, town).all()
    for town in towns:
        furnishing = Furnishing(everything, town)
        await furnishing.what_follows()
        await furnishing.afterwards()
    yield Walk(everything, towns)
    await everything.close()


def routes(everything: Everything) -> Iterator[tuple[FastAPI, str, str, PermissionCheck]]:
    """Every route where something of one municipality could be reached by another: application, method, path, who may call.

    What the whole platform's own roles do outside a municipality's paths, they do for all of them."""
    for app in everything.apps.values():
        for route, check in permission_checks(app):
            assert check is not None
            platform = check.roles and check.roles <= PLATFORM_ROLES.keys() and not check.link
            if not route.path.startswith(THE_WHOLE_PLATFORMS) and ("{tenant}" in route.path or not platform):
                for method in sorted(route.methods):
                    yield app, method, route.path, check


def places(path: str) -> list[tuple[str, str]]:
    """The parameters of a path, each with the word that stands before it."""
    found, word = [], ""
    for part in path.split("/"):
        name = re.match(r"\{(\w+)", part)
        if name:
            found.append((word, name[1]))
        else:
            word = part
    return [(word, name) for word, name in found if name != "tenant"]


def names_object(service: str, name: str) -> bool:
    """Whether a parameter names an object of a municipality; questions are also those of a questionnaire."""
    return name not in SHARED and (service, name) != ("selfcheck", "question")


def objects_of(path: str) -> list[tuple[str, str]]:
    """As `places`: those that name an object."""
    service = path.split("/")[1]
    return [(word, name) for word, name in places(path) if names_object(service, name) and name not in CODES]


CODES = ("code", "ticket", "proof")
HOLDERS = {
    "answers": ("asker",),
    "room": ("room",),
    "arrive": ("door",),
    "applications": ("application",),
    "unsubscribe": ("unsubscribe",),
}
"""By the word before a code: whose link it is; else of all people who are registered."""
LINKS = ("person", "leaver", "answer", "application")
"""Whose links are tried at what a link opens."""


def ways(path: str, other: Town, own: Town | None = None) -> Iterator[str]:
    """The path with the other's object of its kind, and with what the service keeps of the other besides, in each place that names an
    object, and with the codes of its people where a code stands.

    `own`: what lies within something of the other's is also looked for within the same of one's own, and behind one's own code."""
    service, named = path.split("/")[1], places(path)
    kinds = OF_ITS_KIND.get(service, {})
    inside = WORDS | {"slug": other.slug, "proof": other.codes["proof"], "ticket": other.codes["ticket"]}
    for word, name in objects_of(path):
        inside[name] = other.ids[kinds.get(word, "person")]
    words = [word for word, _ in named]
    if any(name in CODES for _, name in named):
        if "{tenant}" not in path and own is not None:  # behind one's own code, what is within the other's
            for who in HOLDERS[words[0]] if objects_of(path) or "{slug}" in path else ():
                yield with_places(path, inside | {"code": own.codes[who]})
            return
        holders = next((HOLDERS[word] for word in words if word in HOLDERS), ("person", "leaver", "caller"))
        for who in holders:
            values = {"code": other.codes[who], **({"id": other.ids[who]} if who in other.ids else {})}
            if who == "unsubscribe":
                values |= {"contact": other.ids["person"], "kind": OPTIONAL}
            yield with_places(path, inside | values)
        return
    objects = objects_of(path)
    if not objects:
        if "{slug}" in path:
            yield with_places(path, inside)
        return
    first, *more = objects
    known = [inside[first[1]]]
    if first[1] != "email":
        known += [id for name, id in other.ids.items() if name.startswith(f"{service}.")]
    for id in known:
        yield with_places(path, inside | {first[1]: id})
    outer = "workshop" if {"votes", "evidence"} & set(words) else kinds.get(first[0], "gathering")
    for around in (other, own) if own and more else (other,):
        yield with_places(path, inside | {first[1]: around.ids[outer]})
        for id in known[1:]:
            yield with_places(path, inside | {first[1]: around.ids[outer]} | {name: id for _, name in more})


def with_places(path: str, values: dict[str, str]) -> str:
    return re.sub(
        r"\{(\w+)(?::path)?\}", lambda found: values.get(found[1], "x") if found[1] != "tenant" else "{tenant}", path
    )


async def _call(
    client: httpx.AsyncClient, method: str, url: str, sent: dict[str, Any], headers: dict[str, str] | None = None
) -> httpx.Response:
    async with asyncio.timeout(300):  # a live view of another's would never end
        answer = await client.request(method, url, headers=headers, **sent)
        if answer.status_code == 303:  # where a page leads to is what counts
            answer = await client.get(httpx.URL(url).join(answer.headers["location"]))
        return answer


def _asks_again(answer: httpx.Response, other: Town) -> bool:
    """Whether a page shows its own form again, which has to be sent from there, and nothing of the other's but what was asked."""
    page = answer.request.method == "POST" and "/v1/" not in answer.url.path and answer.status_code == 422
    return page and not [
        secret for secret in other.secrets() if secret in answer.text and secret not in answer.url.path
    ]


async def _as_if_unknown(answer: httpx.Response, client: httpx.AsyncClient, other: Town) -> bool:
    """Whether somebody who reads gets what an id gets that nobody has: some routes answer with nothing rather than with 404."""
    asked = [id for id in other.ids.values() if f"/{id}" in answer.url.path and id != other.slug]
    if answer.request.method != "GET" or answer.status_code != 200 or not asked:
        return False
    url, text = str(answer.url), answer.text
    for id in asked:
        url, text = url.replace(id, "0" * 32), text.replace(id, "0" * 32)
    made_up = await client.get(url)
    return made_up.status_code == 200 and made_up.text == text


OURS = {"Sec-Fetch-Site": "same-origin"}


def role_of(check: PermissionCheck) -> str:
    """One role that may call it, rather of a municipality than of the whole platform; none where everybody may."""
    return next(iter(sorted(check.roles, key=lambda role: (role in PLATFORM_ROLES, role))), "")


@pytest.mark.usefixtures("trusting")
async def test_with_real_ids_of_another_nothing_is_found_and_nothing_changes(walk: Walk) -> None:
    everything, tried, wrong = walk.everything, 0, []
    entered = filled_in()
    for own, other in walk.pairs():
        before = await walk.stored(other)
        clients: dict[str, httpx.AsyncClient] = {}
        for app, method, path, check in routes(everything):
            if path in THE_SAME_FOR_ALL:
                continue
            body = BODIES.get(path) or (body_for(app.openapi(), path, method) if method != "GET" else None)
            sent = {"json": body} if body is not None else {}
            if method == "POST" and "/v1/" not in path:
                sent = {"data": entered}
            for number, filled in enumerate(sorted(set(ways(path, other, own)))):
                callers: list[tuple[str, dict[str, str]]] = [(role_of(check), {})]
                if check.link:
                    holder = other if "{tenant}" in path else own
                    callers += [("", {"Authorization": f"Link {holder.codes[who]}"}) for who in LINKS]
                for role, headers in callers:
                    if role not in clients:
                        tenant = "-" if role in PLATFORM_ROLES else own.slug
                        clients[role] = everything.client(tenant, role) if role else everything.client()
                    client = clients[role]
                    elsewhere = bool(role) and role not in PLATFORM_ROLES and not check.public and "{tenant}" in path
                    for place in [own.slug, other.slug] if elsewhere and not number else [own.slug]:
                        if role in PLATFORM_ROLES and "{tenant}" not in path:
                            continue  # does so for all of them
                        url = everything.url(filled.replace("{tenant}", place))
                        more = OURS | {"X-Resume-Code": own.codes["asker.resume"]}
                        answer = await _call(client, method, url, sent, headers | more)
                        tried += 1
                        if (
                            answer.status_code not in ((401, 403, 404, 405) if not role else (403, 404, 405))
                            and not (path == NOBODYS_OWN and place == own.slug)
                            and not _asks_again(answer, other)
                            and not await _as_if_unknown(answer, client, other)
                        ):
                            wrong.append(
                                f"{method} {path} as {role or headers or 'anybody'}: {answer.status_code} {url} {answer.text[:150]}"
                            )
        after = await walk.stored(other)
        changed = [name for name in before if before[name] != after.get(name)]
        assert changed == [], f"{own.slug} changed {other.slug}"
    assert wrong == [], f"{len(wrong)} of {tried}:\n" + "\n".join(sorted(set(wrong))[:60])
    assert tried > 1500


async def test_lists_show_nothing_of_another(walk: Walk) -> None:
    everything, tried = walk.everything, 0
    for own, other in walk.pairs():
        for _, method, path, check in routes(everything):
            if method != "GET" or re.search(r"\{(?!tenant)", path):
                continue
            role = role_of(check)
            client = everything.client("-" if role in PLATFORM_ROLES else own.slug, role)
            answer = await client.get(everything.url(path.replace("{tenant}", own.slug)))
            tried += 1
            assert answer.status_code in (200, 303, 307, 404, 409, 422), f"{path}: {answer.status_code}"
            shown = [secret for secret in other.secrets() if secret in answer.text]
            assert shown == [], f"{path} as {role}"
    assert tried > 60


async def test_no_route_is_walked_without_an_object_of_its_kind(walk: Walk) -> None:
    """A new kind of object is made in `Furnishing`."""
    objects = {(path.split("/")[1], word) for _, _, path, _ in routes(walk.everything) for word, _ in objects_of(path)}
    made = {(service, word) for service, kinds in OF_ITS_KIND.items() for word in kinds}
    assert sorted(objects - made) == []
    assert sorted(made - objects) == []
    coded = {
        (path.split("/")[1], word)
        for _, _, path, _ in routes(walk.everything)
        for word, name in places(path)
        if name in CODES
    }
    assert coded == BEFORE_CODES
    for town in walk.towns:
        assert {id for kinds in OF_ITS_KIND.values() for id in kinds.values()} | KNOWN_BY.keys() <= town.ids.keys()
