"""Staff correct later for which kept seats a group counts and by which invitation it came: nobody gets past the line, and nobody is told what
was there before."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import httpx

from contracts.catalogue import EVENTS
from services.registration.domain.audit import Finding, check, data_of, type_of
from services.registration.domain.audit_entries import Entry
from services.registration.domain.group_changes import KEPT_NO_MORE, NO_FREE_SEATS
from services.registration.domain.invitations import UNKNOWN, USED_UP
from tests.service.registration.conftest import People
from tests.service.registration.invitations import COURSE, QUOTA, code_of, stored_gathering
from tests.service.registration.kept_seats import DISTRICT, WOMEN, mistakes, set_quotas, statuses_of
from tests.service.registration.pages import BROWSER, open_page, send

BASE = "/registration/v1/wilhelmshaven"


async def _reassign(people: People, made: httpx.Response, key: str = "", **body: Any) -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    path = f"{BASE}/registrations/{made.json()['id']}/reassignment"
    return await people.intake.post(path, json=body, headers=headers)


async def _trail(people: People, id: str) -> list[Finding]:
    """What does not follow from the rules in the gathering's trail so far."""
    entries = []
    for n, one in enumerate((await stored_gathering(people, id))["outbox"], start=1):
        event = EVENTS[one["y"]].model_validate_json(one["d"])
        entries.append(Entry(n, one["t"], type_of(event), data_of(event)))
    return check(entries).findings


async def test_who_counts_for_kept_seats_later_leaves_one_to_the_line_and_gets_none_of_it_back(people: People) -> None:
    id = await people.gathering(capacity=3, party_max=2, quotas=[{**WOMEN, "seats": 1}])
    first, second = await people.register(id), await people.register(id)
    waits = await people.register(id)
    assert await statuses_of(people, first, second, waits) == ["confirmed", "confirmed", "waiting"]
    done = await _reassign(people, first, "key", quota="frauenplatz")
    assert (done.status_code, done.json()) == (200, {"id": first.json()["id"], "status": "confirmed"})
    assert await statuses_of(people, first, second, waits) == ["confirmed", "confirmed", "offered"]
    assert (await _reassign(people, first, "key", quota="frauenplatz")).json() == done.json()

    assert mistakes(await _reassign(people, first, quota="")) == {"/quota": NO_FREE_SEATS}
    assert await statuses_of(people, first, second, waits) == ["confirmed", "confirmed", "offered"]
    await people.intake.post(f"{BASE}/registrations/{second.json()['id']}/cancellation")
    assert (await _reassign(people, first, quota="")).status_code == 200
    assert (await people.seats(id))["free"] == 0, "the free seat is kept again"
    woman = await people.register(id, quota="frauenplatz")
    assert woman.json()["status"] == "confirmed"
    assert await _trail(people, id) == []


async def test_who_waits_gets_a_kept_seat_when_staff_hear_that_it_is_theirs(people: People) -> None:
    id = await people.gathering(capacity=2, party_max=2, quotas=[{**WOMEN, "seats": 1}, {**DISTRICT, "seats": 1}])
    before, waits = await people.register(id), await people.register(id)
    assert await statuses_of(people, before, waits) == ["waiting", "waiting"]
    assert (await _reassign(people, waits, quota="stadtteil")).json()["status"] == "offered"
    assert await statuses_of(people, before) == ["waiting"]
    assert await _trail(people, id) == []


async def test_a_code_is_entered_and_taken_back_and_never_used_too_often(people: People) -> None:
    id = await people.gathering(quotas=[QUOTA], invitations=[{**COURSE, "uses": 3, "quota": "frauenplatz"}])
    code = await code_of(people, id)
    groups = [await people.register(id) for _ in range(8)]
    answers = await asyncio.gather(*(_reassign(people, one, code=code.lower()) for one in groups))
    assert Counter(one.status_code for one in answers) == {200: 3, 422: 5}
    assert {"/code": USED_UP} in [mistakes(one) for one in answers if one.status_code == 422]
    claims = (await stored_gathering(people, id))["claims"]
    assert sum("i" in claim and claim.get("q") == "frauenplatz" for claim in claims.values()) == 3
    has = next(one for one, answer in zip(groups, answers, strict=True) if answer.status_code == 200)
    lacks = next(one for one, answer in zip(groups, answers, strict=True) if answer.status_code == 422)
    assert (await _reassign(people, has, code=code)).status_code == 200, "they came by it already"
    assert (await _reassign(people, has, code="", quota="")).status_code == 200
    assert not {"i", "q"} & (await stored_gathering(people, id))["claims"][has.json()["id"]].keys()
    assert (await _reassign(people, lacks, code=code, quota="")).status_code == 200, (
        "what is chosen goes before what the code opens"
    )
    claim = (await stored_gathering(people, id))["claims"][lacks.json()["id"]]
    assert ("i" in claim, "q" in claim) == (True, False)


