"""Many municipalities with their gatherings and people, copied from what the API itself stored, so that their documents have the
shape that they have in use."""

from __future__ import annotations

import random
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from typing import Any

import msgspec
from pymongo import MongoClient, WriteConcern

from chassis.ids import new_id
from services.registration.applications.documents import Facts
from services.registration.municipalities.municipalities import words_of
from tests.load.client import TENANT

PROCESSES, BATCH = 2, 2_000
LEFT_BEHIND = ("outbox", "seq", "pending", "due_at", "requests", "request")
"""Fields of what is under way; a copy is at rest."""

Document = dict[str, Any]


def copy(uri: str, name: str, municipalities: int, gatherings: int, people: int) -> dict[str, int]:
    """Fill the database `name` with so many municipalities and so many gatherings in each, copied from those of `TENANT` for which
    `people` registered; how many documents there are then, by collection."""
    parts = [(uri, name, municipalities, gatherings, people, part) for part in range(PROCESSES)]
    with ProcessPoolExecutor(PROCESSES) as pool:
        list(pool.map(_copy_part, parts))
    client: MongoClient[Document] = MongoClient(uri)
    collections = ("municipalities", "gatherings", "registrations")
    counts = {collection: client[name][collection].estimated_document_count() for collection in collections}
    client.close()
    return counts


def _copy_part(part: tuple[str, str, int, int, int, int]) -> None:
    uri, name, municipalities, gatherings, people, number = part
    client: MongoClient[Document] = MongoClient(uri)
    database = client.get_database(name, write_concern=WriteConcern(w=1, j=False))
    municipality = database["municipalities"].find_one({"_id": TENANT}) or {}
    held = [
        (gathering, list(database["registrations"].find({"gathering": gathering["_id"]})))
        for gathering in database["gatherings"].find({"tenant": TENANT, "next_turn": people + 1})
    ]
    dice = random.Random(number)
    places = range(number, municipalities, PROCESSES)
    _insert(database["municipalities"], (_municipality(municipality, place) for place in places))
    made = ((place, dice.choice(held)) for place in places for _ in range(gatherings))
    while some := list(islice(made, BATCH // 20)):
        pairs = [_gathering(place, *pair) for place, pair in some]
        _insert(database["gatherings"], (gathering for gathering, _ in pairs))
        _insert(database["registrations"], (one for _, people in pairs for one in people))
    client.close()


def _insert(collection: Any, documents: Iterable[Document]) -> None:
    waiting = iter(documents)
    while batch := list(islice(waiting, BATCH)):
        collection.insert_many(batch, ordered=False)


def _municipality(origin: Document, place: int) -> Document:
    slug = f"gemeinde-{place:05}"
    facts = {**origin["facts"], "slug": slug, "name": {"de": f"Gemeinde {place:05}"}}
    return _at_rest(origin) | {
        "_id": slug,
        "tenant": slug,
        "facts": facts,
        "words": list(words_of(msgspec.convert(facts, Facts))),
    }


def _gathering(place: int, gathering: Document, people: list[Document]) -> tuple[Document, list[Document]]:
    """A copy with its people; ids are new everywhere."""
    slug, id = f"gemeinde-{place:05}", new_id()
    renamed = {person["_id"]: new_id() for person in people}
    ledger = {
        kind: {renamed[old]: claim for old, claim in gathering[kind].items() if old in renamed}
        for kind in ("claims", "gone")
    }
    moved = {"tenant": slug, "gathering": id}
    return (
        _at_rest(gathering) | ledger | {"_id": id, "tenant": slug, "outbox": [], "pending": False, "seq": {}},
        [
            _at_rest(person) | moved | {"_id": renamed[person["_id"]], "outbox": [], "pending": False, "seq": {}}
            for person in people
        ],
    )


def _at_rest(document: Document) -> Document:
    return {name: value for name, value in document.items() if name not in LEFT_BEHIND}
