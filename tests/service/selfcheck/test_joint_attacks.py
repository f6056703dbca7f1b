"""Attacks on joint self-checks: by strangers, by members on each other, by a district on its members."""

from __future__ import annotations

from typing import Any

from tests.service.selfcheck.district import DISTRICT, MEMBERS, STRANGER, District, joint

WELL = {"a1": 4, "a2": 4, "b1": 3, "b2": 3}
A, B, C = MEMBERS


def people(number: int, **changes: int) -> dict[str, list[dict[str, int]]]:
    return {"administration": [WELL | changes] * number}


STEPS: tuple[tuple[str, str, Any], ...] = (
    ("GET", "", None),
    ("GET", "/result", None),
    ("POST", "/members", {"members": [C]}),
    ("DELETE", f"/members/{A}", None),
    ("POST", "/acceptance", None),
    ("POST", "/refusal", None),
    ("PUT", "/deadline", {"deadline": None}),
    ("POST", "/closing", None),
    ("POST", "/deletion", None),
)
OF_THE_DISTRICT = ("/members", f"/members/{A}", "/deadline", "/closing", "/deletion")


async def test_a_municipality_that_is_not_asked_gets_404(district: District) -> None:
    id = await district.opened([A, B])
    for tenant in (STRANGER, C):
        for method, path, body in STEPS:
            answer = await district.call(method, tenant, f"/{id}{path}", body, role="coordinator")
            assert answer.status_code == 404, f"{tenant} {method} {path}: {answer.text}"
        assert (await district.call("GET", tenant, "")).json()["items"] == []
    for method, path, body in STEPS:
        foreign = await district.client(STRANGER).request(
            method, f"/selfcheck/v1/{DISTRICT}/joint-assessments/{id}{path}", json=body
        )
        assert foreign.status_code == 404, f"{method} {path}"


async def test_a_member_can_not_act_as_the_district(district: District) -> None:
    id = await district.opened([A, B])
    await district.accepted(id, A)
    for method, path, body in STEPS:
        if path in OF_THE_DISTRICT:
            answer = await district.call(method, A, f"/{id}{path}", body, role="coordinator")
            assert answer.status_code == 404, f"{method} {path}: {answer.text}"
    assert len((await district.call("GET", DISTRICT, f"/{id}")).json()["members"]) == 2


async def test_a_district_gets_nothing_without_consent(district: District) -> None:
    id = await district.opened([A, B])
    assert (await district.call("POST", DISTRICT, f"/{id}/acceptance")).status_code == 404, "it can't agree for anybody"
    own = await district.town.assessment()  # somebody's who was never asked
    assert (await district.client(DISTRICT).get(f"/selfcheck/v1/{DISTRICT}/assessments/{own}")).status_code == 404
    mine = await district.accepted(id, A)
    for path in ("", "/result", "/board", "/invitations", "/evidence", "/measures"):
        answer = await district.client(DISTRICT).get(f"/selfcheck/v1/{DISTRICT}/assessments/{mine}{path}")
        assert answer.status_code == 404, path
    told = (await district.call("GET", DISTRICT, f"/{id}")).text
    assert mine not in told, "not even the id of a member's self-check"


async def test_members_see_who_agreed_and_nobody_else(district: District) -> None:
    id = await district.opened()
    await district.accepted(id, A)
    await district.call("POST", C, f"/{id}/refusal")
    seen = (await district.call("GET", B, f"/{id}")).json()["members"]
    assert [(one["municipality"], one["stance"]) for one in seen] == [(A, "accepted"), (B, "asked")]
    assert "assessment" not in seen[0]


async def test_figures_given_are_nowhere_before_the_result_stands(district: District) -> None:
    """Not in an answer, a page, an export or an event, to whomever."""
    id = await district.opened([A, B])
    await district.finished(A, await district.accepted(id, A), people(5, a1=2, a2=3))
    row = await district.service.context.database["joint_assessments"].find_one({"_id": id})
    assert row is not None
    assert row["members"][0]["figures"]["fields"]["a"]["score"] == 63
    for tenant in (DISTRICT, B):
        client = district.client(tenant)
        for url in (
            f"/selfcheck/v1/{tenant}/joint-assessments",
            f"/selfcheck/v1/{tenant}/joint-assessments/{id}",
            f"/selfcheck/v1/{tenant}/joint-assessments/{id}/result",
            f"/selfcheck/{tenant}/joint-assessments/{id}",
            f"/selfcheck/v1/{tenant}/export",
        ):
            assert ":63" not in (await client.get(url)).text, url
            assert ">63<" not in (await client.get(url)).text, url
    told = [data for type, data in await district.events(id) if "member-changed" in type]
    assert told
    assert all(data.keys() == {"joint_id", "member", "stance", "title"} for data in told)


