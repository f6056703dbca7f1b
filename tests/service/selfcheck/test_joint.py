"""A district and its members: asked, agreed, answered at home, put side by side."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from chassis.messaging.records import Record
from chassis.settings import Settings
from contracts.envelope import Envelope
from contracts.registration import MembershipChanged, Period
from tests.service.selfcheck.district import DISTRICT, MEMBERS, District, district_of, joint, membership
from tests.service.selfcheck.town import FORM

WELL = {"a1": 4, "a2": 4, "b1": 3, "b2": 3}
POOR = {"a1": 0, "a2": 1, "b1": 1, "b2": 1}
A, B, C = MEMBERS
SOON = (datetime.now(UTC) + timedelta(days=20)).replace(microsecond=0)


@pytest.fixture
async def district(settings: Settings) -> AsyncIterator[District]:
    async with district_of(settings) as made:
        yield made


def people(answers, number=5):
    return {"administration": [answers] * number, "civil_society": [answers] * number}


async def test_from_asking_to_the_joint_result(district: District) -> None:
    id = await district.opened(deadline=SOON.isoformat())
    first, second = await district.accepted(id, A), await district.accepted(id, B)
    assert (await district.call("POST", C, f"/{id}/refusal")).status_code == 200
    own = (await district.client(A).get(f"/selfcheck/v1/{A}/assessments/{first}")).json()
    assert (own["title"], own["joint"], datetime.fromisoformat(own["deadline"])) == ({"de": "Gemeinsam"}, id, SOON)

    await district.finished(A, first, people(WELL))
    seen = (await district.call("GET", DISTRICT, f"/{id}")).json()
    assert [(one["municipality"], one["stance"], one["finished"]) for one in seen["members"]] == [
        (A, "accepted", True),
        (B, "accepted", False),
        (C, "declined", False),
    ]
    early = await district.call("GET", DISTRICT, f"/{id}/result")
    assert early.status_code == 409, "nobody sees a neighbour's figures while others still answer"
    assert "score" not in str(seen)
    alone = await district.call("POST", DISTRICT, f"/{id}/closing")
    assert (alone.status_code, alone.json()["type"].rpartition(":")[2]) == (409, "figures-missing")

    await district.finished(B, second, people(POOR))
    assert (await district.call("POST", DISTRICT, f"/{id}/closing")).status_code == 200
    result = (await district.call("GET", DISTRICT, f"/{id}/result", role="decision_maker")).json()
    assert [one["municipality"] for one in result["members"]] == [A, B]
    assert [one["fields"]["a"]["score"] for one in result["members"]] == [100, 13]
    assert result["together"]["fields"]["a"] == {
        "score": 57,
        "coverage": 1.0,
        "answered": 20,
        "members": 2,
        "consensus_score": None,
        "consensus_members": 0,
        "perspectives": {
            one: {"score": 57, "coverage": 1.0, "answered": 10, "members": 2}
            for one in ("administration", "civil_society")
        },
    }
    for member in (A, B):
        assert (await district.call("GET", member, f"/{id}/result")).json() == result
    outside = await district.call("GET", C, f"/{id}/result")
    assert (outside.status_code, outside.json()["type"].rpartition(":")[2]) == (409, "not-in-the-joint-result")
    own_result = (await district.client(A).get(f"/selfcheck/v1/{A}/assessments/{first}/result")).json()
    assert own_result["fields"]["a"]["score"] == 100

    told = await district.events(id)
    assert [type.split(".")[2] for type, _ in told] == [
        "opened",
        "member-changed",
        "member-changed",
        "member-changed",
        "closed",
    ]
    assert told[-1][1]["together"] == result["together"]
    assert "'questions'" not in str(told)


async def test_a_district_takes_part_itself_and_repeats_in_the_years_to_come(district: District) -> None:
    id = await district.opened([A], takes_part=True)
    members = (await district.call("GET", DISTRICT, f"/{id}")).json()["members"]
    assert [(one["municipality"], one["stance"]) for one in members] == [(A, "asked"), (DISTRICT, "accepted")]
    first = await district.accepted(id, A)
    again = await district.opened([A], repeats=id)
    next_one = await district.accepted(again, A)
    own = (await district.client(A).get(f"/selfcheck/v1/{A}/assessments/{next_one}")).json()
    assert own["repeats"] == first


async def test_requests_repeated_have_one_effect(district: District) -> None:
    headers = {"Idempotency-Key": "k"}
    where = f"/selfcheck/v1/{DISTRICT}/joint-assessments"
    made = [await district.client(DISTRICT).post(where, json=joint(takes_part=True), headers=headers) for _ in range(2)]
    assert [one.status_code for one in made] == [201, 201]
    assert made[0].json()["id"] == made[1].json()["id"]
    id = made[0].json()["id"]
    for _ in range(2):
        await district.accepted(id, A)
    assert len((await district.client(A).get(f"/selfcheck/v1/{A}/assessments")).json()["items"]) == 1
    assert len((await district.client(DISTRICT).get(f"/selfcheck/v1/{DISTRICT}/assessments")).json()["items"]) == 1


async def test_an_acceptance_that_a_crash_cut_short_is_completed_by_the_repeat(district: District) -> None:
    id = await district.opened([A])
    own = await district.accepted(id, A)
    rows = district.service.context.database["joint_assessments"]
    asked = [{"tenant": A, "stance": "asked", "assessment": None, "figures": None, "since": datetime.now(UTC)}]
    await rows.update_one({"_id": id}, {"$set": {"members": asked}, "$inc": {"version": 1}})
    assert await district.accepted(id, A) == own
    assert len((await district.client(A).get(f"/selfcheck/v1/{A}/assessments")).json()["items"]) == 1


async def test_a_result_that_stood_before_the_agreement_was_written_comes_in(district: District) -> None:
    """A crash between the two writes, and a member that closes its self-check before it repeats its agreement."""
    id = await district.opened([A])
    own = await district.accepted(id, A)
    rows = district.service.context.database["joint_assessments"]
    asked = [{"tenant": A, "stance": "asked", "assessment": None, "figures": None, "since": datetime.now(UTC)}]
    await rows.update_one({"_id": id}, {"$set": {"members": asked}, "$inc": {"version": 1}})
    await district.finished(A, own, people(WELL))
    assert await district.accepted(id, A) == own
    await district.work()
    assert (await district.call("GET", DISTRICT, f"/{id}")).json()["members"][0]["finished"]
    await district.work()
    assert await rows.count_documents({"due_at": {"$exists": True}}) == 0


async def test_only_members_of_that_day(district: District) -> None:
    rows = district.service.context.database["memberships"]
    await rows.replace_one({"_id": f"{DISTRICT}:{B}"}, membership(B, until="2021-01-01"))
    await rows.replace_one({"_id": f"{DISTRICT}:{C}"}, membership(C, since="2999-01-01"))
    refused = await district.call("POST", DISTRICT, "", joint())
    assert refused.status_code == 422
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/members/1", "/members/2"]
    id = await district.opened([A])
    await rows.replace_one({"_id": f"{DISTRICT}:{A}"}, membership(A, until="2021-01-01"))
    late = await district.call("POST", A, f"/{id}/acceptance")
    assert (late.status_code, late.json()["type"].rpartition(":")[2]) == (409, "not-a-member")
    assert (await district.call("POST", A, "", joint([B]))).status_code == 422, "a member is no district"
    assert (await district.call("POST", DISTRICT, "", joint([]))).status_code == 409


async def test_memberships_come_from_registrations_events(district: District) -> None:
    event = MembershipChanged(
        district=DISTRICT,
        member="dedorf",
        valid_from="2020-01-01",
        periods=(Period(valid_from="2019-01-01", valid_until="2019-06-01"), Period(valid_from="2020-01-01")),
    )
    told = Envelope(
        "e1",
        event.event_type,
        "registration",
        "2026-11-01T10:00:00Z",
        "dedorf",
        "dedorf",
        1,
        event.model_dump_json().encode(),
    )
    runner = district.service.context.processor
    assert runner is not None
    await runner.handle([Record(event.topic, 0, 0, "dedorf", told.data, tuple(told.headers()))])
    await district.opened([A, "dedorf"])


async def test_who_speaks_as_an_institution_is_told_and_each_member_begins_with_it(district: District) -> None:
    views = [{"id": "administration", "title": {"de": "Verwaltung"}, "speaks": "institution"}]
    id = await district.opened([A], perspectives=views)
    assert (await district.events(id))[0][1]["institutions"] == ["administration"]
    own = await district.accepted(id, A)
    seen = (await district.client(A).get(f"/selfcheck/v1/{A}/assessments/{own}")).json()
    assert seen["perspectives"] == views


async def test_the_deadline_is_common(district: District) -> None:
    id = await district.opened([A, B], deadline=SOON.isoformat())
    own = await district.accepted(id, A)
    later = (SOON + timedelta(days=5)).isoformat()
    mine = f"/selfcheck/v1/{A}/assessments/{own}"
    refused = await district.client(A).put(f"{mine}/deadline", json={"deadline": later})
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "common-deadline")
    assert (await district.call("PUT", DISTRICT, f"/{id}/deadline", {"deadline": later})).status_code == 200
    await district.work()
    shown = (await district.client(A).get(mine)).json()
    assert datetime.fromisoformat(shown["deadline"]) == SOON + timedelta(days=5)
    # Whoever leaves has a deadline of their own again.
    await district.call("POST", A, f"/{id}/refusal")
    await district.work()
    assert (await district.client(A).put(f"{mine}/deadline", json={"deadline": None})).status_code == 200


async def test_leaving_takes_the_figures_along_and_coming_back_brings_them(district: District) -> None:
    id = await district.opened([A, B, C])
    own = {tenant: await district.accepted(id, tenant) for tenant in MEMBERS}
    for tenant in MEMBERS:
        await district.finished(tenant, own[tenant], people(WELL))
    assert (await district.call("POST", A, f"/{id}/refusal")).status_code == 200
    await district.work()
    assert await district.accepted(id, A) == own[A]
    await district.work()
    await district.call("POST", B, f"/{id}/refusal")
    assert (await district.call("POST", DISTRICT, f"/{id}/closing")).status_code == 200
    result = (await district.call("GET", DISTRICT, f"/{id}/result")).json()
    assert [one["municipality"] for one in result["members"]] == [A, C]
    late = await district.call("POST", B, f"/{id}/acceptance")
    assert (late.status_code, late.json()["type"].rpartition(":")[2]) == (409, "joint-closed")
    assert (await district.call("POST", A, f"/{id}/refusal")).status_code == 409


async def test_who_deletes_its_self_check_takes_its_figures_out_of_a_result_that_stands(district: District) -> None:
    id = await district.opened()
    own = {tenant: await district.accepted(id, tenant) for tenant in MEMBERS}
    for tenant in MEMBERS:
        await district.finished(tenant, own[tenant], people(WELL if tenant == A else POOR))
    await district.call("POST", DISTRICT, f"/{id}/closing")
    assert (await district.client(A).post(f"/selfcheck/v1/{A}/assessments/{own[A]}/deletion")).status_code == 200
    await district.work()
    result = (await district.call("GET", DISTRICT, f"/{id}/result")).json()
    assert [one["municipality"] for one in result["members"]] == [B, C]
    assert result["together"]["fields"]["a"]["score"] == 13
    told = await district.events(id)
    assert [data["stance"] for type, data in told if type.endswith("member-changed.v1")][-1] == "gone"
    assert [one["member"] for one in told[-1][1]["members"]] == [B, C]
    assert (await district.call("GET", A, f"/{id}/result")).status_code == 409


async def test_who_leaves_the_platform(district: District) -> None:
    """A member's figures go with it; a district that leaves lets its members go, with what they have."""
    id = await district.opened()
    own = {tenant: await district.accepted(id, tenant) for tenant in MEMBERS}
    for tenant in (A, B):
        await district.finished(tenant, own[tenant], people(WELL if tenant == A else POOR))
    await district.call("POST", DISTRICT, f"/{id}/closing")
    departure = district.service.definition.offboarding
    assert departure is not None
    assert departure.before is not None
    for _ in range(2):
        await departure.before({"_id": A, "tenant": A})
    result = (await district.call("GET", DISTRICT, f"/{id}/result")).json()
    assert [one["municipality"] for one in result["members"]] == [B]
    assert result["together"]["fields"]["a"]["score"] is None, "of one there is nothing together"
    for _ in range(2):
        await departure.before({"_id": DISTRICT, "tenant": DISTRICT})
    for tenant in (B, C):
        shown = (await district.client(tenant).get(f"/selfcheck/v1/{tenant}/assessments/{own[tenant]}")).json()
        assert shown["joint"] is None


