"""Typed documents: what is stored, what a change writes, and what it leaves alone."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import msgspec
import pytest

from chassis.http.problems import Problem, conflict
from chassis.storage.aggregates import Aggregates
from chassis.storage.documents import Part, StoredDocument
from chassis.storage.mongo import Database
from chassis.storage.repository import Decision, Repository
from chassis.storage.tenancy import of_document

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
SCOPE = of_document({"tenant": "wilhelmshaven"})
OTHER = of_document({"tenant": "wolfsburg"})


class Owner(Part):
    name: str
    since: datetime


class Measure(StoredDocument):
    title: str
    owner: Owner | None = None
    steps: list[str] = msgspec.field(default_factory=list)


@pytest.fixture
async def measures(database: Database) -> Repository[Measure]:
    return Repository(Measure, Aggregates(database, "measures"))


async def test_a_document_comes_back_as_it_was_stored(measures: Repository[Measure]) -> None:
    measure = Measure(id="m1", tenant="wilhelmshaven", title="Café", owner=Owner(name="Büro", since=NOW), steps=["a"])
    await measures.add(SCOPE, measure, [], NOW)
    assert await measures.get(SCOPE, "m1") == measure
    assert await measures.get(OTHER, "m1") is None


async def test_a_change_writes_what_differs_and_leaves_fields_it_does_not_know(
    measures: Repository[Measure], database: Database
) -> None:
    await measures.add(SCOPE, Measure(id="m1", tenant="wilhelmshaven", title="Café", steps=["a"]), [], NOW)
    await database["measures"].update_one({"_id": "m1"}, {"$set": {"of_an_older_release": 7}})

    def rename(measure: Measure) -> Decision[Measure]:
        return Decision(msgspec.structs.replace(measure, title="Treffpunkt", steps=[]), answer="done")

    assert await measures.change(SCOPE, "m1", rename, NOW) == ("done", False)
    stored = await database["measures"].find_one({"_id": "m1"})
    assert stored is not None
    assert (stored["title"], "steps" in stored, stored["of_an_older_release"]) == ("Treffpunkt", False, 7)


async def test_a_refused_change_leaves_nothing(measures: Repository[Measure], database: Database) -> None:
    await measures.add(SCOPE, Measure(id="m1", tenant="wilhelmshaven", title="Café"), [], NOW)
    before = await database["measures"].find_one({"_id": "m1"})

    def refuse(measure: Measure) -> Decision[Measure]:
        raise conflict("closed", "This is closed.")

    with pytest.raises(Problem):
        await measures.change(SCOPE, "m1", refuse, NOW)
    assert await database["measures"].find_one({"_id": "m1"}) == before


async def test_nobody_writes_for_another_tenant(measures: Repository[Measure]) -> None:
    with pytest.raises(ValueError, match="another tenant"):
        await measures.add(OTHER, Measure(id="m1", tenant="wilhelmshaven", title="Café"), [], NOW)


async def test_what_does_not_fit_the_class_is_named_by_its_place(
    measures: Repository[Measure], database: Database
) -> None:
    await database["measures"].insert_one({"_id": "m1", "tenant": "wilhelmshaven", "title": 5, "version": 1})
    with pytest.raises(msgspec.ValidationError, match=r"\$\.title"):
        await measures.get(SCOPE, "m1")


async def test_a_document_is_begun_by_its_first_change(measures: Repository[Measure]) -> None:
    empty = Measure(id="m1", tenant="wilhelmshaven", title="")

    def step(measure: Measure) -> Decision[Measure]:
        steps = [*measure.steps, "a"]
        return Decision(msgspec.structs.replace(measure, steps=steps), answer=len(steps))

    assert await measures.change_or_begin(SCOPE, empty, step, NOW) == (1, False)
    assert await measures.change_or_begin(SCOPE, empty, step, NOW) == (2, False)
    begun = await measures.get(SCOPE, "m1")
    assert begun is not None
    assert begun.steps == ["a", "a"]


async def test_a_document_is_begun_once_by_many_at_the_same_moment(measures: Repository[Measure]) -> None:
    empty = Measure(id="m1", tenant="wilhelmshaven", title="")

    def step(measure: Measure) -> Decision[Measure]:
        return Decision(msgspec.structs.replace(measure, steps=[*measure.steps, "a"]))

    await asyncio.gather(*(measures.change_or_begin(SCOPE, empty, step, NOW) for _ in range(5)))
    begun = await measures.get(SCOPE, "m1")
    assert begun is not None
    assert begun.steps == ["a"] * 5
