"""Lists cost what they return, however much there is: MongoDB's profiler says what the real calls looked at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from services.registration.applications.documents import Facts
from services.registration.municipalities.municipalities import words_of
from tests.service.registration.conftest import People
from tests.service.registration.test_lists import pages, search
from tests.support.profiling import profiled

PLACES, EACH = 300, 40
"""Municipalities and gatherings in each, most of which are over or not public: what an index has to leave out."""
SLACK = 3
"""Documents a call may look at beside those it returns."""


@pytest.fixture
async def land(people: People) -> People:
    """Many municipalities with many gatherings, copied from what the API stored; Wilhelmshaven has as many of its own."""
    database = people.service.context.database
    id = await people.gathering(title={"de": "Sprachcafé"})
    await people.register(id)
    municipality = await database["municipalities"].find_one({"_id": "wilhelmshaven"})
    gathering = await database["gatherings"].find_one({"_id": id})
    assert municipality is not None
    assert gathering is not None
    places = []
    for number in range(PLACES):
        facts = {**municipality["facts"], "slug": f"ort-{number:05d}", "name": {"de": f"Musterort {number:05d}"}}
        places.append(
            {
                **municipality,
                "_id": facts["slug"],
                "tenant": facts["slug"],
                "facts": facts,
                "words": list(words_of(msgspec.convert(facts, Facts))),
            }
        )
    await database["municipalities"].insert_many(places)
    now = datetime.now(UTC)
    copies = []
    for place in ["wilhelmshaven", *(place["_id"] for place in places)]:
        for number in range(EACH):
            starts = now + timedelta(days=number + 1) * (1 if number % 10 == 0 else -1)
            facts = {**gathering["facts"], "starts_at": starts, "ends_at": starts + timedelta(hours=2)}
            status = ("published", "draft", "cancelled")[number % 7 == 0 and number % 3]
            copies.append(
                {
                    **gathering,
                    "_id": f"{place}-{number:03d}",
                    "tenant": place,
                    "status": status,
                    "facts": facts,
                    "claims": {},
                    "pending": False,
                    "outbox": [],
                    "cancelled_because": {"de": "Krank"},
                    "series": f"{place}-s{number % 6}",
                }
            )
    await database["gatherings"].insert_many(copies)
    return people


async def _looked_at(
    people: People, client: Any, path: str, body: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    """The reads of the database behind one call; with a body it is a POST."""
    people.service.definition.state["registration"].tenant_registry.drop("wilhelmshaven")
    async with profiled(people.service.context.database) as operations:
        answer = await (client.get(path) if body is None else client.post(path, json=body))
    assert answer.status_code == 200, answer.text
    return [one for one in operations if one["op"] in ("query", "getmore", "command") and "docsExamined" in one]


CALLS = [
    # who, path, and how many documents it has to find
    ("public", "/registration/", 51),
    ("public", "/registration/?q=musterort+00017", 1),
    ("public", "/registration/?q=00017", 1),
    ("public", "/registration/?q=nowhere", 0),
    ("public", "/registration/v1/municipalities?limit=100", 100),
    ("public", "/registration/wilhelmshaven/", 4),
    ("public", "/registration/v1/wilhelmshaven/gatherings?limit=3", 3),
    ("public", "/registration/v1/wilhelmshaven/gatherings.ics", 15),
    ("public", "/registration/v1/wilhelmshaven/gatherings.ics?of=wilhelmshaven-010", 1),
    ("stranger", "/registration/v1/wilhelmshaven/gatherings", 4),
    ("intake", "/registration/wilhelmshaven/desk", 4),
    ("intake", "/registration/wilhelmshaven/today", 4),
    ("coordinator", "/registration/wilhelmshaven/desk/wilhelmshaven-010/plan", 6),
    ("office", "/registration/office", 301),
    ("public", "/registration/wilhelmshaven/gatherings/wilhelmshaven-010", 1),
]


async def test_a_call_looks_at_what_it_returns(land: People) -> None:
    for who, path, finds in CALLS:
        reads = await _looked_at(land, getattr(land, who), path)
        assert reads
        for read in reads:
            said = f"{read['ns']} {read.get('planSummary')} {read['docsExamined']} for {read['nreturned']}: {read['command']}"
            assert "COLLSCAN" not in read.get("planSummary", ""), said
            assert read["docsExamined"] <= read["nreturned"] + SLACK, said
            assert not read.get("hasSortStage"), said
        assert sum(read["nreturned"] for read in reads) >= finds, path


async def test_the_office_reads_of_each_where_it_stands_and_nothing_else(land: People) -> None:
    """Whoever's people, texts and former requests are many: they are not read for a list of names."""
    much = {"requests": {str(n): {"f": "x" * 60, "a": "y" * 100} for n in range(20)}, "profile": {"about": "z" * 5_000}}
    await land.service.context.database["municipalities"].update_many({"_id": {"$regex": "^ort-"}}, {"$set": much})
    reads = await _looked_at(land, land.office, "/registration/office")
    of_places = [read for read in reads if read["ns"].endswith(".municipalities")]
    assert sum(read["nreturned"] for read in of_places) == PLACES + 1
    assert sum(read["responseLength"] for read in of_places) < 1_000 * PLACES, (
        "a line of the list has less than a kilobyte"
    )


