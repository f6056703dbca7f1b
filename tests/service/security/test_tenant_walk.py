"""Two municipalities with one real object of each kind; every route is called by the staff of one with the ids of the other.

What is somebody else's does not exist: each answer is 404 (or 403), whatever the id, and nothing of the other's changes.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from chassis.http.permissions import PermissionCheck, permission_checks
from chassis.settings import Settings
from kommune.demo.answers import QUESTIONNAIRE
from programme.roles import PLATFORM_ROLES
from tests.service.security.conftest import TENANTS, Everything, build_everything
from tests.service.security.test_bad_input import DRAFT, PERSON
from tests.support.bodies import body_for

SHARED = {"subject", "version", "field", "question", "what", "kind", "name", "purpose", "format", "language", "support"}
"""Parameters that name no object of a municipality."""
KNOWN_BY = {
    **dict.fromkeys(
        ("gathering", "draft", "person", "leaver", "caller", "erasure", "staff", "address"), "registration"
    ),
    **dict.fromkeys(("assessment", "invitation", "measure"), "selfcheck"),
    **dict.fromkeys(("practice", "ring"), "reporting"),
    "webhook": "notifications",
}
"""Which service made it. The others keep rows of the same id, which `what_follows` finds there."""
WORDS = {
    "language": "de",
    "support": "interpreter.uk",
    "kind": "cancellation",
    "purpose": "photos",
    "what": "badges",
    "subject": "privacy",
    "version": "1",
}


OF_ITS_KIND = {
    "registration": {
        **dict.fromkeys(("gatherings", "desk", "series"), "gathering"),
        **dict.fromkeys(("registrations", "people", "my", "address"), "person"),
        **dict.fromkeys(("erasure", "erasures"), "erasure"),
    },
    "selfcheck": {
        "assessments": "assessment",
        "invitations": "invitation",
        "measures": "measure",
        "people": "invitation",
    },
    "notifications": {
        **dict.fromkeys(("messages", "call-list", "calls", "letters"), "notifications.intents"),
        "gatherings": "gathering",
        "feedback": "gathering",
        "people": "person",
        "webhooks": "webhook",
        "unsubscribe": "person",
    },
    "reporting": {"assessments": "assessment", "people": "person", "practices": "practice", "rings": "ring"},
}
"""By service and the word of the path that stands before an id: which object of the other municipality has it."""
TRIED_ELSEWHERE = {
    *((service, "dead-letters") for service in ("registration", "selfcheck", "notifications", "reporting")),
    ("notifications", "batches"),
    ("notifications", "deliveries"),
    ("notifications", "inbox"),
    ("notifications", "returned"),
    ("notifications", "returned-mails"),
    ("notifications", "reports"),
    ("notifications", "sms"),
    ("registration", "arrive"),
    ("registration", "reached"),
    ("registration", "staff"),
    ("selfcheck", "evidence"),
    ("selfcheck", "joint-assessments"),
    ("selfcheck", "members"),
    ("selfcheck", "votes"),
    ("reporting", "answers"),
    ("reporting", "entries"),
    ("reporting", "joint-assessments"),
    ("reporting", "measures"),
    ("reporting", "meetings"),
    ("reporting", "questions"),
    ("reporting", "visits"),
}
"""What this walk makes nothing of: it comes about by faults, mails or several municipalities together, or is part of what is walked.
The walk calls these routes with ids of other kinds, `test_audiences` as somebody else's staff, each feature's own tests with its own."""


BODIES: dict[str, Any] = {
    "/registration/v1/{tenant}/gatherings/{id}/registrations": PERSON,
    "/reporting/v1/{tenant}/practices/{id}": {"title": {"de": "Wegweiser"}, "fields": []},
    "/registration/v1/{tenant}/gatherings/{id}/series": {"frequency": "weekly", "count": 2},
    "/registration/v1/{tenant}/gatherings/{id}/arrivals": {"registration_id": "somebody"},
    "/reporting/v1/{tenant}/questions/{id}/answers": {"text": {"de": "Bei uns half ein Wegweiser."}},
}
"""What a route takes whose rules go beyond its schema."""
THE_SAME_FOR_ALL = {"/registration/{tenant}/address/{id}/{code}"}
"""A button and no more: whether the link is good is looked up when it is pressed on that page."""


@dataclass
class Town:
    """What one municipality has: ids by what they are, and the codes of its people's links."""

    slug: str
    ids: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)

    def of(self, service: str) -> list[str]:
        """The ids of what a service may know."""
        return sorted({id for name, id in self.ids.items() if KNOWN_BY.get(name, name.partition(".")[0]) == service})

    def secrets(self) -> set[str]:
        return {*self.ids.values(), *self.codes.values()} - {self.slug}