async def test_a_district_deletes_it_and_members_keep_their_own(district: District) -> None:
    id = await district.opened([A, B])
    own = await district.accepted(id, A)
    assert (await district.call("POST", A, f"/{id}/deletion", role="coordinator")).status_code == 404, (
        "it is the district's"
    )
    for _ in range(2):
        assert (await district.call("POST", DISTRICT, f"/{id}/deletion", role="coordinator")).status_code == 204
    await district.work()
    for tenant in (DISTRICT, A):
        assert (await district.call("GET", tenant, f"/{id}")).status_code == 404
        assert (await district.call("GET", tenant, "")).json()["items"] == []
    shown = (await district.client(A).get(f"/selfcheck/v1/{A}/assessments/{own}")).json()
    assert (shown["status"], shown["joint"]) == ("open", None)


async def test_a_member_that_is_not_asked_any_more(district: District) -> None:
    id = await district.opened([A, B])
    own = await district.accepted(id, A)
    assert (await district.call("DELETE", DISTRICT, f"/{id}/members/{A}")).status_code == 204
    await district.work()
    assert (await district.call("GET", A, f"/{id}")).status_code == 404
    await district.finished(A, own, people(WELL))
    row = await district.service.context.database["joint_assessments"].find_one({"_id": id})
    assert row is not None
    assert [one["figures"] for one in row["members"]] == [None, None]
    assert (await district.call("POST", DISTRICT, f"/{id}/members", {"members": [A, C]})).status_code == 200
    assert [one["stance"] for one in (await district.call("GET", A, f"/{id}")).json()["members"]] == ["asked"]


