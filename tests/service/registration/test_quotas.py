"""Seats kept for groups: over the same room, by the published rule, and nothing of what people declare is left anywhere but with their seats."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import httpx

from contracts.catalogue import EVENTS
from services.registration.domain.audit import check, data_of, type_of
from services.registration.domain.audit_entries import Entry
from tests.service.registration.conftest import People
from tests.service.registration.kept_seats import (
    BASE,
    DISTRICT,
    WOMEN,
    mistakes,
    set_quotas,
    shown_gathering,
    small_gathering,
    statuses_of,
)
from tests.service.registration.pages import BROWSER, open_page, send
from tests.service.registration.signing_up import own_page, public_page, sign_up


async def test_kept_seats_go_to_those_who_declare_and_then_to_everybody(people: People) -> None:
    last = datetime.now(UTC) + timedelta(days=1)
    id = await small_gathering(people, 4, quotas=[{**WOMEN, "until": last.isoformat()}])
    assert (await people.seats(id))["free"] == 2
    everybody = [await people.register(id) for _ in range(3)]
    assert await statuses_of(people, *everybody) == ["confirmed", "confirmed", "waiting"]
    woman = await people.register(id, quota="frauenplatz")
    assert woman.json()["status"] == "confirmed"
    assert "quota" not in woman.json()
    shown = await shown_gathering(people, id)
    assert shown["seats"] == {"capacity": 4, "taken": 3, "waiting": 1, "free": 0}
    assert [(one["left"], one["released"]) for one in shown["quotas"]] == [(1, False)]
    together = await people.register(id, quota="frauenplatz", party=["Iryna"])
    assert together.json()["status"] == "waiting"
    people.move(timedelta(days=1, minutes=1))
    assert [(one["left"], one["released"]) for one in (await shown_gathering(people, id))["quotas"]] == [(0, True)]
    await people.work("lapse", {"_id": id})
    assert await statuses_of(people, *everybody, together) == ["confirmed", "confirmed", "offered", "waiting"]
    stored = await people.service.context.database["gatherings"].find_one({"_id": id})
    assert stored is not None
    assert "frauenplatz" not in json.dumps(stored["claims"], default=str)


async def test_a_freed_seat_of_a_group_goes_to_the_first_in_line_who_belongs_or_stays_kept(people: People) -> None:
    id = await small_gathering(people, 2, quotas=[{**WOMEN, "seats": 1}])
    man, woman = await people.register(id), await people.register(id, quota="frauenplatz")
    waits, too = await people.register(id), await people.register(id, quota="frauenplatz")
    await people.intake.post(f"{BASE}/registrations/{woman.json()['id']}/cancellation")
    assert await statuses_of(people, man, waits, too) == ["confirmed", "waiting", "offered"]
    await people.intake.post(f"{BASE}/registrations/{too.json()['id']}/cancellation")
    assert await statuses_of(people, waits) == ["waiting"]
    assert (await people.seats(id))["free"] == 0
    assert (await set_quotas(people, id)).status_code == 200
    assert await statuses_of(people, man, waits) == ["confirmed", "offered"]


async def test_lots_give_kept_seats_to_those_they_are_kept_for(people: People) -> None:
    id = await small_gathering(people, 3, allocation="lottery", quotas=[{**WOMEN, "seats": 2}])
    everybody = [await people.register(id) for _ in range(6)]
    women = [await people.register(id, quota="frauenplatz") for _ in range(2)]
    assert set(await statuses_of(people, *everybody, *women)) == {"waiting"}
    assert (await people.coordinator.post(f"{BASE}/gatherings/{id}/draw")).status_code == 200
    assert await statuses_of(people, *women) == ["confirmed", "confirmed"]
    assert sorted(await statuses_of(people, *everybody)) == ["confirmed", *["waiting"] * 5]


async def test_each_mistake_in_kept_seats_is_named_at_its_field(people: People) -> None:
    id = await small_gathering(people, 4, quotas=[WOMEN])
    assert mistakes(await set_quotas(people, id, {**WOMEN, "seats": 5})) == {
        "/quotas/0/seats": "There are only 4 seats."
    }
    both = mistakes(await set_quotas(people, id, {**WOMEN, "seats": 3}, {**DISTRICT, "seats": 2}))
    assert both == {"/quotas": "5 seats would be kept, but there are only 4. Keep fewer, or release some."}
    assert list(mistakes(await set_quotas(people, id, WOMEN, {**DISTRICT, "id": "frauenplatz"}))) == ["/quotas/1/id"]
    after = (datetime.now(UTC) + timedelta(days=7)).isoformat()
    assert list(mistakes(await set_quotas(people, id, {**WOMEN, "until": after}))) == ["/quotas/0/until"]
    assert list(mistakes(await set_quotas(people, id, {**WOMEN, "label": {"en": "Women"}}))) == ["/quotas/0/label"]
    lowered = await people.coordinator.patch(f"{BASE}/gatherings/{id}", json={"capacity": 1, "party_max": 1})
    assert list(mistakes(lowered)) == ["/quotas/0/seats"]
    assert (await set_quotas(people, id, {**WOMEN, "seats": 2}, DISTRICT)).status_code == 200
    lowered = await people.coordinator.patch(f"{BASE}/gatherings/{id}", json={"capacity": 2})
    assert list(mistakes(lowered)) == ["/capacity"]
    unknown = mistakes(await people.register(id, quota="unbekannt"))
    assert unknown == {"/quota": "No seats are kept for this group. Please choose again."}
    (said,) = mistakes(await people.register(id, quota=["frauenplatz", "stadtteil"])).values()
    assert "one" in said
    assert await people.service.context.database["registrations"].count_documents({}) == 0


async def test_a_quota_that_ended_gets_no_second_meaning_and_its_people_keep_their_seats(people: People) -> None:
    id = await small_gathering(people, 3, quotas=[WOMEN])
    woman = await people.register(id, quota="frauenplatz")
    assert (await set_quotas(people, id)).status_code == 200
    assert await statuses_of(people, woman) == ["confirmed"]
    assert list(mistakes(await set_quotas(people, id, {**WOMEN, "label": {"de": "Alle"}}))) == ["/quotas/0/id"]
    late = await people.register(id, quota="frauenplatz")  # the form was open: the seats are everybody's now
    assert late.json()["status"] == "confirmed"
    again = await set_quotas(people, id, {**WOMEN, "id": "frauen-neu", "seats": 1})
    assert again.status_code == 200, again.text
    assert again.json()["seats"]["free"] == 0


async def test_what_somebody_declares_stands_with_their_seats_alone_and_is_told_to_nobody(people: People) -> None:
    id = await people.gathering(quotas=[WOMEN, DISTRICT])
    made = await people.register(id, quota="frauenplatz", support=["interpreter.uk"])
    one = made.json()["id"]
    database = people.service.context.database
    for page in (f"/registrations/{one}", f"/gatherings/{id}/registrations"):
        assert "frauenplatz" not in (await people.intake.get(BASE + page)).text, page
    await people.released(one)
    stored = await database["gatherings"].find_one({"_id": id})
    assert stored is not None
    assert stored["claims"][one]["q"] == "frauenplatz"
    for collection in ("gatherings", "registrations"):
        async for document in database[collection].find({}):
            assert "frauenplatz" not in str(document.get("outbox")), collection
    assert "frauenplatz" not in str(await database["registrations"].find_one({"_id": one}))


async def test_no_link_that_staff_know_and_no_export_of_theirs_shows_it(people: People) -> None:
    id = await people.gathering(quotas=[WOMEN, DISTRICT])

    async def seen(page: str, client: httpx.AsyncClient, **headers: str) -> bool:
        answer = await client.get(page, headers=headers)
        assert answer.status_code == 200, answer.text
        return "frauenplatz" in answer.text or "Plätze vorgesehen für" in answer.text

    async def by_link(one: str, url: str) -> list[bool]:
        mine = f"/registration/{url.partition('/registration/')[2]}"
        link = {"Authorization": f"Link {mine.rpartition('/')[2]}"}
        own = [
            await seen(f"{BASE}/{part}", people.public, **link)
            for part in (f"registrations/{one}", f"people/{one}/export")
        ]
        return [*own, *[await seen(page, people.public, **BROWSER) for page in (mine, f"{mine}/data")]]

    contact = {"email": "olena@example.org"}
    made = (await people.register(id, channel="email", contact=contact, quota="frauenplatz")).json()
    assert await by_link(made["id"], made["manage_url"]) == [False] * 4
    body = {"name": "Iryna", "contact": {"phone": "04421 1"}, "language": "de", "channel": "web"}
    body |= {"consent": {"text_version": "1"}, "quota": "frauenplatz"}
    own = await people.public.post(f"{BASE}/gatherings/{id}/registrations", json=body)
    one = own.json()["id"]
    assert await by_link(one, own.json()["manage_url"]) == [True] * 4
    assert not await seen(f"{BASE}/people/{one}/export", people.coordinator)
    await people.released(one)
    whole = (await people.coordinator.get(f"{BASE}/export")).json()["collections"]
    assert {"n", "t", "s"} <= whole["gatherings"][0]["claims"][one].keys()
    assert not any("q" in claim for claim in whole["gatherings"][0]["claims"].values())
    assert not any("quota" in registration for registration in whole["registrations"])
    corrected = await people.intake.patch(f"{BASE}/registrations/{one}", json={"contact": {"phone": "04421 2"}})
    assert await by_link(one, corrected.json()["manage_url"]) == [False] * 4
    new = await people.intake.post(f"{BASE}/registrations/{one}/link")
    assert await by_link(one, new.json()["manage_url"]) == [False] * 4
    stored = await people.service.context.database["gatherings"].find_one({"_id": id})
    assert stored is not None
    assert stored["claims"][one]["q"] == "frauenplatz", "it still counts"


async def test_gatherings_without_quotas_are_stored_as_they_were(people: People) -> None:
    id = await small_gathering(people, 1)
    for _ in range(2):
        await people.register(id)
    stored = await people.service.context.database["gatherings"].find_one({"_id": id})
    assert stored is not None
    assert {"kept", "released", "due_at"} & stored.keys() == set()
    assert not any("q" in claim for claim in stored["claims"].values())
    assert "kept" not in str(stored["outbox"])


async def test_a_registration_whose_process_died_keeps_what_was_declared(people: People) -> None:
    """Its claim is made by the reconciler, from what stands with it until then."""
    id = await small_gathering(people, 2, quotas=[{**WOMEN, "seats": 1}])
    await people.register(id)
    one = (await people.register(id, quota="frauenplatz")).json()["id"]
    database = people.service.context.database
    await people.released(one)
    unclaimed = {"$unset": {f"claims.{one}": ""}, "$set": {"taken": 1}}
    await database["gatherings"].update_one({"_id": id}, {**unclaimed, "$inc": {"version": 1}})
    await people.register(id)  # whoever writes next sees that the claim is missing
    due = {"due_at": datetime.now(UTC), "quota": "frauenplatz", "pending": False}
    await database["registrations"].update_one({"_id": one}, {"$set": due})
    await people.work("reconcile", {"_id": one})
    stored = await database["gatherings"].find_one({"_id": id})
    assert stored is not None
    assert stored["claims"][one]["q"] == "frauenplatz"
    assert stored["claims"][one]["s"] is True
    await people.released(one)


async def test_the_trail_is_within_the_rules(people: People) -> None:
    id = await small_gathering(people, 3, quotas=[WOMEN])
    for quota in (None, None, "frauenplatz", "frauenplatz", "frauenplatz"):
        await people.register(id, quota=quota)
    stored = await people.service.context.database["gatherings"].find_one({"_id": id})
    assert stored is not None
    entries = []
    for n, one in enumerate(stored["outbox"], start=1):
        event = EVENTS[one["y"]].model_validate_json(one["d"])
        entries.append(Entry(n, datetime.now(UTC), type_of(event), data_of(event)))
    assert entries[0].data["kept"] == [{"seats": 2}]
    assert check(entries).findings == []


async def test_coordinators_keep_and_release_seats_on_a_page(people: People) -> None:
    id = await small_gathering(people, 4)
    page = f"/registration/wilhelmshaven/desk/{id}/quotas"
    new = {"label..de": "Frauen", "label..uk": "Жінки", "seats.": "2"}
    done = await send(people.coordinator, page, {**new, "until.": ""}, page)
    assert done.status_code == 303, done.text
    (made,) = (await shown_gathering(people, id))["quotas"]
    assert (made["id"], made["seats"], made["label"]["uk"]) == ("frauen", 2, "Жінки")
    changed = await send(people.coordinator, page, {"seats.frauen": "3"}, page)
    assert changed.status_code == 303, changed.text
    too_many = await send(people.coordinator, page, {"seats.frauen": "9"}, page)
    assert too_many.status_code == 422
    assert "Es gibt nur 4 Plätze." in too_many.text
    plan = await open_page(people.coordinator, f"/registration/wilhelmshaven/desk/{id}/plan")
    assert "noch 3 von 3 vorgesehenen Plätzen" in plan
    everybody = [await people.register(id) for _ in range(2)]
    assert await statuses_of(people, *everybody) == ["confirmed", "waiting"]
    await send(people.coordinator, page, {"act": "release frauen"}, page)
    assert await statuses_of(people, *everybody) == ["confirmed", "offered"]
    shown = await open_page(people.coordinator, page)
    assert "Plätze, die jetzt für alle sind: 3" in shown
    gone = await send(people.coordinator, page, {"act": "out frauen"}, page)
    assert gone.status_code == 303
    again = await send(people.coordinator, page, {**new}, page)
    assert again.status_code == 303, again.text
    assert [one["id"] for one in (await shown_gathering(people, id))["quotas"]] == ["frauen-2"]
    intake = await people.intake.get(page, headers=BROWSER)
    assert intake.status_code == 403


async def test_residents_say_it_on_the_form_and_see_it_on_their_page(people: People) -> None:
    id = await small_gathering(people, 2, quotas=[{**WOMEN, "seats": 1}])
    page = await open_page(people.public, public_page(id))
    assert "1 Platz frei" in page
    assert "Vorgesehene Plätze (Frauen), noch frei: 1" in page
    assert "Nein, oder ich möchte es nicht sagen" in page
    wrong = await sign_up(people, id, quota="nonsense")
    assert wrong.status_code == 422
    assert "Für diese Gruppe sind keine Plätze vorgesehen." in wrong.text
    people.move(timedelta(0))
    await people.register(id)
    assert "Alle Plätze für alle sind vergeben." in await open_page(people.public, public_page(id))
    done = await sign_up(people, id, quota="frauenplatz")
    assert done.status_code == 303, done.text
    (stored,) = (
        await people.service.context.database["registrations"].find({"name": "Olena", "channel": "web"}).to_list(None)
    )
    mine = await open_page(people.public, own_page(people, stored["_id"]))
    assert "Plätze vorgesehen für" in mine
    assert "Frauen" in mine
    data = await open_page(people.public, own_page(people, stored["_id"]) + "/data")
    assert "Plätze vorgesehen für" in data
    desk = await open_page(people.intake, f"/registration/wilhelmshaven/desk/{id}")
    assert 'name="quota"' in desk
    fair = await open_page(people.public, "/registration/wilhelmshaven/fairness")
    assert "Vorgesehene Plätze bekommt niemand sonst" in fair


async def test_copies_and_series_keep_seats_too(people: People) -> None:
    last = datetime.now(UTC) + timedelta(days=5)
    id = await people.gathering(quotas=[{**WOMEN, "until": last.isoformat()}])
    start = datetime.now(UTC) + timedelta(days=20)
    made = await people.coordinator.post(f"{BASE}/gatherings/{id}/copy", json={"starts_at": start.isoformat()})
    assert made.status_code == 201, made.text
    (quota,) = made.json()["quotas"]
    assert datetime.fromisoformat(quota["until"]) > last + timedelta(days=13)
    assert (quota["left"], quota["released"]) == (2, False)