GROUPS = 400
API = "/registration/v1/wilhelmshaven"
LIST = "/registration/v1/wilhelmshaven/gatherings/{id}/registrations"
DESK: list[tuple[str, dict[str, Any] | None, int]] = [
    # path, what is looked for, and how many registrations may be read for it
    (f"{LIST}?status=active&limit=10", None, 11),
    (f"{LIST}?status=waiting&limit=10", None, 11),
    (f"{LIST}?status=confirmed&language=uk&limit=10", None, 11),
    (f"{LIST}?language=ar&limit=10", None, 11),
    (f"{LIST}?language=fr&limit=10", None, 0),
    (f"{LIST}?channel=phone&language=de&limit=10", None, 11),
    (f"{LIST}?support=interpreter.uk&limit=10", None, 2),
    (f"{LIST}?status=cancelled&language=uk&limit=10", None, 11),
    (f"{LIST}?status=confirmed&support=interpreter.uk&limit=10", None, 2),
    (f"{API}/registrations/search", {"q": "kovalenko399"}, 1),
    (f"{API}/registrations/search", {"q": "olen koval399"}, 0),
    (f"{API}/registrations/search", {"q": "olen kovalenko399"}, 2),
    (f"{API}/registrations/search", {"q": "+49 4421 100399"}, 1),
    (f"{API}/registrations/similar", {"name": "Olena Kovalenko399", "phone": "+49 4421 100399"}, 3),
    (f"{API}/gatherings/{{id}}/needs", None, 0),
    (f"{API}/gatherings/{{id}}/arrivals", None, 0),
    ("/registration/wilhelmshaven/desk/{id}/needs", None, 0),
    ("/registration/wilhelmshaven/desk/{id}/door", None, 0),
]
COMMON, MOST_LOOKED_AT = 50, 200
"""Of a name that hundreds have so many are asked for, and where that is said of all words, so many more are looked at."""


async def test_the_desk_reads_what_it_shows_and_never_the_ledger(people: People) -> None:
    """A gathering of hundreds, of whom most have seats: nothing that the desk asks for reads the others, or any claim."""
    id = await people.gathering(capacity=GROUPS * 3 // 4)
    for number in range(GROUPS):
        language, wish = ("uk", "ar", "de")[number % 3], ["interpreter.uk"] if number in (7, 200) else []
        person = {"name": f"Olena Kovalenko{number}", "contact": {"phone": f"+49 4421 {100_000 + number}"}}
        assert (await people.register(id, language=language, support=wish, **person)).status_code == 201
    gone = await pages(people, id, status="waiting")
    for one in gone[-30:]:
        assert (await people.intake.post(f"{API}/registrations/{one['id']}/cancellation")).status_code == 200
    for path, wanted, registrations in DESK:
        body = None if wanted is None else {"gathering": id, **wanted}
        reads = await _looked_at(people, people.intake, path.format(id=id), body)
        said = [
            f"{r['ns']} {r.get('planSummary')} {r['keysExamined']} {r['docsExamined']}: {r['command']}" for r in reads
        ]
        assert reads
        assert not [one for one in said if "COLLSCAN" in one], path
        assert not [r for r in reads if r.get("hasSortStage")], (path, said)
        assert max(r["responseLength"] for r in reads) < 40_000, (path, said)
        of_people = [r for r in reads if r["ns"].endswith(".registrations")]
        assert sum(r["docsExamined"] for r in of_people if r["nreturned"] < COMMON) <= registrations, (path, said)
        assert sum(r["keysExamined"] for r in reads) <= 2 * COMMON + 30, (path, said)


async def test_words_that_many_have_are_looked_for_together(people: People) -> None:
    """Hundreds are called Olena, hundreds Kovalenko, three of them both: these are read, and not all who have one of the names."""
    id = await people.gathering(capacity=4)
    for number in range(GROUPS):
        both = number in (3, 200, 398)
        name = "Olena Kovalenko" if both else ("Olena Melnyk", "Ihor Kovalenko")[number % 2]
        assert (await people.register(id, name=name)).status_code == 201
    for typed, hits in (("olena kovalenko", 3), ("kovalenk olena", 3), ("olena koval", 3), ("Olena Bondar", 0)):
        body = {"gathering": id, "q": typed}
        reads = await _looked_at(people, people.intake, f"{API}/registrations/search", body)
        of_people = [r for r in reads if r["ns"].endswith(".registrations")]
        said = [f"{r.get('planSummary')} {r['keysExamined']} {r['docsExamined']}" for r in of_people]
        assert [r for r in said if "COLLSCAN" in r] == []
        assert sum(r["docsExamined"] for r in of_people) <= 4 * COMMON + 2 * hits + MOST_LOOKED_AT, (typed, said)
        assert len(await search(people, id, typed)) == hits, typed
    # Whatever somebody pastes, a few questions answer it.
    pasted = " ".join(word[:end] for word in ("olena", "kovalenko") for end in range(1, len(word) + 1))
    reads = await _looked_at(people, people.intake, f"{API}/registrations/search", {"gathering": id, "q": pasted})
    assert len(reads) < 25
    # Of a limit that is reached, nobody else is read.
    body = {"gathering": id, "q": "olena kovalenko", "limit": 2}
    reads = await _looked_at(people, people.intake, f"{API}/registrations/search", body)
    of_people = [r for r in reads if r["ns"].endswith(".registrations")]
    assert sum(r["docsExamined"] for r in of_people) <= 2 * COMMON + 4