async def test_pages(district: District) -> None:
    """With forms alone: the district asks, a member agrees, both see the result."""

    async def send(tenant: str, page: str, action: str, **fields):
        client = district.client(tenant)
        shown = await client.get(page)
        assert shown.status_code == 200, shown.text
        tokens = dict(FORM.findall(shown.text))
        return await client.post(action or page, data={"form_token": tokens[action], **fields})

    home = f"/selfcheck/{DISTRICT}/joint-assessments/"
    body = {"title": "Gemeinsam", "questionnaire": "small:1", "perspectives": ["administration"], "minimum_group": "3"}
    assert (await send(DISTRICT, home, "", **body)).status_code == 422, "nobody was chosen"
    made = await send(DISTRICT, home, "", **body, members=[A, B])
    assert made.status_code == 303
    id = made.headers["location"].rpartition("/")[2]
    noticed = (await district.client(A).get(f"/selfcheck/{A}/")).text
    assert f"/selfcheck/{A}/joint-assessments/{id}" in noticed
    for tenant in (A, B):
        page = f"/selfcheck/{tenant}/joint-assessments/{id}"
        assert (await send(tenant, page, f"{page}/acceptance")).status_code == 422, "it has to be agreed to"
        assert (await send(tenant, page, f"{page}/acceptance", agreed="yes")).status_code == 303
        joined = (await district.call("GET", tenant, f"/{id}")).json()["members"]
        own = next(one["assessment"] for one in joined if one["municipality"] == tenant)
        assert (
            f"joint-assessments/{id}"
            in (await district.client(tenant).get(f"/selfcheck/{tenant}/assessments/{own}")).text
        )
        await district.finished(tenant, own, {"administration": [WELL if tenant == A else POOR] * 5})
    assert (await send(DISTRICT, home + id, f"{home}{id}/closing", final="yes")).status_code == 303
    for tenant in (DISTRICT, A):
        text = (await district.client(tenant, "decision_maker").get(f"/selfcheck/{tenant}/joint-assessments/{id}")).text
        assert ">100<" in text
        assert ">57<" in text