class Furnishing:
    """Makes one of everything over the API, as its own staff would."""

    def __init__(self, everything: Everything, town: Town) -> None:
        self._everything = everything
        self._town = town

    async def ask(self, role: str, method: str, path: str, body: Any = None) -> Any:
        client = self._everything.client(self._town.slug, role) if role else self._everything.client()
        url = self._everything.url(path.replace("TENANT", self._town.slug))
        answer = await client.request(method, url, **({"json": body} if body is not None else {}))
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def meeting(self) -> None:
        ids, codes, base = self._town.ids, self._town.codes, "/registration/v1/TENANT"
        ids["gathering"] = (await self.ask("coordinator", "POST", f"{base}/gatherings", DRAFT))["id"]
        await self.ask("coordinator", "POST", f"{base}/gatherings/{ids['gathering']}/publication")
        ids["draft"] = (await self.ask("coordinator", "POST", f"{base}/gatherings", DRAFT))["id"]
        people = f"{base}/gatherings/{ids['gathering']}/registrations"
        slug = self._town.slug
        for name, contact in (
            ("person", {"email": f"olena@{slug}.example.org"}),
            ("leaver", {"email": f"petro@{slug}.example.org"}),
            ("caller", {"phone": "04421 123456"}),
        ):
            ids[name] = (await self.ask("", "POST", people, PERSON | {"contact": contact}))["id"]
        secrets = self._everything.services["registration"].context.secrets
        codes |= {name: secrets.code("manage", ids[name]) for name in ("person", "leaver")}
        asked = await self.ask("coordinator", "POST", f"{base}/erasures", {"person_id": ids["leaver"]})
        ids["erasure"] = asked["id"]
        staff = await self.ask(
            "coordinator", "PUT", f"{base}/staff/intake@{slug}.example.org", {"roles": ["intake"], "name": "Ida"}
        )
        ids["staff"] = staff["person_id"]
        ids["address"] = f"intake@{slug}.example.org"

    async def self_check(self) -> None:
        ids, base = self._town.ids, "/selfcheck/v1/TENANT/assessments"
        body = {
            "questionnaire": QUESTIONNAIRE,
            "title": "Selbstcheck",
            "perspectives": [{"id": "staff", "title": "Amt"}],
        }
        ids["assessment"] = (await self.ask("coordinator", "POST", base, body))["id"]
        here = f"{base}/{ids['assessment']}"
        invited = await self.ask("coordinator", "POST", f"{here}/invitations", {"perspective": "staff", "label": "Bau"})
        ids["invitation"] = invited["id"]
        self._town.codes["answer"] = invited["answer_url"].rsplit("/", 1)[1]
        measure = await self.ask("coordinator", "POST", f"{here}/measures", await self._measure())
        ids["measure"] = measure["id"]

    async def _measure(self) -> dict[str, Any]:
        app = self._everything.apps["selfcheck"]
        made = body_for(app.openapi(), "/selfcheck/v1/{tenant}/assessments/{id}/measures", "POST")
        asked = await self.ask(
            "coordinator", "GET", f"/selfcheck/v1/questionnaires/{QUESTIONNAIRE['id']}/{QUESTIONNAIRE['version']}"
        )
        return {**made, "title": "Wegweiser", "field": asked["fields"][0]["id"]}

    async def exchange(self) -> None:
        """What it keeps to itself of what could be shared, and where it has its events sent."""
        ids, base = self._town.ids, "/reporting/v1/TENANT"
        practice = {"title": {"de": "Wegweiser"}, "fields": []}
        ids["practice"] = (await self.ask("coordinator", "POST", f"{base}/practices", practice))["id"]
        ids["ring"] = (await self.ask("coordinator", "POST", f"{base}/rings", {"title": "Ring", "municipalities": []}))[
            "id"
        ]
        hook = {"url": "http://127.0.0.1:9/events", "events": ["*"]}
        ids["webhook"] = (await self.ask("coordinator", "POST", "/notifications/v1/TENANT/webhooks", hook))["id"]

    async def what_follows(self) -> None:
        """Messages and calls came of it, and reporting knows of it."""
        for _ in range(3):
            await self._everything.spread_all()
        for service in self._everything.services.values():
            for collection in await service.context.database.collections():
                found = await service.context.database[collection].find({"tenant": self._town.slug}).to_list(None)
                ids = [one["_id"] for one in found if isinstance(one["_id"], str) and self._town.slug not in one["_id"]]
                if ids and ids[0] not in self._town.of(service.name):
                    self._town.ids[f"{service.name}.{collection}"] = ids[0]


