"""Planning gatherings on pages and over the API: drafts in languages, changes that are looked over first, copies, series."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.service.registration.conftest import People
from tests.support.page_forms import form_of

API = "/registration/v1/wilhelmshaven/gatherings"
DESK = "/registration/wilhelmshaven/desk"
BERLIN = ZoneInfo("Europe/Berlin")


async def _send(
    client: httpx.AsyncClient, page: str, ends: str = "", holding: str = "form_token", **entered: Any
) -> httpx.Response:
    """Open a page, fill in its form, send it; a field given as None is left out."""
    shown = await client.get(page)
    assert shown.status_code == 200, shown.text
    fields = form_of(shown.text, ends, holding) | {name.replace("__", "."): value for name, value in entered.items()}
    return await client.post(
        f"{page.removesuffix('/plan')}{ends}" if ends else page, data={k: v for k, v in fields.items() if v is not None}
    )


def _fields(**entered: Any) -> dict[str, Any]:
    """What is entered for a new gathering."""
    day = (datetime.now(BERLIN) + timedelta(days=9)).date().isoformat()
    return {
        "title__de": "Dialog",
        "description__de": "Wir reden.",
        "title__uk": "Діалог",
        "description__uk": "Поговоримо.",
        "kind": "kickoff",
        "day": day,
        "from": "17:30",
        "until": "20:00",
        "mode": "onsite",
        "place": "Rathaus",
        "capacity": "3",
        "party_max": "2",
        "support": ["interpreter:uk", "childcare"],
        "limit.interpreter:uk": "2",
        "ask_until.childcare": f"{datetime.now(BERLIN) + timedelta(days=5):%Y-%m-%dT%H:%M}",
        "opens_at": f"{datetime.now(BERLIN) - timedelta(days=1):%Y-%m-%dT%H:%M}",
    } | entered


async def _draft(people: People, **entered: Any) -> str:
    """A draft made on the page; its id."""
    made = await _send(people.coordinator, f"{DESK}/plan", holding="title.de", **_fields(**entered))
    assert made.status_code == 303, made.text
    return made.headers["location"].split("/")[-2]


async def _raw(people: People, id: str) -> dict[str, Any]:
    stored = await people.service.context.database["gatherings"].find_one({"_id": id})
    assert stored is not None
    return stored


async def test_a_draft_has_all_its_fields_in_several_languages(people: People) -> None:
    id = await _draft(people)
    facts = (await _raw(people, id))["facts"]
    assert facts["title"] == {"de": "Dialog", "uk": "Діалог"}
    assert facts["kind"] == "kickoff"
    assert f"{facts['starts_at'].astimezone(BERLIN):%H:%M}" == "17:30"
    assert [(one["id"], one["capacity"]) for one in facts["support"]] == [("interpreter:uk", 2), ("childcare", None)]
    assert facts["support"][0]["label"]["ar"] == "ترجمة شفوية: Українська"
    assert facts["support"][1]["request_until"] is not None
    edited = await _send(
        people.coordinator, f"{DESK}/{id}/plan/edit", holding="title.de", capacity="5", title__uk="Розмова"
    )
    assert edited.status_code == 303, edited.text
    after = (await _raw(people, id))["facts"]
    assert (after["capacity"], after["title"]["uk"]) == (5, "Розмова")
    assert {name for name in facts if facts[name] != after[name]} == {"capacity", "title"}


@pytest.mark.parametrize(
    ("entered", "words"),
    [
        ({"until": "17:00"}, "Das Ende muss nach dem Beginn liegen"),
        ({"place": ""}, "wohin man kommen soll"),
        ({"title__de": ""}, "Bitte füllen Sie dieses Feld aus"),
        ({"day": "gestern"}, "Bitte schreiben Sie den Tag so, wie es gezeigt wird"),
        ({"limit.interpreter:uk": "viele"}, "Bitte schreiben Sie eine ganze Zahl in Ziffern"),
        ({"capacity": "0"}, "Bitte schreiben Sie eine Zahl von 1 bis 10000"),
    ],
)
async def test_mistakes_are_named_at_their_field(people: People, entered: dict[str, str], words: str) -> None:
    with pytest.raises(AssertionError) as refused:
        await _draft(people, **entered)
    assert words in str(refused.value)
    assert "Rathaus" in str(refused.value) or "place" in entered  # nothing has to be typed twice
    assert await people.service.context.database["gatherings"].count_documents({}) == 0


async def test_a_published_one_is_changed_after_a_look_at_what_happens(people: People) -> None:
    id = await _draft(people)
    published = await _send(people.coordinator, f"{DESK}/{id}/plan", "/publication")
    assert published.status_code == 303
    for _ in range(5):
        await people.register(id)
    page = f"{DESK}/{id}/plan/edit"
    review = await _send(
        people.coordinator,
        page,
        holding="title.de",
        mode="online",
        place="",
        join_url="https://meet.example/x",
        capacity="4",
    )
    assert review.status_code == 200
    assert "5 Gruppen erfahren in ihren Sprachen" in review.text
    assert "1 Gruppe auf der Warteliste bekommt sofort Plätze angeboten" in review.text
    assert (await _raw(people, id))["facts"]["mode"] == "onsite"
    done = await people.coordinator.post(page, data=form_of(review.text) | {"sure": "yes"})
    assert done.status_code == 303
    stored = await _raw(people, id)
    assert (stored["facts"]["mode"], stored["taken"]) == ("online", 4)
    again = await people.coordinator.post(page, data=form_of(review.text) | {"sure": "yes"})
    assert again.status_code == 303
    assert (await _raw(people, id))["revision"] == stored["revision"]


async def test_fewer_seats_than_taken_take_nobodys(people: People) -> None:
    id = await people.gathering(capacity=4)
    for _ in range(4):
        await people.register(id)
    preview = await people.coordinator.post(f"{API}/{id}/preview", json={"capacity": 4, "party_max": 1})
    assert preview.json() == {
        "changed": ["party_max"],
        "informed": 0,
        "offered": 0,
        "asked": 0,
        "over": 0,
        "supported": 0,
    }
    preview = await people.coordinator.post(f"{API}/{id}/preview", json={"capacity": 2, "party_max": 1})
    assert preview.json() == {
        "changed": ["capacity", "party_max"],
        "informed": 0,
        "offered": 0,
        "asked": 0,
        "over": 2,
        "supported": 0,
    }
    assert (await people.seats(id))["capacity"] == 4


async def test_calling_off_needs_a_reason(people: People) -> None:
    id = await people.gathering()
    await people.register(id)
    page = await people.coordinator.get(f"{DESK}/{id}/plan")
    assert "1 Gruppe erfährt es mit dem Grund" in page.text
    refused = await _send(people.coordinator, f"{DESK}/{id}/plan", "/calling-off", reason__de="")
    assert refused.status_code == 422
    done = await _send(
        people.coordinator, f"{DESK}/{id}/plan", "/calling-off", reason__de="Krank", reason__uk="Хвороба"
    )
    assert done.status_code == 303
    assert (await _raw(people, id))["cancelled_because"] == {"de": "Krank", "uk": "Хвороба"}
    assert "Krank" in (await people.coordinator.get(f"{DESK}/{id}/plan")).text


async def test_a_copy_is_a_draft_whose_deadlines_move_along(people: People) -> None:
    start = datetime(2027, 3, 25, 17, 30, tzinfo=BERLIN)
    id = await people.gathering(
        starts_at=start.isoformat(),
        ends_at=(start + timedelta(hours=2)).isoformat(),
        closes_at=(start - timedelta(days=1)).isoformat(),
    )
    later = start + timedelta(days=7)  # summer time has begun in between
    answer = await people.coordinator.post(
        f"{API}/{id}/copy", json={"starts_at": later.isoformat()}, headers={"Idempotency-Key": "c"}
    )
    assert answer.status_code == 201, answer.text
    copied = answer.json()
    assert copied["status"] == "draft"
    facts = (await _raw(people, copied["id"]))["facts"]
    assert [f"{facts[name].astimezone(BERLIN):%d.%m. %H:%M}" for name in ("starts_at", "ends_at", "closes_at")] == [
        "01.04. 17:30",
        "01.04. 19:30",
        "31.03. 17:30",
    ]
    assert facts["join_url"] == "https://meet.example/secret"
    repeated = await people.coordinator.post(
        f"{API}/{id}/copy", json={"starts_at": later.isoformat()}, headers={"Idempotency-Key": "c"}
    )
    assert repeated.json() == copied
    assert repeated.headers["Idempotent-Replayed"] == "true"
    wrong = {"starts_at": later.isoformat(), "ends_at": start.isoformat()}
    assert (await people.coordinator.post(f"{API}/{id}/copy", json=wrong)).json()["errors"][0]["pointer"] == "/ends_at"
    page = await _send(people.coordinator, f"{DESK}/{id}/plan", "/copy", again_at=f"{later:%Y-%m-%dT%H:%M}")
    assert page.status_code == 303


async def test_a_series_is_made_at_once_and_published_at_once(people: People) -> None:
    id = await people.gathering()
    made = await _send(people.coordinator, f"{DESK}/{id}/plan", "/series", frequency="weekly", interval="2", count="4")
    assert made.status_code == 303, made.text
    everything = await people.service.context.database["gatherings"].find({"series": id}).sort("_id").to_list(None)
    assert sorted(one["status"] for one in everything) == ["draft", "draft", "draft", "published"]
    starts = sorted(
        one["facts"]["starts_at"].astimezone(BERLIN).replace(tzinfo=None, microsecond=0) for one in everything
    )
    assert {b - a for a, b in itertools.pairwise(starts)} == {timedelta(days=14)}
    path = f"/registration/v1/wilhelmshaven/series/{id}/publication"
    published = await people.coordinator.post(path, headers={"Idempotency-Key": "p"})
    assert [one["series"] for one in published.json()["items"]] == [id] * 4
    assert (await people.coordinator.post(path, headers={"Idempotency-Key": "p"})).json() == published.json()
    listed = (await people.public.get(API)).json()["items"]
    assert {one["series"] for one in listed} == {id}
    assert len(listed) == 4


async def test_half_of_a_series_is_completed_by_the_repeat(people: People) -> None:
    id = await people.gathering()
    body = {"frequency": "monthly", "count": 3}
    headers = {"Idempotency-Key": "s"}
    first = (await people.coordinator.post(f"{API}/{id}/series", json=body, headers=headers)).json()
    database = people.service.context.database["gatherings"]
    await database.delete_one({"_id": first["items"][1]["id"]})
    second = (await people.coordinator.post(f"{API}/{id}/series", json=body, headers=headers)).json()
    assert second == first
    assert await database.count_documents({"series": id}) == 3


@pytest.mark.parametrize(
    "body",
    [
        {"frequency": "weekly"},
        {"frequency": "weekly", "count": 2, "until": "2030-01-01"},
        {"frequency": "daily", "count": 2},
        {"frequency": "weekly", "count": 61},
        {"frequency": "weekly", "until": "2020-01-01"},
    ],
)
async def test_a_series_without_a_sound_rule_is_refused(people: People, body: dict[str, Any]) -> None:
    id = await people.gathering()
    assert (await people.coordinator.post(f"{API}/{id}/series", json=body)).status_code == 422
    assert await people.service.context.database["gatherings"].count_documents({}) == 1


async def test_a_lottery_is_drawn_on_the_page_once(people: People) -> None:
    id = await people.gathering(allocation="lottery", capacity=1, party_max=1)
    ids = [(await people.register(id)).json()["id"] for _ in range(3)]
    shown = (await people.public.get(f"{API}/{id}")).json()["lottery"]
    assert shown["seed"] is None
    assert (await _send(people.coordinator, f"{DESK}/{id}/plan", "/draw")).status_code == 422
    assert (await _send(people.coordinator, f"{DESK}/{id}/plan", "/draw", sure_to_draw="yes")).status_code == 303
    after = (await people.public.get(f"{API}/{id}")).json()
    assert after["lottery"]["seed"]
    assert after["seats"]["taken"] == 1
    page = await people.coordinator.get(f"{DESK}/{id}/plan")
    assert after["lottery"]["seed"] in page.text
    assert len(ids) == 3


async def test_planning_is_for_coordinators(people: People) -> None:
    id = await people.gathering()
    for path in (f"{DESK}/{id}/plan", f"{DESK}/{id}/plan/edit", f"{DESK}/plan"):
        assert (await people.intake.get(path)).status_code in (403, 404)
        assert (await people.stranger.get(path)).status_code == 404
    now = datetime.now(UTC)
    for path, body in ((f"{API}/{id}/copy", {"starts_at": now.isoformat()}), (f"{API}/{id}/preview", {})):
        assert (await people.intake.post(path, json=body)).status_code == 403


async def test_an_hour_that_the_clocks_skip_is_refused_where_it_was_entered(people: People) -> None:
    entered = {"day": "2027-03-28", "from": "02:30", "until": "04:30", "opens_at": None}
    page = await _send(people.coordinator, f"{DESK}/plan", holding="title.de", **_fields(**entered))
    assert page.status_code == 422
    assert "Am 28.03.2027 werden die Uhren vorgestellt, 02:30 Uhr gibt es an diesem Tag nicht." in page.text
    id = await _draft(people, **{**entered, "day": "2027-03-14"})
    again = await _send(people.coordinator, f"{DESK}/{id}/plan", "/series", frequency="weekly", interval="1", count="4")
    assert again.status_code == 422
    assert "28.03.2027" in again.text
    over_api = await people.coordinator.post(f"{API}/{id}/series", json={"frequency": "weekly", "until": "2027-04-30"})
    assert over_api.status_code == 422
    assert over_api.json()["errors"][0]["pointer"] == "/until"
    earlier = await people.coordinator.post(f"{API}/{id}/series", json={"frequency": "weekly", "count": 2})
    assert earlier.status_code == 201


async def test_an_hour_that_exists_twice_stays_the_one_it_was(people: People) -> None:
    """What the form shows of both is the same; who changes something else must not move the meeting by an hour."""
    id = await _draft(people, **{"day": "2027-10-31", "from": "01:30", "until": "04:30", "opens_at": None})
    second = {"starts_at": "2027-10-31T02:30:00+01:00", "ends_at": "2027-10-31T02:50:00+01:00"}
    assert (await people.coordinator.patch(f"{API}/{id}", json=second)).status_code == 200
    changed = await _send(people.coordinator, f"{DESK}/{id}/plan/edit", holding="title.de", place="Bibliothek")
    assert changed.status_code == 303, changed.text
    stored = await _raw(people, id)
    assert stored["facts"]["starts_at"] == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    assert stored["facts"]["place"] == "Bibliothek"


async def test_reminders_and_thanks_are_planned_with_the_gathering(people: People) -> None:
    given = {"reminders": [{"days_before": 3}], "thanks": {"de": "Danke, dass Sie da waren!"}}
    id = await people.gathering(**given)
    made = (await people.coordinator.get(f"{API}/{id}")).json()
    assert {name: made[name] for name in given} == given
    back = await people.coordinator.patch(f"{API}/{id}", json={"reminders": None})
    assert (back.json()["reminders"], back.json()["thanks"]) == (None, given["thanks"])
    wrong = await people.coordinator.patch(f"{API}/{id}", json={"reminders": [{"days_before": 0}]})
    assert wrong.json()["errors"][0]["pointer"] == "/reminders/0/days_before"
