"""A course: several meetings with one set of seats, from planning it to who came to which evening."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from icalendar import Calendar

from tests.service.registration.conftest import People
from tests.service.registration.pages import BROWSER, open_page, send
from tests.service.registration.test_door import check_in, code_of, figures

BASE, DESK = "/registration/v1/wilhelmshaven", "/registration/wilhelmshaven/desk"
FIRST = (datetime.now(UTC) + timedelta(days=6)).replace(hour=16, minute=0, second=0, microsecond=0)


def evening(number: int, **more: Any) -> dict[str, Any]:
    starts = FIRST + number * timedelta(days=7)
    times = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=2)).isoformat()}
    return {"id": f"e{number}", **times, **more}


def times(meetings: list[dict[str, Any]]) -> dict[str, Any]:
    return {"starts_at": meetings[0]["starts_at"], "ends_at": meetings[-1]["ends_at"], "meetings": meetings}


COURSE = [evening(0), evening(1, place="Bürgerhaus"), evening(2)]


async def course(people: People, **more: Any) -> str:
    place = {"mode": "onsite", "join_url": None, "place": "Rathaus"}
    return await people.gathering(**{**times(COURSE), **place, **more})


async def change(people: People, id: str, meetings: list[dict[str, Any]]) -> httpx.Response:
    return await people.coordinator.patch(f"{BASE}/gatherings/{id}", json={"meetings": meetings})


def wrong(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [one["pointer"] for one in answer.json()["errors"]]


async def entries(people: People, id: str) -> dict[str, tuple[str, str]]:
    answer = await people.public.get(f"{BASE}/gatherings/{id}.ics")
    found = Calendar.from_ical(answer.content).walk("VEVENT")
    return {str(one["UID"]).removeprefix(id): (str(one["STATUS"]), str(one["LOCATION"])) for one in found}


async def test_one_evening_is_called_off_and_the_others_take_place(people: People) -> None:
    id = await course(people)
    assert await entries(people, id) == {
        "-e0@weltoffene-kommune": ("CONFIRMED", "Rathaus"),
        "-e1@weltoffene-kommune": ("CONFIRMED", "Bürgerhaus"),
        "-e2@weltoffene-kommune": ("CONFIRMED", "Rathaus"),
    }
    assert (await people.register(id)).json()["status"] == "confirmed"
    fewer = [COURSE[0], COURSE[1], {**COURSE[2], "cancelled": True}]
    preview = await people.coordinator.post(f"{BASE}/gatherings/{id}/preview", json={"meetings": fewer})
    assert preview.json()["changed"] == ["ends_at", "meetings"]
    assert preview.json()["informed"] == 1
    changed = await change(people, id, fewer)
    assert changed.status_code == 200, changed.text
    assert datetime.fromisoformat(changed.json()["ends_at"]) == datetime.fromisoformat(COURSE[1]["ends_at"])
    assert (await entries(people, id))["-e2@weltoffene-kommune"][0] == "CANCELLED"
    feed = await people.public.get(f"{BASE}/gatherings.ics")
    assert feed.text.replace("\r\n ", "").count(f"UID:{id}-e") == 3


@pytest.mark.parametrize(
    ("meetings", "places"),
    [
        ([evening(0)], ["/meetings", "/meetings"]),
        ([COURSE[0], {**COURSE[1], "id": "e0"}, COURSE[2]], ["/meetings/1/id", "/meetings"]),
        ([*COURSE[:2], {**COURSE[2], "starts_at": COURSE[1]["starts_at"]}], ["/meetings/2/starts_at"]),
        (COURSE[:2], ["/meetings"]),
        ([], ["/meetings"]),
        ([{**one, "cancelled": True} for one in COURSE], ["/meetings"]),
        ([*COURSE[:2], {**COURSE[2], "ends_at": COURSE[2]["starts_at"]}], ["/meetings/2/ends_at"]),
        ([*COURSE, {**evening(3), "place": "a\nb"}], ["/meetings/3/place"]),
        ([{**evening(number), "id": str(number)} for number in range(61)], ["/meetings"]),
        ([{**COURSE[0], "starts_at": "2020-01-07T16:00:00Z"}, *COURSE[1:]], ["/starts_at", "/meetings/0/starts_at"]),
        ([*COURSE[:2], {**COURSE[2], "ends_at": "9999-12-31T23:59:59Z"}], ["/meetings/2/ends_at"]),
        ([*COURSE[:2], {**COURSE[2], "ends_at": "2026-02-30T18:00:00Z"}], ["/meetings/2/ends_at"]),
    ],
    ids=[
        "one",
        "same-id",
        "overlaps",
        "taken-out",
        "none",
        "all-off",
        "no-length",
        "two-lines",
        "too-many",
        "past",
        "year-9999",
        "no-such-day",
    ],
)
async def test_mistakes_are_named_at_their_place(
    people: People, meetings: list[dict[str, Any]], places: list[str]
) -> None:
    assert wrong(await change(people, await course(people), meetings)) == places


async def test_a_rule_that_meets_the_hour_the_clocks_skip_says_so_at_its_field(people: People) -> None:
    """On Sunday, 28 March 2027, there is no 02:30 in Germany."""
    start = datetime(2027, 3, 14, 1, 30, tzinfo=UTC)
    body = {
        "title": {"de": "Nachtwache"},
        "description": {"de": "Wir wachen."},
        "kind": "dialogue",
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(hours=2)).isoformat(),
        "mode": "onsite",
        "place": "Rathaus",
        "capacity": 10,
    }
    id = (await people.coordinator.post(f"{BASE}/gatherings", json=body)).json()["id"]
    page = f"{DESK}/{id}/meetings"
    for entered in ({"count": "4"}, {"count": "", "until_day": "2027-04-04"}):
        refused = await send(people.coordinator, page, {"act": "repeat", **entered}, page)
        assert refused.status_code == 422
        assert "28.03.2027" in refused.text


async def test_a_published_gathering_of_one_meeting_stays_one(people: People) -> None:
    id = await people.gathering()
    assert wrong(await change(people, id, COURSE)) == ["/meetings"]


async def test_a_copy_has_the_same_evenings_at_another_time(people: People) -> None:
    id = await course(people)
    later = (FIRST + timedelta(days=364)).isoformat()
    made = await people.coordinator.post(f"{BASE}/gatherings/{id}/copy", json={"starts_at": later})
    assert made.status_code == 201, made.text
    assert [one["id"] for one in made.json()["meetings"]] == ["e0", "e1", "e2"]
    assert datetime.fromisoformat(made.json()["starts_at"]) == FIRST + timedelta(days=364)


async def test_the_door_counts_each_evening_and_everybody_once(people: People) -> None:
    id = await course(people)
    who = (await people.register(id, party=["Iryna"])).json()["id"]
    code = await code_of(people, who)
    first = (await check_in(people, id, code=code)).json()
    assert (first["meeting"], first["people_here"], first["again"]) == ("e0", 2, False)
    second = (await check_in(people, id, registration_id=who, people=1, meeting="e1")).json()
    assert (second["meeting"], second["people_here"], second["again"]) == ("e1", 1, False)
    shown = (await people.intake.get(f"{BASE}/registrations/{who}")).json()
    assert (shown["people_here"], shown["came_to"]) == (2, {"e0": 2, "e1": 1})
    assert ((await figures(people, id))["meeting"], (await figures(people, id))["people"]) == ("e0", 2)
    of_second = (await people.intake.get(f"{BASE}/gatherings/{id}/arrivals?meeting=e1")).json()
    assert (of_second["people"], of_second["missing"]) == (1, 1)
    assert (await people.intake.get(f"{BASE}/gatherings/{id}/arrivals?meeting=none")).status_code == 404
    assert wrong(await check_in(people, id, registration_id=who, meeting="none")) == ["/meeting"]
    taken_back = (await check_in(people, id, registration_id=who, people=0, meeting="e1")).json()
    assert (taken_back["status"], taken_back["people_here"]) == ("arrived", 0)
    kept = (await people.intake.get(f"{BASE}/gatherings/{id}/door-list")).json()
    assert (kept["meeting"], [one["here"] for one in kept["items"]]) == ("e0", [2])


async def test_who_was_at_an_evening_gives_up_the_rest_and_stays_counted(people: People) -> None:
    id = await course(people, capacity=2, party_max=2)
    registered = (await people.register(id, party=["Iryna"])).json()
    who, mine = registered["id"], urlsplit(registered["manage_url"]).path
    people.move_to(FIRST)
    assert (await check_in(people, id, registration_id=who, people=1)).json()["meeting"] == "e0"
    before = await open_page(people.public, mine)
    assert "an allen Terminen ab, die noch kommen" in before
    assert "Etwas ändern" not in before
    assert (await send(people.public, mine, {}, f"{mine}/cancellation")).status_code == 422
    gone = await send(people.public, mine, {"sure": "yes"}, f"{mine}/cancellation")
    assert gone.status_code == 303, gone.text
    assert "Sie sind nicht mehr angemeldet." in await open_page(people.public, mine)
    assert (await check_in(people, id, registration_id=who)).status_code == 409
    of_first = (await people.intake.get(f"{BASE}/gatherings/{id}/arrivals?meeting=e0")).json()
    assert (of_first["groups"], of_first["people"], of_first["expected"], of_first["missing"]) == (1, 1, 0, 0)
    people.move_to(FIRST + timedelta(days=7))
    body = {"people": 2, "language": "fa", "consent": {"text_version": "1"}}
    came = await people.intake.post(f"{BASE}/gatherings/{id}/walk-ins", json=body)
    assert came.status_code == 201, came.text
    people.move_to(FIRST + timedelta(days=15))
    closed = (await people.intake.post(f"{BASE}/gatherings/{id}/attendance")).json()
    assert (closed["groups"], closed["people"], closed["missed_people"]) == (2, 3, 0)


async def test_staff_plan_a_course_by_a_rule_and_change_one_date(people: People) -> None:
    body = {
        "title": {"de": "Gesprächskreis"},
        "description": {"de": "Acht Abende."},
        "kind": "dialogue",
        "starts_at": evening(0)["starts_at"],
        "ends_at": evening(0)["ends_at"],
        "mode": "onsite",
        "place": "Rathaus",
        "capacity": 10,
    }
    id = (await people.coordinator.post(f"{BASE}/gatherings", json=body)).json()["id"]
    page = f"{DESK}/{id}/meetings"
    nothing = await send(people.coordinator, page, {"act": "repeat", "count": "", "until_day": ""}, page)
    assert nothing.status_code == 422
    assert "wie viele Termine es sind" in nothing.text
    made = await send(people.coordinator, page, {"act": "repeat", "count": "4"}, page)
    assert made.status_code == 303, made.text
    shown = (await people.coordinator.get(page, headers=BROWSER)).text
    assert shown.count('<section class="card" aria-labelledby="meeting-') == 5
    overlap = await send(people.coordinator, page, {"day.2": FIRST.date().isoformat()}, page)
    assert overlap.status_code == 422
    assert "bevor der darüber zu Ende ist" in overlap.text
    assert (await send(people.coordinator, page, {"act": "out 4"}, page)).status_code == 303
    await people.coordinator.post(f"{BASE}/gatherings/{id}/publication")
    review = await send(people.coordinator, page, {"cancelled.2": "yes"}, page)
    assert review.status_code == 200
    assert "Was das ändert" in review.text
    sure = await send(people.coordinator, page, {"cancelled.2": "yes", "sure": "yes"}, page)
    assert sure.status_code == 303, sure.text
    public = await open_page(people.public, f"/registration/wilhelmshaven/gatherings/{id}")
    assert public.count("<s>") == 1
    assert "an allen diesen Terminen einen Platz" in public
    assert "Alle Termine" in await open_page(people.public, "/registration/wilhelmshaven/")
    for rest in (
        "plan",
        "plan/edit",
        "door",
        "door/offline",
        "door?meeting=3",
        "list",
        "print/attendance",
        "print/needs",
    ):
        answer = await people.coordinator.get(f"{DESK}/{id}/{rest}", headers=BROWSER)
        assert answer.status_code in (200, 404), f"{rest}: {answer.text}"
