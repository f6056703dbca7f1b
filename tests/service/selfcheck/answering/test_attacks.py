"""What others try with a respondent's sheet: guessed, foreign and old codes, links passed on, roles, forged forms."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from chassis.http.rate_limits import RateLimiter
from chassis.http.routes import permission_checks
from programme.roles import ANY_STAFF, PLATFORM_ROLES
from services.selfcheck.answering.api import resume_cookie
from tests.service.selfcheck.answering.conftest import BASE, HOST, Town, token_of
from tests.support.clocks import StillClock

ANSWER = {"f.c.1": 4}


async def reads(town: Town, sheet: dict[str, Any], client: Any = None, **headers: str) -> list[int]:
    """What somebody gets who tries every way to read or change a sheet."""
    client, path, page = client or town.anybody, sheet["path"], sheet["page"]
    calls = [
        client.get(path, headers=headers),
        client.put(path, json={"answers": {"f.c.2": 0}}, headers=headers),
        client.put(path, json={"notes": {"f.c.1": "x"}, "seen": {"answers": {}}}, headers=headers),
        client.post(f"{path}/submission", headers=headers),
        client.post(
            f"{path}/delegation", json={"questions": ["g.c.1"], "contact": {"email": "x@x.example"}}, headers=headers
        ),
        client.post(f"{path}/evidence", json={"question": "f.c.1", "url": "https://x.example"}, headers=headers),
        client.post(f"{path}/evidence/files", params={"question": "f.c.1"}, content=b"\xff\xd8\xff", headers=headers),
        client.get(f"{path}/evidence/any", headers=headers),
        client.delete(f"{path}/evidence/any", headers=headers),
        client.post(f"{path}/erasure", headers=headers),
        *(
            client.get(f"{page}{rest}", headers=headers)
            for rest in ("/fields/f", "/print", "/hand-on", "/evidence/f.c.1", "/forget")
        ),
    ]
    answers = [await call for call in calls]
    for answer in answers:
        assert "Stufe 4" not in answer.text
        assert '"answers":{"f.c.1":4' not in answer.text
    return [answer.status_code for answer in answers]


async def test_a_page_of_another_site_does_nothing_with_the_cookie_of_a_respondent(town: Town) -> None:
    """Whoever handed out the link knows the address; the browser would send the rest by itself."""
    sheet = await town.answered(await town.open(), **ANSWER)
    path = sheet["path"]
    kept = {"Cookie": f"{resume_cookie(path.rsplit('/', 1)[1])}={sheet['resume']['X-Resume-Code']}"}
    before = await town.database()["sheets"].find({}).to_list(None)
    for foreign in ({"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {}):
        headers = kept | foreign
        calls = [
            town.anybody.put(path, json={"answers": {"f.c.1": 0}}, headers=headers),
            town.anybody.post(f"{path}/submission", headers=headers),
            town.anybody.post(f"{path}/evidence/files", params={"question": "f.c.1"}, content=b"x", headers=headers),
            town.anybody.post(f"{path}/erasure", headers=headers),
        ]
        assert [(await call).status_code for call in calls] == [403] * 4, foreign
    assert await town.database()["sheets"].find({}).to_list(None) == before
    assert (await town.anybody.get(path, headers=kept)).json()["answers"] == ANSWER
    ours = kept | {"Sec-Fetch-Site": "same-origin"}
    assert (await town.anybody.put(path, json={"answers": {"f.c.1": 2}}, headers=ours)).status_code == 200


async def test_whoever_handed_out_the_link_reads_nothing(town: Town) -> None:
    sheet = await town.answered(await town.open(), **ANSWER)
    assert set(await reads(town, sheet)) == {403}
    overview = await town.browser().get(sheet["page"])
    assert (overview.status_code, "resume_code" in overview.text) == (200, True), "the page asks for the code alone"
    assert "Frage" not in overview.text
    kept = (await town.anybody.get(sheet["path"], headers=sheet["resume"])).json()
    assert (kept["answers"], kept["notes"], kept["evidence"], kept["status"]) == (ANSWER, {}, [], "begun")


async def test_no_role_opens_a_sheet(town: Town) -> None:
    sheet = await town.answered(await town.open(), **ANSWER)
    people = [
        *(("wilhelmshaven", role) for role in ANY_STAFF),
        *(("-", role) for role in PLATFORM_ROLES),
        ("wolfsburg", "coordinator"),
    ]
    for tenant, role in people:
        assert set(await reads(town, sheet, town.everything.client(tenant, role))) == {403}, (tenant, role)


async def test_codes_of_others_open_nothing(town: Town) -> None:
    assessment = await town.open()
    sheet, other = await town.answered(assessment, **ANSWER), await town.answered(assessment)
    secrets = town.everything.services["selfcheck"].context.secrets
    code = sheet["path"].rsplit("/", 1)[1]
    for resume in (other["resume"]["X-Resume-Code"], code, secrets.code("resume", sheet["id"]), "-", "a" * 26):
        assert set(await reads(town, sheet, **{"X-Resume-Code": resume})) <= {403, 422}, resume
    fake = [
        code[:-1] + ("a" if code[-1] != "a" else "b"),
        code.upper(),
        sheet["id"],
        "",
        "%00",
        "..%2f" + code,
        code + "%20",
        base64.b32encode(b"0" * 16).decode().lower().rstrip("="),
        secrets.code("manage", sheet["id"]),
    ]
    for guess in fake:
        answer = await town.anybody.get(f"{HOST}/selfcheck/v1/answers/{guess}", headers=sheet["resume"])
        assert answer.status_code in (404, 405), guess


async def test_guessing_is_slowed_down(town: Town) -> None:
    sheet = await town.answered(await town.open(), **ANSWER)
    app = town.everything.apps["selfcheck"]
    context = town.everything.services["selfcheck"].context
    app.state.rate_limiters["public"] = RateLimiter("5/minute", context.database, context.secrets, StillClock())
    statuses = [(await town.anybody.get(f"{HOST}/selfcheck/v1/answers/{n:026}")).status_code for n in range(6)]
    assert statuses == [404] * 5 + [429]
    assert (await town.anybody.get(sheet["path"], headers={"X-Resume-Code": "b" * 26})).status_code == 429


async def test_nothing_is_shown_before_the_reveal_and_nothing_taken_after(town: Town) -> None:
    assessment = await town.open()
    sheets = [await town.answered(assessment, **ANSWER) for _ in range(3)]
    for path in ("/result", "/result/trace?question=f.c.1", "/evidence"):
        assert (await town.moderator.get(f"{BASE}/{assessment}{path}")).status_code == 409, path
    listed = await town.coordinator.get(f"{BASE}/{assessment}/invitations")
    assert "f.c.1" not in listed.text
    await town.reveal(assessment)
    late = await town.anybody.put(sheets[0]["path"], json={"answers": {"f.c.1": 0}}, headers=sheets[0]["resume"])
    assert late.status_code == 409
    fresh = await town.anybody.post(
        f"{sheets[0]['path']}/evidence",
        json={"question": "f.c.1", "url": "https://x.example"},
        headers=sheets[0]["resume"],
    )
    assert fresh.status_code == 409


async def test_a_form_of_another_browser_or_sheet_does_nothing(town: Town) -> None:
    assessment = await town.open()
    one, two = await town.invite(assessment), await town.invite(assessment)
    mine, theirs = town.browser(), town.browser()
    token = token_of((await mine.get(f"{one['page']}/fields/f")).text)
    form = {"form_token": token, "a.f.c.1": "4"}
    await theirs.get(f"{one['page']}/fields/f")
    for browser, page in ((theirs, one["page"]), (mine, two["page"])):
        assert (await browser.post(f"{page}/fields/f", data=form)).status_code == 422
    assert (await mine.post(f"{one['page']}/fields/f", data=form | {"form_token": ""})).status_code == 422
    assert await town.database()["sheets"].count_documents({"answered": {"$gt": 0}}) == 0


@pytest.mark.parametrize("other", ["elsewhere", "foreign"])
async def test_invitations_belong_to_their_assessment_and_municipality(town: Town, other: str) -> None:
    made = await town.invite(await town.open())
    client, base = town.coordinator, f"{BASE}/{await town.open()}"
    if other == "foreign":
        client = town.everything.client("wolfsburg", "coordinator")
        base = f"{HOST}/selfcheck/v1/wolfsburg/assessments/{made['id']}"
    for what in ("reminder", "revocation", "link"):
        answer = await client.post(f"{base}/invitations/{made['id']}/{what}", json={})
        assert answer.status_code == 404, what
    assert (await town.anybody.get(made["path"])).status_code == 200


async def test_every_route_of_respondents_is_tried_here(town: Town) -> None:
    """A new one has to be added to `reads`, or to the tests of its own that this names."""
    tried = {
        "",
        "/submission",
        "/delegation",
        "/evidence",
        "/evidence/files",
        "/evidence/{id}",
        "/fields/{field}",
        "/print",
        "/hand-on",
        "/evidence/{question}",
        "/erasure",
        "/forget",
    }
    of_their_own = {
        "/delegation/{id}/withdrawal",
        "/hand-on/{id}/withdrawal",
        "/evidence/{question}/{id}/removal",
        "/forgotten",
        "/questionnaire.pdf",
    }
    found = {
        route.path.split("/{code}", 1)[1]
        for route, _ in permission_checks(town.everything.apps["selfcheck"])
        if "/answers/{code}" in route.path
    }
    assert found == tried | of_their_own