async def test_mistakes_are_named_at_their_field(people: People) -> None:
    id = await people.gathering(quotas=[WOMEN, DISTRICT])
    one = await people.register(id, quota="frauenplatz")
    assert mistakes(await _reassign(people, one, quota="unbekannt")) == {
        "/quota": "No seats are kept for this group. Please choose again."
    }
    assert mistakes(await _reassign(people, one, code="ABCD-EFGH")) == {"/code": UNKNOWN}
    assert mistakes(await _reassign(people, one)) == {"/quota": "Please choose the kept seats, or enter the code."}
    assert list(mistakes(await _reassign(people, one, quota=["stadtteil", "frauenplatz"]))) == ["/quota"]
    assert (await set_quotas(people, id, DISTRICT)).status_code == 200
    assert mistakes(await _reassign(people, one, quota="frauenplatz")) == {"/quota": KEPT_NO_MORE}
    path = f"{BASE}/registrations/{one.json()['id']}/reassignment"
    assert (await people.public.post(path, json={"quota": ""})).status_code == 401
    assert (await people.stranger.post(path, json={"quota": ""})).status_code in (403, 404)
    await people.intake.post(f"{BASE}/registrations/{one.json()['id']}/cancellation")
    assert (await _reassign(people, one, quota="stadtteil")).json()["type"].endswith("not-registered")
    other = await people.register(id)
    people.move(timedelta(days=7))
    assert (await _reassign(people, other, quota="")).json()["type"].endswith("over")


async def test_the_desk_enters_what_it_is_told_and_is_shown_nothing(people: People) -> None:
    id = await people.gathering(quotas=[WOMEN, DISTRICT], invitations=[COURSE])
    made = await people.register(id, quota="frauenplatz", code=await code_of(people, id))
    one = made.json()["id"]
    page = f"/registration/wilhelmshaven/desk/{id}/registrations/{one}"
    action = f"{page}/reassignment"
    shown = await open_page(people.intake, page)
    assert "Vorgesehene Plätze und Einladung" in shown
    assert " selected" not in shown.split(f'action="{action}"')[1].split("</form>")[0]
    nothing = await send(people.intake, page, {}, action)
    assert nothing.status_code == 422
    assert "Bitte wählen Sie die vorgesehenen Plätze oder geben Sie den Code ein." in nothing.text
    both = await send(people.intake, page, {"code": "ABCDEFGH", "no_code": "yes"}, action)
    assert 'id="error-code"' in both.text
    unknown = await send(people.intake, page, {"code": "ABCD EFGH"}, action)
    assert (unknown.status_code, 'id="error-code"' in unknown.text, "ABCD EFGH" in unknown.text) == (422, True, True)
    done = await send(people.intake, page, {"kept": "for:stadtteil", "no_code": "yes"}, action)
    assert done.status_code == 303, done.text
    claim = (await stored_gathering(people, id))["claims"][one]
    assert (claim["q"], "i" in claim) == ("stadtteil", False)
    done = await send(people.intake, page, {"kept": "for:"}, action)
    assert done.status_code == 303
    assert "q" not in (await stored_gathering(people, id))["claims"][one]
    plain = await people.gathering()
    theirs = (await people.register(plain)).json()["id"]
    answer = await people.intake.get(
        f"/registration/wilhelmshaven/desk/{plain}/registrations/{theirs}", headers=BROWSER
    )
    assert "/reassignment" not in answer.text


async def test_no_event_says_what_was_entered(people: People) -> None:
    id = await people.gathering(quotas=[WOMEN, DISTRICT], invitations=[COURSE])
    one = await people.register(id)
    await _reassign(people, one, quota="stadtteil", code=await code_of(people, id))
    await _reassign(people, one, quota="stadtteil")
    told = str((await stored_gathering(people, id))["outbox"])
    assert told.count("participant.reassigned") == 2, "also where nothing is different"
    assert "stadtteil" not in told
    assert "sprachkurs" not in told