OWN = {"title": {"de": "Hafen"}, "questions": [{"de": "Wie gut ist der Hafen?"}]}


async def test_questions_of_a_members_own_stay_with_it(district: District) -> None:
    id = await district.opened([A, B])
    accepted = await district.call("POST", A, f"/{id}/acceptance", {"own_section": OWN})
    assert accepted.status_code == 200, accepted.text
    first = next(one["assessment"] for one in accepted.json()["members"] if one["municipality"] == A)
    second = await district.accepted(id, B)
    own = (await district.client(A).get(f"/selfcheck/v1/{A}/assessments/{first}")).json()["own_section"]
    assert own["questions"] == [{"id": "own-section.1", "text": {"de": "Wie gut ist der Hafen?"}}]
    assert (await district.client(B).get(f"/selfcheck/v1/{B}/assessments/{second}")).json()["own_section"] is None
    await district.finished(A, first, people(WELL | {"own-section.1": 0}), agreed={"a1": 3, "own-section.1": 1})
    await district.finished(B, second, people(WELL), agreed={"a1": 3})
    assert (await district.call("POST", DISTRICT, f"/{id}/closing")).status_code == 200
    result = (await district.call("GET", DISTRICT, f"/{id}/result")).json()
    figures = [{k: v for k, v in one.items() if k != "municipality"} for one in result["members"]]
    assert figures[0] == figures[1], "what it asked besides is in none of them"
    for told in (result, await district.events(id), (await district.call("GET", DISTRICT, f"/{id}")).json()):
        assert "own-section" not in str(told)
        assert "Hafen" not in str(told)
    there = (await district.client(A).get(f"/selfcheck/v1/{A}/assessments/{first}/own-result")).json()
    assert there["whole"]["score"] == 0


