"""The desk's list: filters, pages, the line in its order, counts; finding people; a hint at those who look alike."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.registration.conftest import People

BASE = "/registration/v1/wilhelmshaven"


async def pages(people: People, gathering: str, **query: Any) -> list[dict[str, Any]]:
    """All pages of a list, one after the other."""
    found, cursor = [], None
    while True:
        asked = {key: value for key, value in {**query, "cursor": cursor}.items() if value is not None}
        answer = await people.intake.get(f"{BASE}/gatherings/{gathering}/registrations", params=asked)
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        cursor = answer.json()["next"]
        if cursor is None:
            return found


async def search(people: People, gathering: str, q: str) -> list[str]:
    answer = await people.intake.post(f"{BASE}/registrations/search", json={"gathering": gathering, "q": q})
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["items"]]


async def similar(people: People, gathering: str, **person: str) -> list[dict[str, Any]]:
    answer = await people.intake.post(f"{BASE}/registrations/similar", json={"gathering": gathering, **person})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_filters_and_pages_show_everybody_once(people: People) -> None:
    gathering = await people.gathering(capacity=8, party_max=2)
    ids = []
    for number in range(14):
        wishes = ["interpreter.uk"] if number % 4 == 0 else []
        answer = await people.register(
            gathering, name=f"N{number:02}", language="uk" if number % 2 else "ar", support=wishes
        )
        ids.append(answer.json()["id"])
    for gone in (1, 9):
        await people.intake.post(f"{BASE}/registrations/{ids[gone]}/cancellation")
    everybody = await pages(people, gathering, limit=5)
    assert [one["name"] for one in everybody] == [f"N{number:02}" for number in range(14)]
    assert [one["name"] for one in await pages(people, gathering, limit=2, language="uk")] == [
        f"N{n:02}" for n in range(1, 14, 2)
    ]
    assert [one["name"] for one in await pages(people, gathering, support="interpreter.uk")] == [
        "N00",
        "N04",
        "N08",
        "N12",
    ]
    assert {one["name"] for one in await pages(people, gathering, limit=1, status="cancelled")} == {"N01", "N09"}
    line = await pages(people, gathering, limit=2, status="waiting")
    assert [(one["name"], one["position"]) for one in line] == [("N10", 1), ("N11", 2), ("N12", 3), ("N13", 4)]
    assert [one["name"] for one in await pages(people, gathering, limit=1, status="waiting", language="uk")] == [
        "N11",
        "N13",
    ]
    (offered,) = await pages(people, gathering, status="offered")
    assert offered["name"] == "N08"
    assert await pages(people, gathering, status="confirmed", channel="web") == []
    counts = (await people.intake.get(f"{BASE}/gatherings/{gathering}/registrations/counts")).json()
    assert counts == {
        "confirmed": {"groups": 7, "people": 7},
        "offered": {"groups": 1, "people": 1},
        "waiting": {"groups": 4, "people": 4},
        "cancelled": {"groups": 2, "people": 0},
    }
    unknown = await people.intake.get(f"{BASE}/gatherings/{gathering}/registrations", params={"status": "asleep"})
    assert unknown.status_code == 422


@pytest.mark.parametrize(
    ("q", "names"),
    [
        ("mue", ["Anna Müller"]),
        ("MULLER anna", ["Anna Müller"]),
        ("iryna", ["Олена Коваленко"]),
        ("кова", ["Олена Коваленко"]),
        ("04421 12", ["Anna Müller", "Олена Коваленко"]),
        ("+49 4421 1299", ["Олена Коваленко"]),
        ("anna@", ["Anna Müller"]),
        ("müller kovalenko", []),
        ("...", []),
        ("12", []),
    ],
)
async def test_people_are_found_as_a_clerk_types(people: People, q: str, names: list[str]) -> None:
    here, elsewhere = await people.gathering(), await people.gathering()
    await people.register(here, name="Anna Müller", contact={"phone": "04421/1234", "email": "Anna@example.org"})
    await people.register(here, name="Олена Коваленко", contact={"phone": "0049 4421 1299"}, party=["Iryna"])
    await people.register(elsewhere, name="Anna Muller", contact={"phone": "04421 1234"})
    assert sorted(await search(people, here, q)) == names


@pytest.mark.parametrize("few", [1, 4, 50])
async def test_words_that_many_have_lose_nobody(people: People, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However rare or common each word is, found is who has them all."""
    monkeypatch.setattr("services.registration.desk.search.FEW", few)
    here = await people.gathering()
    names = [f"{first} {last}" for first in ("Olena", "Oleh", "Anna") for last in ("Koval", "Kovalenko", "Bondar")]
    for name in names:
        assert (await people.register(here, name=name)).status_code == 201
    for q in ("ole kov", "olena kovalenko", "an bon", "oleh koval", "kov anna", "o b", "olena petrenko", "kova olen o"):
        has_all = [
            name
            for name in names
            if all(any(part.lower().startswith(word) for part in name.split()) for word in q.split())
        ]
        assert sorted(await search(people, here, q)) == sorted(has_all), q
    for name in names:
        assert [one["name"] for one in await similar(people, here, name=name)] == [name]


