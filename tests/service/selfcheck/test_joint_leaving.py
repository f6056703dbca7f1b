"""Who leaves a joint self-check, or is taken out of it, and what becomes of the figures."""

from __future__ import annotations

from tests.service.selfcheck.district import DISTRICT, MEMBERS, POOR, WELL, A, B, C, District, people


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


async def test_a_municipality_that_leaves_the_platform_leaves_joint_self_checks(district: District) -> None:
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