async def test_own_questions_do_not_change_once_the_self_check_has_begun(district: District) -> None:
    id = await district.opened([A])
    for _ in range(2):
        assert (await district.call("POST", A, f"/{id}/acceptance", {"own_section": OWN})).status_code == 200
    await district.call("POST", A, f"/{id}/refusal")
    changed = {"own_section": OWN | {"title": {"de": "Anders"}}}
    refused = await district.call("POST", A, f"/{id}/acceptance", changed)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/own_section")
    assert (await district.call("POST", A, f"/{id}/acceptance")).status_code == 200, "and without any it goes on"


async def test_a_district_asks_its_own_people_besides_and_nobody_elses(district: District) -> None:
    apart = await district.call("POST", DISTRICT, "", joint([A], own_section=OWN))
    assert (apart.status_code, apart.json()["errors"][0]["pointer"]) == (422, "/own_section")
    assert (await district.call("GET", DISTRICT, "")).json()["items"] == [], "and nothing was begun"
    id = await district.opened([A], own_section=OWN, takes_part=True)
    asked = (await district.call("GET", DISTRICT, f"/{id}")).json()["members"]
    own = next(one["assessment"] for one in asked if one["municipality"] == DISTRICT)
    begun = (await district.client(DISTRICT).get(f"/selfcheck/v1/{DISTRICT}/assessments/{own}")).json()
    assert begun["own_section"]["title"] == {"de": "Hafen"}
    member = await district.accepted(id, A)
    assert (await district.client(A).get(f"/selfcheck/v1/{A}/assessments/{member}")).json()["own_section"] is None


async def test_on_its_page_a_member_agrees_with_questions_of_its_own(district: District) -> None:
    id = await district.opened([A])
    client, page = district.client(A), f"/selfcheck/{A}/joint-assessments/{id}"
    action = f"{page}/acceptance"
    nameless = {"own_title": "", "own_questions": "Wie gut ist der Hafen?"}
    untitled = await district.town.submit(client, page, action, agreed="yes", **nameless)
    assert untitled.status_code == 422
    assert 'id="error-own_title"' in untitled.text
    entered = {"own_title": "Hafen", "own_questions": "Wie gut ist der Hafen?"}
    done = await district.town.submit(client, page, action, agreed="yes", **entered)
    assert done.status_code == 303, done.text
    members = (await district.call("GET", A, f"/{id}")).json()["members"]
    own = (await client.get(f"/selfcheck/v1/{A}/assessments/{members[0]['assessment']}")).json()
    assert own["own_section"]["title"] == {"de": "Hafen"}
    await district.call("POST", A, f"/{id}/refusal")
    assert "own_questions" not in (await client.get(page)).text, "they stand since it began"


async def test_a_district_that_does_not_take_part_is_told_so_at_its_own_questions(district: District) -> None:
    client, page = district.client(DISTRICT), f"/selfcheck/{DISTRICT}/joint-assessments/"
    entered = {"title": "2026", "questionnaire": "small:1", "perspectives": "administration", "minimum_group": "5"}
    own = {"own_title": "Hafen", "own_questions": "Wie gut ist der Hafen?", "members": A}
    refused = await district.town.submit(client, page, "", **entered, **own)
    assert refused.status_code == 422
    assert "Eigene Fragen stellt nur, wer selbst teilnimmt." in refused.text
    assert 'id="error-own_questions"' in refused.text
    taking_part = await district.town.submit(client, page, "", **entered, **own, takes_part="yes")
    assert taking_part.status_code == 303