@dataclass
class Walk:
    everything: Everything
    towns: tuple[Town, Town]

    async def stored(self, town: Town) -> dict[str, list[Any]]:
        """Everything that any service holds of a municipality."""
        held = {}
        for name, service in self.everything.services.items():
            for collection in await service.context.database.collections():
                if collection not in ("rate_limits", "leases"):
                    found = service.context.database[collection].find({"tenant": town.slug}).sort("_id")
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
        furnishing = Furnishing(everything, town)
        await furnishing.meeting()
        await furnishing.self_check()
        await furnishing.exchange()
    for town in towns:
        await Furnishing(everything, town).what_follows()
    yield Walk(everything, towns)
    await everything.close()


def routes(everything: Everything) -> Iterator[tuple[FastAPI, str, str, PermissionCheck]]:
    """Every route of a municipality's own: application, method, path, who may call."""
    for app in everything.apps.values():
        for route, check in permission_checks(app):
            assert check is not None
            if "{tenant}" in route.path and not (check.roles and check.roles <= PLATFORM_ROLES.keys()):
                for method in sorted(route.methods):
                    yield app, method, route.path, check


def ways(path: str, other: Town) -> Iterator[str]:
    """The path with each of the other's ids in each place that names an object, and its codes where a code stands."""
    names = [name for name in re.findall(r"\{(\w+)(?::path)?\}", path) if name != "tenant"]
    if "code" in names:
        fitting = [{"id": other.ids[who], "code": code} for who, code in other.codes.items() if who in other.ids]
        for values in fitting:
            yield _filled(path, WORDS | dict.fromkeys(names, other.ids["person"]) | values)
        return
    objects = [name for name in names if name not in SHARED]
    if not objects or "email" in names:  # an address is nobody's own
        return
    known = other.of(path.split("/", 2)[1])
    first, *more = objects
    for id in known:
        yield _filled(path, WORDS | {first: id} | dict.fromkeys(more, other.ids["invitation"]))
    outer = other.ids["assessment" if "selfcheck" in path else "gathering"]
    for id in known if more else ():
        yield _filled(path, WORDS | {first: outer} | dict.fromkeys(more, id))


def _filled(path: str, values: dict[str, str]) -> str:
    return re.sub(
        r"\{(\w+)(?::path)?\}", lambda found: values.get(found[1], "x") if found[1] != "tenant" else "{tenant}", path
    )