async def test_who_looks_alike_is_a_hint_and_no_bar(people: People) -> None:
    here, coming = await people.gathering(), await people.gathering(title={"de": "Im Dezember"})
    first = (await people.register(here, name="Olena Kovalenko", contact={"phone": "04421 1234"})).json()["id"]
    sister = (await people.register(coming, name="Iryna Kovalenko", contact={"phone": "+49 4421 1234"})).json()["id"]
    found = await similar(people, here, name="olena kovalenko", phone="04421-1234")
    assert [(one["id"], one["because"]) for one in found] == [(first, ["name", "phone"]), (sister, ["phone"])]
    assert (found[1]["gathering"], found[1]["title"]) == (coming, {"de": "Im Dezember"})
    assert (await people.register(here, name="Olena Kovalenko", contact={"phone": "04421 1234"})).status_code == 201
    assert await similar(people, here, name="Ol") == []
    assert await similar(people, here, name="Olena Petrenko", phone="110") == []
    for id in (first, sister):
        await people.intake.post(f"{BASE}/registrations/{id}/cancellation")
    assert len(await similar(people, here, phone="04421 1234")) == 1, "who cancelled is no double"


async def test_who_is_forgotten_is_found_no_more(people: People) -> None:
    gathering = await people.gathering()
    id = (await people.register(gathering, name="Canary Kovalenko", party=["Canary Child"])).json()["id"]
    assert await search(people, gathering, "canary") == ["Canary Kovalenko"]
    assert (await people.coordinator.post(f"{BASE}/erasures", json={"person_id": id})).status_code == 201
    await people.forget()
    assert await search(people, gathering, "canary") == []
    assert await similar(people, gathering, name="Canary Kovalenko", phone="+49 4421 1234") == []
    stored = await people.service.context.database["registrations"].find_one({"_id": id})
    assert stored is not None
    assert "anary" not in repr(stored).replace("Canary Contact", "")
    assert "canary" not in repr(stored)


async def test_lists_are_for_the_desk_alone(people: People) -> None:
    gathering = await people.gathering()
    for path, body in (("search", {"q": "olena"}), ("similar", {"name": "olena"})):
        url = f"{BASE}/registrations/{path}"
        assert (await people.public.post(url, json={"gathering": gathering, **body})).status_code == 401
        assert (await people.stranger.post(url, json={"gathering": gathering, **body})).status_code == 404


async def test_lists_and_lookups_are_served_by_indexes(people: People) -> None:
    """No query of the desk reads more documents than it hands out."""
    gathering = await people.gathering(capacity=200)
    for number in range(40):
        await people.register(gathering, name=f"Person{number} Test", contact={"phone": f"04421 99{number:03}"})
    database = people.service.context.database
    where = {"tenant": "wilhelmshaven", "gathering": gathering, "erased": None}
    queries: dict[str, tuple[dict[str, Any], int]] = {
        "page": (where, 10),
        "name": ({**where, "keys": "n:person7"}, 1),
        "begins": ({**where, "keys": {"$regex": "^n:person3"}}, 11),
        "phone": ({**where, "keys": "p:49442199004"}, 1),
        "coming": ({**where, "gathering": {"$in": [gathering, "another"]}, "keys": "p:49442199004"}, 1),
    }
    for name, (condition, returned) in queries.items():
        command = {"find": "registrations", "filter": condition, "sort": {"_id": 1}, "limit": returned}
        plan = await database.command({"explain": command, "verbosity": "executionStats"})
        stats = plan["executionStats"]
        assert (stats["nReturned"], stats["totalDocsExamined"]) == (returned, returned), name
        assert "COLLSCAN" not in repr(plan), name


async def test_a_claim_that_was_stored_before_it_knew_its_language_is_in_the_filter(people: People) -> None:
    """So is one that ended; what they do not know, their registrations say."""
    gathering = await people.gathering()
    ids = [
        (await people.register(gathering, name=name, language=language)).json()["id"]
        for name, language in (("Old", "uk"), ("Other", "ar"), ("Ended", "uk"), ("Ended in time", "uk"), ("New", "uk"))
    ]
    for ended in (2, 3):
        await people.intake.post(f"{BASE}/registrations/{ids[ended]}/cancellation")
    unset = [f"claims.{ids[0]}.l", f"claims.{ids[0]}.h", f"claims.{ids[1]}.l", f"gone.{ids[2]}.l", f"gone.{ids[2]}.h"]
    await people.service.context.database["gatherings"].update_one(
        {"_id": gathering}, {"$unset": dict.fromkeys(unset, ""), "$inc": {"version": 1}}
    )
    for query, names in (
        ({}, {"Old", "Ended", "Ended in time", "New"}),
        ({"status": "active"}, {"Old", "New"}),
        ({"status": "cancelled"}, {"Ended", "Ended in time"}),
        ({"channel": "phone"}, {"Old", "Ended", "Ended in time", "New"}),
        ({"channel": "web"}, set()),
    ):
        assert {one["name"] for one in await pages(people, gathering, limit=1, language="uk", **query)} == names, query
