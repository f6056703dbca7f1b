"""Every PATCH of every service: what it does not name stays as it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from chassis.http.routes import permission_checks
from tests.service.security.conftest import TENANTS, Everything
from tests.service.security.furnishing import FIELD, QUESTION, Furnishing, Town
from tests.service.security.test_bad_input import DRAFT, PERSON, START

TEXT = {"de": "Bei uns", "uk": "У нас"}
OFFICE = {"office": "Fachstelle Integration", "email": "integration@stadt.example"}
WHOLE: dict[str, dict[str, Any]] = {
    "/registration/v1/{tenant}/gatherings/{id}": {
        **DRAFT,
        "title": {"de": "Dialog", "uk": "Діалог"},
        "mode": "hybrid",
        "place": "Rathaus",
        "join_url": "https://treffen.example/1",
        "party_max": 4,
        "allocation": "first_come",
        "opens_at": (START - timedelta(days=365)).isoformat(),
        "closes_at": (START - timedelta(hours=1)).isoformat(),
        "offer_hours": 12,
        "confirm_minutes": 90,
        "support": [{"id": "interpreter.uk", "label": {"de": "Dolmetschen"}, "capacity": 5, "counts": "people"}],
        "open_to": "staff",
        "reconfirm": {"hours_before": 48, "hours_to_answer": 24},
        "reminders": [{"days_before": 3}],
        "thanks": TEXT,
        "questions": [{"id": "shoe", "label": {"de": "Schuhgröße"}, "kind": "number", "per": "group"}],
        "quotas": [{"id": "young", "label": {"de": "Junge"}, "seats": 5}],
        "invitations": [{"id": "course", "name": "Sprachkurs"}],
    },
    "/registration/v1/{tenant}/registrations/{id}": {
        "name": "Olena",
        "contact": {"email": "olena@wilhelmshaven.example.org", "phone": "04421 161234"},
        "reach_first": "call",
        "language": "uk",
        "party": ["Petro"],
        "support": ["interpreter.uk"],
        "helper": {"name": "Ida", "contact": {"phone": "04421 161235"}},
        "answers": {"shoe": 38},
    },
    "/registration/v1/{tenant}/profile": {
        "name": {"de": "Wilhelmshaven", "uk": "Вільгельмсгафен"},
        "kind": "city",
        "state": "Niedersachsen",
        "inhabitants": 75_000,
        "languages": ["de", "uk", "ar"],
        "phone": "04421 161234",
        "phone_hours": TEXT,
        "colour": "#1f5f6b",
        "contact": OFFICE,
        "accessibility": {"barriers": TEXT, "enforcement": OFFICE},
        "data_protection": OFFICE,
        "retention": {"unconfirmed_hours": 24, "after_event_days": 14, "consent_proof_days": 100},
    },
    "/selfcheck/v1/{tenant}/assessments/{id}/measures/{measure}": {
        "field": FIELD,
        "title": "Wegweiser",
        "owner": "Bauamt",
        "due": "2030-06-30",
        "status": "started",
        "questions": [QUESTION],
    },
    "/reporting/v1/{tenant}/practices/{id}": {
        **dict.fromkeys(
            (
                *("title", "start", "goal", "steps", "result", "went_wrong", "transfer", "evidence_of_result"),
                *("target_group", "partners", "staff", "duration"),
            ),
            TEXT,
        ),
        "fields": ["orientation"],
        "cost": {"from": 10_000, "to": 20_000, "yearly": True},
        "languages": ["uk", "ar"],
        "documents": [{"title": "Konzept", "url": "https://stadt.example/konzept.pdf"}],
        "contact": OFFICE,
        "named": True,
        "public": True,
    },
}
"""By route: something in each field that it takes."""
NOT_FILLED = {"revision", "ags", "meetings"}
"""What was seen is no field of what is stored; the official key is the programme office's to change; whether a gathering has several
meetings is settled once it is published, as this one is."""
NOT_SHOWN = {"join_url", "invitations"}
"""Of a gathering: for those who are registered, and in a list of its own."""


async def test_what_a_patch_does_not_name_stays(everything: Everything) -> None:
    town = Town(TENANTS[0])
    furnishing = Furnishing(everything, town)
    await furnishing.meeting()
    await furnishing.self_check()
    await furnishing.exchange()
    people = f"/registration/v1/TENANT/gatherings/{town.ids['held']}/registrations"
    ids = {
        "gatherings": town.ids["held"],
        "registrations": (await furnishing.ask("", "POST", people, PERSON))["id"],
        "assessments": town.ids["assessment"],
        "practices": town.ids["practice"],
    }
    taken = fields_by_route(everything)
    assert taken.keys() == WHOLE.keys(), "each PATCH route is walked, with something in each of its fields"
    for path, whole in WHOLE.items():
        assert taken[path] - NOT_FILLED == whole.keys(), path
        id = ids.get(path.split("/")[4], "")
        url = everything.url(path.format(tenant=town.slug, id=id, measure=town.ids["measure"]))
        client = everything.client(town.slug, "coordinator")
        filled = await client.patch(url, json=whole)
        assert filled.status_code == 200, f"{path}: {filled.text}"
        before = (await client.get(url)).json()
        seen = whole.keys() - NOT_SHOWN
        assert [name for name in sorted(seen) if not before.get(name)] == [], path
        for change in [{}, *({name: value} for name, value in whole.items())]:
            answer = await client.patch(url, json=change)
            assert answer.status_code == 200, f"{path} {change}: {answer.text}"
            after = (await client.get(url)).json()
            assert {name: after[name] for name in seen} == {name: before[name] for name in seen}, f"{path} {change}"


def fields_by_route(everything: Everything) -> dict[str, set[str]]:
    """The fields that each PATCH route takes; where its body says none, those with which such a thing is made."""
    found = {}
    for app in everything.apps.values():
        document = app.openapi()
        for route, _ in permission_checks(app):
            path = route.path_format
            if "PATCH" in (route.methods or ()):
                making = document["paths"].get(path.rpartition("/")[0], {}).get("post")
                found[path] = _fields(document, document["paths"][path]["patch"]) or _fields(document, making)
    return found


def _fields(document: dict[str, Any], operation: dict[str, Any]) -> set[str]:
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    schema = document["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], schema)
    return set(schema.get("properties", ()))
