"""Somebody signs up on the web with a telephone number alone: they are called, and their seat is theirs as soon as they were reached."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.service.registration.calls import PHONE, called, calls_due, press_outcome
from tests.service.registration.towns import API, Town, publish_gathering


async def _sign_up(town: Town, gathering: str, **more: Any) -> Any:
    body = {
        "name": "Reza",
        "contact": PHONE,
        "language": "fa",
        "channel": "web",
        "consent": {"text_version": "1"},
    } | more
    path = town.everything.url(f"{API}/gatherings/{gathering}/registrations")
    answer = await town.everything.client().post(path, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def _caller(name: str) -> dict[str, Any]:
    """Somebody with a telephone of their own: calls to one number are folded into one."""
    return {"name": name, "contact": {"phone": f"04421 5550{ord(name[0])}"}}


async def _page(town: Town, address: str) -> httpx.Response:
    path = town.everything.url("/" + address.split("/", 3)[3])
    return await town.everything.client().get(path, headers={"Accept": "text/html"})


async def test_a_clerk_reaches_them_and_the_seat_is_theirs(town: Town) -> None:
    gathering = await publish_gathering(town, capacity=2)
    made = await _sign_up(town, gathering)
    assert (made["status"], "manage_url" in made) == ("unconfirmed", True)
    await town.settle()
    [call] = await calls_due(town)
    assert (call["kind"], call["phone"]) == ("confirm-by-call", PHONE["phone"])
    assert datetime.fromisoformat(call["until"]) == datetime.fromisoformat(made["confirm_by"])
    assert "Erst dann ist Ihr Platz sicher" in " ".join(call["say"]["de"])
    await called(town, call, "not_reached")
    [call] = await calls_due(town)
    await called(town, call, "reached")
    assert (await town.call("GET", f"/registrations/{made['id']}"))["status"] == "confirmed"
    assert await calls_due(town) == []  # it was said in that call
    assert 'class="notice done"' in (await _page(town, made["manage_url"])).text


async def test_a_number_at_which_nobody_knows_of_it_frees_the_seat(town: Town) -> None:
    gathering = await publish_gathering(town, capacity=1, party_max=1)
    made = await _sign_up(town, gathering)
    other = await _sign_up(town, gathering, name="Olena", contact={"email": "olena@example.org"}, language="uk")
    await town.settle()
    [call] = await calls_due(town)
    await called(town, call, "wrong_number")
    assert (await town.call("GET", f"/registrations/{made['id']}"))["status"] == "cancelled"
    assert (await town.call("GET", f"/registrations/{other['id']}"))["status"] == "unconfirmed"
    assert await calls_due(town) == []  # nobody calls a stranger again
    seats = (await town.call("GET", f"/gatherings/{gathering}"))["seats"]
    assert seats["taken"] == 1


async def test_whose_request_to_confirm_went_out_late_has_the_whole_time(town: Town) -> None:
    gathering = await publish_gathering(town)
    made = await _sign_up(town, gathering, contact={"email": "olena@example.org"})
    for collection in ("registrations", "gatherings"):
        await town.everything.spread(collection)
    notifications, registration = (town.everything.services[name] for name in ("notifications", "registration"))
    owed_for_long = {"$set": {"at": datetime.now(UTC) - timedelta(minutes=20)}}
    await notifications.context.database["intents"].update_many({"contact": made["id"]}, owed_for_long)
    await town.settle()
    await town.everything.spread("intents", "notifications")
    job = next(one for one in registration.definition.jobs if one.name == "late-messages")
    [late] = await job.documents.find({}).to_list(None)
    for _ in range(2):  # twice, as a job that was interrupted does it
        await job.handle(late)
    assert await job.documents.count_documents({}) == 0
    shown = await town.call("GET", f"/registrations/{made['id']}")
    assert datetime.fromisoformat(shown["confirm_by"]) == late["until"] + timedelta(minutes=60)
    assert shown["confirm_by"] > made["confirm_by"]
    await town.everything.spread("gatherings")
    group = await notifications.context.database["participants"].find_one({"_id": made["id"]})
    assert group is not None
    assert group["until"] == late["until"] + timedelta(minutes=60)
    page = town.everything.url(f"/registration/wilhelmshaven/desk/{gathering}/audit")
    trail = await town.coordinator.get(page, headers={"Accept": "text/html"})
    assert "Wird spät gebeten" in trail.text


async def test_the_link_in_a_text_message_proves_the_number(town: Town) -> None:
    gathering = await publish_gathering(town)
    made = await _sign_up(town, gathering)
    await town.settle()
    contact = await town.everything.services["notifications"].context.database["contacts"].find_one({"_id": made["id"]})
    assert contact is not None
    proof = f"{made['manage_url']}/reached/{contact['codes']['reached']}"
    shown = await _page(town, proof)
    token = re.findall(r'name="form_token" value="([^"]+)"', shown.text)[0]
    assert (await town.call("GET", f"/registrations/{made['id']}"))[
        "status"
    ] == "unconfirmed"  # looking changes nothing
    browser = town.everything.client()
    browser.cookies.update({"wk_visitor": shown.cookies["wk_visitor"]})
    sent = await browser.post(town.everything.url("/" + proof.split("/", 3)[3]), data={"form_token": token})
    assert sent.status_code == 303, sent.text
    assert (await town.call("GET", f"/registrations/{made['id']}"))["status"] == "confirmed"
    await town.settle()
    assert await calls_due(town) == []


@pytest.mark.parametrize("channel", ["phone", "web"])
async def test_what_staff_enter_is_confirmed_at_once(town: Town, channel: str) -> None:
    gathering = await publish_gathering(town)
    body = {"name": "Reza", "contact": PHONE, "language": "fa", "channel": channel, "consent": {"text_version": "1"}}
    assert (await town.call("POST", f"/gatherings/{gathering}/registrations", body))["status"] == "confirmed"
    await town.settle()
    # Who is on the telephone is told in that call; only later news is called.
    assert [call["kind"] for call in await calls_due(town)] == ([] if channel == "phone" else ["registered"])


async def test_who_waits_is_told_so_and_who_has_to_answer_is_called_first(town: Town) -> None:
    gathering = await publish_gathering(town, capacity=1, party_max=1)
    staff = {
        "name": "Karl",
        "contact": {"phone": "04421 1"},
        "language": "de",
        "channel": "web",
        "consent": {"text_version": "1"},
    }
    await town.call("POST", f"/gatherings/{gathering}/registrations", staff)
    made = await _sign_up(town, gathering, language="de")
    assert (made["status"], made["position"]) == ("unconfirmed", 1)
    page = (await _page(town, made["manage_url"])).text
    assert "auf der Warteliste" in page
    assert "Dann ist Ihr Platz sicher" not in page
    await town.settle()
    assert [call["kind"] for call in await calls_due(town)] == ["confirm-by-call", "registered"]


async def test_who_is_asked_once_more_on_the_telephone_keeps_the_seat_by_saying_yes(town: Town) -> None:
    """So does who is offered one: what came of the call is their answer, nobody has to enter it again."""
    start = datetime.now(UTC) + timedelta(hours=30)
    times = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=2)).isoformat()}
    gathering = await publish_gathering(town, capacity=2, party_max=1, **times)
    staff = {"language": "de", "channel": "web", "consent": {"text_version": "1"}}
    path = f"/gatherings/{gathering}/registrations"
    first, second, third = [
        (await town.call("POST", path, staff | _caller(name)))["id"] for name in ("Anna", "Bert", "Cem")
    ]
    asking = {"reconfirm": {"hours_before": 48, "hours_to_answer": 5}}
    preview = await town.call("POST", f"/gatherings/{gathering}/preview", asking)
    assert preview["asked"] == 2
    await town.call("PATCH", f"/gatherings/{gathering}", asking)
    assert "reconfirm_by" in await town.call("GET", f"/registrations/{first}")  # looking at it does what is due
    await town.settle()
    calls = {call["name"]: call for call in await calls_due(town) if call["kind"] == "reconfirm"}
    assert calls.keys() == {"Anna", "Bert"}
    await called(town, calls["Anna"], "reached")  # told, and wants to think about it
    assert "reconfirm_by" in await town.call("GET", f"/registrations/{first}")
    await called(town, calls["Bert"], "comes")
    kept = await town.call("GET", f"/registrations/{second}")
    assert (kept["status"], "reconfirm_by" in kept) == ("confirmed", False)

    await town.call("POST", f"/registrations/{first}/cancellation")
    await town.settle()
    [offer] = [call for call in await calls_due(town) if call["kind"] == "offered"]
    assert offer["registration"] == third
    await called(town, offer, "wrong_number")  # says nothing about Cem: the offer runs on
    assert (await town.call("GET", f"/registrations/{third}"))["status"] == "offered"


async def test_who_is_offered_a_seat_on_the_telephone_takes_it_in_that_call(town: Town) -> None:
    gathering = await publish_gathering(town, capacity=1, party_max=1)
    staff = {"language": "de", "channel": "web", "consent": {"text_version": "1"}}
    path = f"/gatherings/{gathering}/registrations"
    first, second = [(await town.call("POST", path, staff | _caller(name)))["id"] for name in ("Anna", "Bert")]
    await town.call("POST", f"/registrations/{first}/cancellation")
    await town.settle()
    [offer] = [call for call in await calls_due(town) if call["kind"] == "offered"]
    await called(town, offer, "comes")
    assert (await town.call("GET", f"/registrations/{second}"))["status"] == "confirmed"


async def test_who_says_no_on_the_telephone_is_cancelled_in_that_call_and_asked_nothing_twice(town: Town) -> None:
    """Whatever the call was about; the next in line is offered the seats."""
    gathering = await publish_gathering(town, capacity=2, party_max=2)
    staff = {"language": "de", "channel": "web", "consent": {"text_version": "1"}}
    path = f"/gatherings/{gathering}/registrations"
    bodies = (
        staff | _caller("Anna") | {"party": ["Ali"]},
        staff | _caller("Bert") | {"party": [""]},
        staff | _caller("Cem") | {"party": [""]},
    )
    first, second, third = [(await town.call("POST", path, body))["id"] for body in bodies]
    await town.settle()
    calls = {call["name"]: call for call in await calls_due(town)}
    assert all(call["may_cancel"] for call in calls.values())
    await called(town, calls["Anna"], "cancels")
    assert (await town.call("GET", f"/registrations/{first}"))["status"] == "cancelled"
    assert (await town.call("GET", f"/registrations/{second}"))["status"] == "offered"
    assert first not in {call["registration"] for call in await calls_due(town)}  # they said it themselves
    again = await press_outcome(town, calls["Anna"], "cancels")
    assert (again.status_code, again.json()["type"].rpartition(":")[2]) == (409, "not-to-call")

    [offer] = [call for call in await calls_due(town) if call["kind"] == "offered"]
    await called(town, offer, "cancels")
    assert (await town.call("GET", f"/registrations/{second}"))["status"] == "cancelled"
    assert (await town.call("GET", f"/registrations/{third}"))["status"] == "offered"


async def test_a_no_after_people_cancelled_themselves_changes_nothing_and_says_so(town: Town) -> None:
    gathering = await publish_gathering(town)
    staff = {"name": "Anna", "contact": PHONE, "language": "de", "channel": "web", "consent": {"text_version": "1"}}
    made = await town.call("POST", f"/gatherings/{gathering}/registrations", staff)
    await town.settle()
    [call] = await calls_due(town)
    await town.call("POST", f"/registrations/{made['id']}/cancellation")
    await town.settle()
    late = await press_outcome(town, call, "cancels")
    assert (late.status_code, late.json()["type"].rpartition(":")[2]) == (409, "nothing-to-cancel")
    [told] = await calls_due(town)
    assert (told["kind"], told["may_cancel"]) == ("cancelled", False)


async def test_a_no_to_the_call_that_confirms_frees_the_seat(town: Town) -> None:
    gathering = await publish_gathering(town, capacity=1, party_max=1)
    made = await _sign_up(town, gathering)
    await town.settle()
    [call] = await calls_due(town)
    await called(town, call, "cancels")
    assert (await town.call("GET", f"/registrations/{made['id']}"))["status"] == "cancelled"
    assert await calls_due(town) == []
