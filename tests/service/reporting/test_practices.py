"""The practice library: from a draft by the office's review to what readers find."""

from __future__ import annotations

import pytest

from services.reporting.domain.ranking import RULES
from services.reporting.practices.repository import PracticeIndex
from services.reporting.practices.search import Filters, PracticeSearch
from tests.service.reporting.practices import BODY, LIBRARY, published
from tests.service.reporting.towns import BASE, Reporting


async def told(reporting: Reporting) -> list[str]:
    """Events that practices have in their outboxes."""
    rows = await reporting.service.context.database["practices"].find({}).to_list(None)
    return [entry["y"].removeprefix("reporting.practice.") for row in rows for entry in row["outbox"]]


async def test_a_draft_is_nobody_elses_business_until_the_office_has_published_it(reporting: Reporting) -> None:
    async with (
        reporting.client("wilhelmshaven") as town,
        reporting.client("wolfsburg") as other,
        reporting.client("-", "programme_office") as office,
    ):
        made = (await town.post(f"{BASE}/practices", json=BODY)).json()
        assert (made["status"], made["edition"]) == ("draft", 0)
        assert (await other.get(f"{LIBRARY}/{made['id']}")).status_code == 404
        assert (await office.post(f"{LIBRARY}/{made['id']}/publication")).status_code == 409
        await town.post(f"{BASE}/practices/{made['id']}/submission")
        waiting = (await office.get(f"{LIBRARY}/submitted")).json()["items"]
        assert [one["id"] for one in waiting] == [made["id"]]
        back = await office.post(f"{LIBRARY}/{made['id']}/return", json={"note": "Was kostete es?"})
        assert (back.json()["status"], back.json()["note"]) == ("draft", "Was kostete es?")
        await town.post(f"{BASE}/practices/{made['id']}/submission")
        assert (await office.post(f"{LIBRARY}/{made['id']}/publication")).json()["status"] == "published"
        shown = (await other.get(f"{LIBRARY}/{made['id']}")).json()
        found = (await other.get(f"{LIBRARY}?q=Sprachmittlung")).json()["items"]
    assert (shown["municipality"], shown["size"], shown["licence"]) == (None, "medium", "CC BY 4.0"), "not named"
    assert [one["id"] for one in found] == [made["id"]]
    assert found[0]["matched"]
    assert await told(reporting) == ["submitted.v1", "returned.v1", "submitted.v1", "published.v1"]


async def test_only_what_a_municipality_made_public_is_shown_to_everybody(reporting: Reporting) -> None:
    hidden = await published(reporting)
    shown = await published(reporting, public=True, named=True, title="Offenes Rathaus")
    async with reporting.client(None) as anyone:
        items = (await anyone.get(LIBRARY)).json()["items"]
        assert [one["id"] for one in items] == [shown]
        assert items[0]["municipality"]["name"] == {"de": "Wilhelmshaven"}
        assert (await anyone.get(f"{LIBRARY}/{hidden}")).status_code == 404
        assert (await anyone.get(f"{LIBRARY}?q=Dolmetscher")).json()["items"][0]["id"] == shown


async def test_what_is_published_stays_while_a_new_edition_is_written(reporting: Reporting) -> None:
    id = await published(reporting)
    async with reporting.client("wilhelmshaven") as town, reporting.client("-", "programme_office") as office:
        before = (await town.get(f"{BASE}/practices/{id}")).json()
        changed = await town.patch(
            f"{BASE}/practices/{id}", json=BODY | {"title": "Neu", "revision": before["revision"]}
        )
        assert changed.status_code == 200
        assert (await town.get(f"{LIBRARY}/{id}")).json()["title"] == {"de": "Dolmetschende auf Abruf"}
        stale = await town.patch(f"{BASE}/practices/{id}", json=BODY | {"revision": before["revision"]})
        assert (stale.status_code, stale.json()["type"].rpartition(":")[2]) == (409, "practice-changed")
        await town.post(f"{BASE}/practices/{id}/submission")
        after = (await office.post(f"/reporting/v1/wilhelmshaven/practices/{id}/publication")).json()
        assert (after["title"], after["edition"]) == ({"de": "Neu"}, 2)
        await town.post(f"{BASE}/practices/{id}/retirement")
        assert (await town.get(f"{LIBRARY}/{id}")).status_code == 404
        assert (await town.get(f"{LIBRARY}?q=Dolmetscher")).json()["items"] == []
        assert (await town.post(f"{BASE}/practices/{id}/confirmation")).status_code == 409


async def test_a_year_later_the_municipality_is_asked_and_its_answer_counts(reporting: Reporting) -> None:
    id = await published(reporting)
    library = reporting.service.definition.state["services"].practices
    row = await reporting.service.context.database["practices"].find_one({"_id": id})
    assert row is not None
    assert (row["due_at"] - row["changed_at"]).days == 365
    await library.ask_for_confirmation(row)
    async with reporting.client("wilhelmshaven") as town:
        await town.post(f"{BASE}/practices/{id}/confirmation")
    assert (await told(reporting))[-2:] == ["confirmation-due.v1", "confirmed.v1"]


