"""Invitations: a code for each who passes them on, what it opens, counts by way, and nothing of it left with anybody."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from datetime import UTC, datetime, timedelta

from services.registration.domain.invitations import EXPIRED, NEEDED, QUOTA_BY_INVITATION, UNKNOWN, USED_UP, WITHDRAWN
from tests.service.registration.conftest import People
from tests.service.registration.invitations import (
    BASE,
    COURSE,
    QUOTA,
    WEB,
    WOMEN,
    code_of,
    invitations_of,
    set_invitations,
    sign_up_on_the_web,
    stored_gathering,
)
from tests.service.registration.kept_seats import mistakes
from tests.service.registration.pages import open_page
from tests.service.registration.signing_up import public_page


async def test_a_code_used_by_many_at_once_is_given_exactly_as_often_as_it_may_be(people: People) -> None:
    """Forty people at the same moment with a code for ten; each repeats the request, as a telephone with a bad connection does."""
    id = await people.gathering(capacity=35, invitations=[{**COURSE, "uses": 10}])
    code = await code_of(people, id)

    async def sign_up(number: int) -> tuple[int, int]:
        answers = [await sign_up_on_the_web(people, id, number, key=f"person-{number}", code=code) for _ in range(2)]
        return answers[0].status_code, answers[1].status_code

    found = Counter(await asyncio.gather(*(sign_up(number) for number in range(40))))
    assert found == {(201, 201): 10, (422, 422): 30}
    stored = await stored_gathering(people, id)
    assert len(stored["claims"]) == 10
    assert {stored["support_ids"][claim["i"]] for claim in stored["claims"].values()} == {"sprachkurs"}
    assert await people.service.context.database["registrations"].count_documents({}) == 10
    assert mistakes(await sign_up_on_the_web(people, id, 99, code=code)) == {"/code": USED_UP}
    assert (await sign_up_on_the_web(people, id, 99)).status_code == 201, "without the code there are seats"
    one = (await invitations_of(people, id))["sprachkurs"]
    assert (one["standing"], one["left"], one["registered"]) == ("used-up", 0, {"groups": 10, "people": 10})


async def test_whoever_gives_up_makes_room_and_a_group_fits_whole_or_not_at_all(people: People) -> None:
    id = await people.gathering(capacity=35, invitations=[{**COURSE, "uses": 3}])
    code = await code_of(people, id)
    first = await people.register(id, code=code, party=["Iryna"])
    assert first.status_code == 201, first.text
    said = mistakes(await people.register(id, code=code, party=["Anna"]))
    assert "1" in said["/code"]
    grows = await people.intake.patch(f"{BASE}/registrations/{first.json()['id']}", json={"party": ["a", "b", "c"]})
    assert list(mistakes(grows)) == ["/party"]
    assert (await people.register(id, code=code)).status_code == 201
    assert mistakes(await people.register(id, code=code)) == {"/code": USED_UP}
    await people.intake.post(f"{BASE}/registrations/{first.json()['id']}/cancellation")
    assert (await people.register(id, code=code, party=["Anna"])).status_code == 201


async def test_codes_are_read_as_people_write_them(people: People) -> None:
    id = await people.gathering(invitations=[COURSE, WOMEN])
    found = await invitations_of(people, id)
    code, url = found["sprachkurs"]["code"], found["sprachkurs"]["url"]
    assert not set(code) & set("01OIYZ")
    assert url.endswith(f"/gatherings/{id}?code={code}")
    persian = code.translate({ord("0") + digit: 0x6F0 + digit for digit in range(10)})
    for entry in (code.lower(), f" {code[:4]} - {code[4:]} ", url, persian):
        assert (await people.register(id, code=entry)).status_code == 201, entry
    other = await people.gathering(invitations=[COURSE])
    assert await code_of(people, other) != code
    for entry in ("AAAAAAAA", "1", await code_of(people, other), "💥", f"{code}X"):
        assert mistakes(await people.register(id, code=entry)) == {"/code": UNKNOWN}, entry
    assert (await people.register(id, code="")).status_code == 201


async def test_what_ended_is_said_as_what_it_is(people: People) -> None:
    soon = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    id = await people.gathering(invitations=[{**COURSE, "until": soon}, WOMEN])
    course, women = await code_of(people, id), await code_of(people, id, "frauen")
    assert (
        await set_invitations(people, id, {**COURSE, "until": soon}, {**WOMEN, "withdrawn": True})
    ).status_code == 200
    assert mistakes(await people.register(id, code=women)) == {"/code": WITHDRAWN}
    people.move(timedelta(hours=3))
    assert mistakes(await people.register(id, code=course)) == {"/code": EXPIRED}
    assert {one["standing"] for one in (await invitations_of(people, id)).values()} == {"expired", "withdrawn"}


async def test_wrong_invitations_are_refused_at_their_fields(people: People) -> None:
    id = await people.gathering(invitations=[COURSE])
    after = (datetime.now(UTC) + timedelta(days=9)).isoformat()
    wrong = mistakes(
        await set_invitations(
            people,
            id,
            COURSE,
            {**COURSE, "id": "x", "quota": "nobody", "until": after},
            {"id": "sprachkurs", "name": "Moschee"},
        )
    )
    assert list(wrong) == ["/invitations/1/name", "/invitations/1/quota", "/invitations/1/until", "/invitations/2/id"]
    for bad in ({**WOMEN, "uses": 0}, {**WOMEN, "uses": 10_001}, {**WOMEN, "name": ""}, {**WOMEN, "id": "a" * 51}):
        assert (await set_invitations(people, id, COURSE, bad)).status_code == 422, bad
    many = [{"id": f"i{number}", "name": f"Weg {number}"} for number in range(41)]
    assert (await set_invitations(people, id, *many)).status_code == 422
    assert list(mistakes(await set_invitations(people, id))) == ["/invitations"], (
        "its code is out: it is withdrawn, not forgotten"
    )


async def test_a_gathering_for_the_invited_is_listed_nowhere_and_takes_a_code(people: People) -> None:
    id = await people.gathering(open_to="invited", invitations=[COURSE])
    code = await code_of(people, id)
    for page in (f"{BASE}/gatherings", f"{BASE}/gatherings.ics", "/registration/wilhelmshaven/"):
        assert id not in (await people.public.get(page)).text, page
        assert id not in (await people.stranger.get(page)).text, page
    assert id in (await people.intake.get(f"{BASE}/gatherings")).text
    assert mistakes(await sign_up_on_the_web(people, id)) == {"/code": NEEDED}
    assert (await sign_up_on_the_web(people, id, code=code)).status_code == 201
    assert (await people.register(id)).status_code == 201, "the desk registers whom it likes"
    outbox = (await stored_gathering(people, id))["outbox"]
    assert "invited" not in json.dumps(outbox, default=str)


async def test_seats_kept_for_the_invited_are_given_with_the_code_alone(people: People) -> None:
    women = {**WOMEN, "quota": "frauenplatz"}
    id = await people.gathering(capacity=3, party_max=2, quotas=[QUOTA], invitations=[COURSE, women])
    code = await code_of(people, id, "frauen")
    refused = mistakes(await sign_up_on_the_web(people, id, quota="frauenplatz"))
    assert refused == {"/quota": QUOTA_BY_INVITATION}
    assert list(
        mistakes(await sign_up_on_the_web(people, id, quota="frauenplatz", code=await code_of(people, id)))
    ) == ["/quota"]
    assert (await people.register(id)).json()["status"] == "confirmed"
    assert (await people.register(id)).json()["status"] == "waiting"
    assert (await people.register(id, code=code)).json()["status"] == "confirmed"
    assert (await people.register(id, quota="frauenplatz")).json()["status"] == "confirmed", "by the desk"
    assert (await people.register(id, code=code)).json()["status"] == "waiting"
    taken_out = await people.coordinator.patch(f"{BASE}/gatherings/{id}", json={"quotas": []})
    assert taken_out.status_code == 200, taken_out.text
    assert (await people.register(id, code=code)).status_code == 201, "it opens nothing more, and is valid"


async def test_nobody_sees_who_came_by_which_way_and_after_the_end_only_counts_are_left(people: People) -> None:
    id = await people.gathering(invitations=[COURSE, WOMEN])
    course, women = await code_of(people, id), await code_of(people, id, "frauen")
    ids = [(await people.register(id, code=course)).json()["id"] for _ in range(6)]
    await people.register(id, code=women)
    for page in (f"{BASE}/registrations/{ids[0]}", f"{BASE}/gatherings/{id}/registrations", f"{BASE}/gatherings/{id}"):
        for client in (people.intake, people.coordinator):
            text = (await client.get(page)).text
            assert "sprachkurs" not in text.lower(), page
            assert course not in text, page
    whole = (await people.coordinator.get(f"{BASE}/export")).json()["collections"]
    assert not any("i" in claim for claim in whole["gatherings"][0]["claims"].values())
    assert not any("invitation" in registration for registration in whole["registrations"])
    for number in range(5):
        await people.intake.post(f"{BASE}/registrations/{ids[number]}/arrival")
    found = await invitations_of(people, id)
    shown = ("registered", "seated", "waiting", "arrived")
    six, five, none = ({"groups": number, "people": number} for number in (6, 5, 0))
    assert [found["sprachkurs"][name] for name in shown] == [six, six, none, five]
    assert [found["frauen"][name] for name in shown] == [None] * 4
    people.move(timedelta(days=6, hours=5))
    await people.work("lapse", {"_id": id})
    stored = await stored_gathering(people, id)
    assert not any("i" in claim for claim in stored["claims"].values())
    assert "came_by" in stored
    again = await invitations_of(people, id)
    assert [again["sprachkurs"][name] for name in shown] == [six, six, none, five]
    assert [again["frauen"][name] for name in shown] == [None] * 4
    assert "sprachkurs" not in json.dumps(stored["outbox"], default=str).lower()


async def test_only_the_registered_person_sees_by_which_invitation_they_came(people: People) -> None:
    id = await people.gathering(invitations=[COURSE])
    body = {"contact": {"phone": "04421 1"}, "code": await code_of(people, id), **WEB}
    made = (await people.register(id, people.public, **body)).json()
    link = {"Authorization": f"Link {made['manage_url'].rpartition('/')[2]}"}
    own = await people.public.get(f"{BASE}/registrations/{made['id']}", headers=link)
    assert own.json()["invitation"] == "Sprachkurs VHS"
    data = await open_page(people.public, f"/registration/{made['manage_url'].partition('/registration/')[2]}/data")
    assert "Sprachkurs VHS" in data
    assert "invitation" not in (await people.intake.get(f"{BASE}/registrations/{made['id']}")).json()


async def test_a_registration_whose_process_died_keeps_its_invitation(people: People) -> None:
    id = await people.gathering(invitations=[COURSE])
    one = (await people.register(id, code=await code_of(people, id))).json()["id"]
    database = people.service.context.database
    await people.released(one)
    await database["gatherings"].update_one({"_id": id}, {"$unset": {f"claims.{one}": ""}, "$inc": {"version": 1}})
    await people.register(id)  # whoever writes next sees that the claim is missing
    due = {"due_at": datetime.now(UTC), "invitation": "sprachkurs", "pending": False}
    await database["registrations"].update_one({"_id": one}, {"$set": due})
    await people.work("reconcile", {"_id": one})
    stored = await stored_gathering(people, id)
    assert stored["support_ids"][stored["claims"][one]["i"]] == "sprachkurs"


async def test_copies_and_series_take_the_names_with_codes_of_their_own(people: People) -> None:
    until = (datetime.now(UTC) + timedelta(days=5)).isoformat()
    id = await people.gathering(invitations=[{**COURSE, "uses": 4, "until": until}, {**WOMEN, "withdrawn": True}])
    start = (datetime.now(UTC) + timedelta(days=20)).isoformat()
    made = await people.coordinator.post(f"{BASE}/gatherings/{id}/copy", json={"starts_at": start})
    assert made.status_code == 201, made.text
    series = {"frequency": "weekly", "interval": 1, "count": 2}
    repeated = await people.coordinator.post(f"{BASE}/gatherings/{id}/series", json=series)
    assert repeated.status_code == 201, repeated.text
    ids = [id, made.json()["id"], repeated.json()["items"][0]["id"]]
    found = [await invitations_of(people, one) for one in ids]
    assert [sorted(one) for one in found] == [["frauen", "sprachkurs"], ["sprachkurs"], ["sprachkurs"]]
    assert len({one["sprachkurs"]["code"] for one in found}) == 3
    copied = found[1]["sprachkurs"]
    assert (copied["uses"], copied["name"]) == (4, "Sprachkurs VHS")
    assert copied["until"] > until


async def test_gatherings_without_invitations_are_stored_as_they_were(people: People) -> None:
    id = await people.gathering()
    made = await people.register(id)
    stored = await stored_gathering(people, id)
    assert "came_by" not in stored
    assert "i" not in stored["claims"][made.json()["id"]]
    assert 'name="code"' not in await open_page(people.public, public_page(id))