async def test_differencing_the_joint_figures_against_the_members(district: District) -> None:
    """C has four people: enough for itself, too few beyond it. What they answered changes nothing outside."""
    seen: list[dict[str, Any]] = []
    for level in (0, 4):
        id = await district.opened()
        for tenant, number, answers in ((A, 5, WELL), (B, 6, WELL), (C, 4, dict.fromkeys(WELL, level))):
            own = await district.accepted(id, tenant)
            await district.finished(tenant, own, {"administration": [answers] * number})
        await district.call("POST", DISTRICT, f"/{id}/closing")
        seen.append((await district.call("GET", DISTRICT, f"/{id}/result")).json())
    hidden = {"score": None, "coverage": None, "answered": None}
    for result in seen:
        small = next(one for one in result["members"] if one["municipality"] == C)
        for node in (small["overall"], *small["fields"].values()):
            assert {key: node[key] for key in hidden} == hidden
            assert all(one == hidden for one in node["perspectives"].values())
        assert result["together"]["fields"]["a"]["answered"] == 11
    assert seen[0]["together"] == seen[1]["together"], "else the difference would tell what four people said"
    assert seen[0]["members"] == seen[1]["members"]


async def test_what_workshops_agreed_on_tells_nothing_of_who_is_hidden(district: District) -> None:
    """C's four people agree on one question of a field, and on both of the other: no answer is in what goes out of either."""
    seen: list[dict[str, Any]] = []
    for level in (0, 4):
        id = await district.opened()
        for tenant, number, answers in ((A, 5, WELL), (B, 6, WELL), (C, 4, dict.fromkeys(WELL, level))):
            agreed = {"a1": 2, "b1": 1, "b2": 3} if tenant == C else {"a1": 3}
            await district.finished(
                tenant, await district.accepted(id, tenant), {"administration": [answers] * number}, agreed
            )
        await district.call("POST", DISTRICT, f"/{id}/closing")
        seen.append((await district.call("GET", DISTRICT, f"/{id}/result")).json())
    for result in seen:
        small = next(one for one in result["members"] if one["municipality"] == C)
        fields = {id: (one["consensus_score"], one["consensus_questions"]) for id, one in small["fields"].items()}
        assert fields == {"a": (50, 1), "b": (50, 2)}, "levels 2, and 1 and 3, whatever they answered"
        assert (small["overall"]["consensus_score"], small["overall"]["consensus_questions"]) == (50, 3)
        together = {id: one["consensus_members"] for id, one in result["together"]["fields"].items()}
        assert together == {"a": 3, "b": 1}
    assert seen[0]["members"] == seen[1]["members"], "else it would tell what four people said"
    assert seen[0]["together"] == seen[1]["together"]


async def test_over_time_a_member_that_goes_takes_only_what_was_shown(district: District) -> None:
    """The joint figure before and after: the difference is the figure of whoever went, which stood beside it."""
    id = await district.opened()
    for tenant, number in ((A, 5), (B, 6), (C, 4)):
        await district.finished(tenant, await district.accepted(id, tenant), people(number, a1=MEMBERS.index(tenant)))
    await district.call("POST", DISTRICT, f"/{id}/closing")
    before = (await district.call("GET", DISTRICT, f"/{id}/result")).json()
    gone = next(one for one in (await district.call("GET", C, f"/{id}")).json()["members"] if one["municipality"] == C)
    await district.client(C).post(f"/selfcheck/v1/{C}/assessments/{gone['assessment']}/deletion")
    await district.work()
    after = (await district.call("GET", DISTRICT, f"/{id}/result")).json()
    assert after["together"] == before["together"], "whoever was hidden leaves no trace by going"
    assert [one["municipality"] for one in after["members"]] == [A, B]


async def test_another_version_or_wave_opens_no_second_view(district: District) -> None:
    """Who takes part twice does so with two self-checks; what was given to one joint self-check is not in the other."""
    first, second = await district.opened([A, B]), await district.opened([A, B])
    own = [await district.accepted(id, A) for id in (first, second)]
    assert own[0] != own[1]
    await district.finished(A, own[0], people(5))
    rows = await district.service.context.database["joint_assessments"].find({"_id": second}).to_list(None)
    assert [one["figures"] for one in rows[0]["members"]] == [None, None]
    later = await district.call("POST", DISTRICT, "", joint([A], questionnaire={"id": "small", "version": "2"}))
    assert later.status_code == 404, "only a published version"