async def test_the_index_is_written_again_where_that_was_cut_off(reporting: Reporting) -> None:
    id = await published(reporting)
    database = reporting.service.context.database
    await database["practice_index"].delete_one({"_id": id})
    row = await database["practices"].find_one({"_id": id})
    assert row is not None
    assert "index_at" in row
    await reporting.service.definition.state["services"].practices.index(row)
    assert await database["practice_index"].find_one({"_id": id}) is not None
    row = await database["practices"].find_one({"_id": id})
    assert row is not None
    assert "index_at" not in row


async def test_entries_of_earlier_rules_are_written_anew_after_the_start(
    reporting: Reporting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of all municipalities, in batches, once; what is written by the present rules, or waits for it, is left alone."""
    monkeypatch.setattr("services.reporting.practices.indexing.BATCH", 2)
    database = reporting.service.context.database
    services = reporting.service.definition.state["services"]
    ids = [await published(reporting, title=f"Dolmetschende {number}") for number in range(5)]
    *earlier, waiting, present = ids
    for id in (*earlier, waiting):
        await database["practice_index"].update_one(
            {"_id": id}, {"$set": {"terms": [], "weights": {}}, "$unset": {"rules": ""}}
        )
    await database["practices"].update_many({"_id": {"$ne": waiting}}, {"$unset": {"index_at": ""}})
    await database["practices"].update_one({"_id": earlier[0]}, {"$set": {"tenant": "wolfsburg"}})
    await database["practice_index"].update_one({"_id": earlier[0]}, {"$set": {"tenant": "wolfsburg"}})
    before = await database["practices"].find_one({"_id": waiting})

    for _ in range(2):
        await reporting.service.definition.prepare()
        due = await database["practices"].find({"index_at": {"$exists": True}}).sort("_id", 1).to_list(None)
        assert [row["_id"] for row in due] == sorted((*earlier, waiting))
    assert before in due, "what waits already keeps its time"
    assert len({row["index_at"] for row in due if row["_id"] != waiting}) == 2, "batch after batch"

    for row in due:
        await services.practices.index(row)
    await reporting.service.definition.prepare()
    assert await database["practices"].count_documents({"index_at": {"$exists": True}}) == 0
    assert await database["practice_index"].count_documents({"rules": RULES, "terms": "dolmetsch"}) == 5
    assert present in {
        hit.id for hit in await PracticeSearch(PracticeIndex(database)).find("Sprachmittlung", "de", Filters(), 9)
    }


async def test_nobody_writes_for_another_municipality(reporting: Reporting) -> None:
    id = await published(reporting)
    async with reporting.client("wolfsburg") as stranger, reporting.client("wilhelmshaven", "moderator") as moderator:
        assert (await stranger.patch(f"{BASE}/practices/{id}", json=BODY)).status_code == 404
        assert (await stranger.post(f"/reporting/v1/wolfsburg/practices/{id}/retirement")).status_code == 404
        assert (await moderator.post(f"{BASE}/practices/{id}/retirement")).status_code == 403
        shown = await moderator.get(f"/reporting/wilhelmshaven/practices/{id}")
        assert ("questions/new?" in shown.text, "visits/new?" in shown.text) == (True, False)
        assert (await stranger.post(f"{LIBRARY}/{id}/publication")).status_code == 403


async def test_filtered_by_cost_and_read_page_by_page(reporting: Reporting) -> None:
    cheap = await published(reporting, cost={"from": 500, "to": 900})
    dear = await published(reporting)
    silent = await published(reporting, cost=None)
    async with reporting.client("wolfsburg") as town:
        found = (await town.get(f"{LIBRARY}?cost=1000")).json()["items"]
        assert [one["id"] for one in found] == [cheap]
        for query in ("", "&q=Dolmetscher"):
            seen, cursor = [], ""
            for _ in range(4):
                page = (await town.get(f"{LIBRARY}?limit=1{query}{cursor}")).json()
                seen += [one["id"] for one in page["items"]]
                if page["next"] is None:
                    break
                cursor = f"&cursor={page['next']}"
            assert sorted(seen) == sorted([cheap, dear, silent]), query
        for query in ("", "&q=Dolmetscher"):
            assert (await town.get(f"{LIBRARY}?cursor=abc{query}")).status_code == 422
        assert (await town.get(f"{LIBRARY}?cost=viel")).status_code == 422
        assert (await town.get("/reporting/wolfsburg/practices?cost=viel")).status_code == 200


async def test_compounds_are_split_at_words_that_the_library_taught(reporting: Reporting) -> None:
    await published(reporting, title="Kormoran", steps="Der Kormoran brütet.")
    taught = await published(reporting, title="Kormorannester zählen", steps="Nester am Hafen.")
    async with reporting.client("wolfsburg") as town:
        found = (await town.get(f"{LIBRARY}?q=Kormoran")).json()["items"]
    assert taught in [one["id"] for one in found]
