"""A district and its members: asked, agreed, answered at home, put side by side."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from chassis.messaging.records import Record
from contracts.envelope import Envelope
from contracts.registration import MembershipChanged, Period
from tests.service.selfcheck.district import DISTRICT, POOR, SOON, WELL, A, B, C, District, joint, membership, people
from tests.service.selfcheck.town import FORM


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


async def test_members_share_the_deadline_of_the_district(district: District) -> None:
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


async def test_pages_of_joint_self_checks(district: District) -> None:
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