async def _call(
    client: httpx.AsyncClient, method: str, url: str, body: Any, headers: dict[str, str] | None = None
) -> httpx.Response:
    more: dict[str, Any] = {"json": body} if body is not None else {}
    async with asyncio.timeout(300):  # a live view of another's would never end
        answer = await client.request(method, url, headers=headers, **more)
        if answer.status_code == 303:  # where a page leads to is what counts
            answer = await client.get(httpx.URL(url).join(answer.headers["location"]))
        return answer


def _asks_again(answer: httpx.Response, other: Town) -> bool:
    """Whether a page shows its own form again, which has to be sent from there, and nothing of the other's but what was asked."""
    page = answer.request.method == "POST" and "/v1/" not in answer.url.path and answer.status_code == 422
    return page and not [
        secret for secret in other.secrets() if secret in answer.text and secret not in answer.url.path
    ]


async def _as_if_unknown(answer: httpx.Response, client: httpx.AsyncClient) -> bool:
    """Whether somebody who reads gets what an id gets that nobody has: some routes answer with nothing rather than with 404."""
    if answer.request.method != "GET" or answer.status_code != 200:
        return False
    id = next(part for part in reversed(answer.url.path.split("/")) if re.fullmatch(r"[0-9a-f]{32}", part))
    made_up = await client.get(httpx.URL(str(answer.url).replace(id, "0" * 32)))
    return made_up.status_code == 200 and made_up.text == answer.text.replace(id, "0" * 32)


async def test_with_real_ids_of_another_nothing_is_found_and_nothing_changes(walk: Walk) -> None:
    everything, tried, wrong = walk.everything, 0, []
    for own, other in walk.pairs():
        before = await walk.stored(other)
        clients: dict[str, httpx.AsyncClient] = {}
        for app, method, path, check in routes(everything):
            roles = sorted(check.roles - PLATFORM_ROLES.keys())[:1]
            if path in THE_SAME_FOR_ALL:
                continue
            body = BODIES.get(path) or (body_for(app.openapi(), path, method) if method != "GET" else None)
            for number, filled in enumerate(sorted(set(ways(path, other)))):
                callers = [(role, {}) for role in roles] or [("", {})]
                if check.link:
                    callers += [("", {"Authorization": f"Link {code}"}) for code in other.codes.values()]
                for role, headers in callers:
                    if role not in clients:
                        clients[role] = everything.client(own.slug, role) if role else everything.client()
                    client = clients[role]
                    places = [own.slug] if number or check.public or not role else [own.slug, other.slug]
                    for place in places:
                        url = everything.url(filled.replace("{tenant}", place))
                        answer = await _call(client, method, url, body, headers)
                        tried += 1
                        if (
                            answer.status_code not in (403, 404, 405)
                            and not _asks_again(answer, other)
                            and not await _as_if_unknown(answer, client)
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
            for role in sorted(check.roles - PLATFORM_ROLES.keys())[:1] or [""]:
                client = everything.client(own.slug, role) if role else everything.client()
                answer = await client.get(everything.url(path.replace("{tenant}", own.slug)))
                tried += 1
                assert answer.status_code in (200, 303, 307, 404, 409, 422), f"{path}: {answer.status_code}"
                shown = [secret for secret in other.secrets() if secret in answer.text]
                assert shown == [], f"{path} as {role}"
    assert tried > 60


async def test_no_route_is_walked_without_an_object_of_its_kind(walk: Walk) -> None:
    """A new kind of object is made in `Furnishing`, or it is said where its routes are tried with real ids."""
    words = {
        (path.split("/")[1], word)
        for _, _, path, _ in routes(walk.everything)
        for word, name in re.findall(r"/([a-z-]+)/\{(\w+)(?::path)?\}", path)
        if name not in SHARED and name != "tenant"
    }
    made = {(service, word) for service, kinds in OF_ITS_KIND.items() for word in kinds}
    assert sorted(words - made - TRIED_ELSEWHERE) == []
    assert sorted((made | TRIED_ELSEWHERE) - words) == []
    for town in walk.towns:
        assert {id for kinds in OF_ITS_KIND.values() for id in kinds.values()} <= town.ids.keys()
