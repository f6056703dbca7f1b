"""A respondent erases themself with their link: before the reveal everything, afterwards all but numbers."""

from __future__ import annotations

import re

from tests.service.selfcheck.town import Town

ALL = {"a1": 4, "a2": 1, "b1": 0, "b2": 3}
PEOPLE = {"administration": [ALL] * 3, "civil_society": [ALL] * 3}
API = "/selfcheck/v1/answers"


async def sheet(town: Town, id: str, contact: bool = False) -> tuple[str, str]:
    """(code, resume code) of somebody who answered with a note."""
    body = {"perspective": "administration", "label": "Kulturamt"}
    if contact:
        body |= {"contact": {"name": "Canary Bird", "email": "canary@example.org"}}
    made = await town.client("coordinator").post(f"{town.api(id)}/invitations", json=body)
    code = town.app.state.selfcheck.invitations.sheets.code(made.json()["id"])
    saved = await town.client().put(f"{API}/{code}", json={"answers": ALL, "notes": {"a1": "Canary note"}})
    assert saved.status_code == 200, saved.text
    return code, saved.json()["resume_code"]


async def test_before_the_reveal_it_is_as_if_they_had_not_been_asked(town: Town) -> None:
    id = await town.answered(PEOPLE)
    before = (await town.client("moderator").get(f"{town.api(id)}/board")).json()["participation"]
    code, resume = await sheet(town, id, contact=True)
    assert (await town.client().post(f"{API}/{code}/erasure")).status_code == 403, (
        "only whoever has the code of the answers"
    )
    first = await town.client().post(f"{API}/{code}/erasure", headers={"X-Resume-Code": resume})
    assert first.status_code == 200, first.text
    certificate = first.json()
    assert certificate["removed"] == {"answer links": 1, "answers": 4, "notes": 1, "evidence": 0, "contacts": 1}
    assert certificate["remains"] == []
    again = await town.client().post(f"{API}/{code}/erasure")
    assert again.json() == certificate == (await town.client().get(f"{API}/{code}/erasure")).json()
    assert (await town.client().get(f"{API}/{code}", headers={"X-Resume-Code": resume})).status_code == 404
    assert (await town.client().put(f"{API}/{code}", json={"answers": ALL})).status_code == 404
    row = await town.service.context.database["sheets"].find_one({"_id": certificate["id"]})
    assert row is not None
    assert (row["answers"], row["notes"], row["label"]) == ({}, {}, "")
    assert "anary" not in str({key: value for key, value in row.items() if key != "outbox"})
    assert [entry["d"] for entry in row["outbox"] if entry["o"] == "contacts.v1"] == [None], (
        "a tombstone, and nothing before it"
    )
    listed = (await town.client("coordinator").get(f"{town.api(id)}/invitations")).json()["items"]
    assert [one["status"] for one in listed if one["id"] == certificate["id"]] == ["forgotten"]
    shown = (await town.client("moderator").get(f"{town.api(id)}/board")).json()["participation"]
    assert shown["administration"]["begun"] == before["administration"]["begun"]
    await town.moderate(id, "reveal")
    result = (await town.client("moderator").get(f"{town.api(id)}/result")).json()
    assert result["overall"]["answered"] == 6


async def test_after_the_reveal_the_result_does_not_change(town: Town) -> None:
    """Else the difference would show what they had answered."""
    id = await town.answered(PEOPLE)
    code, resume = await sheet(town, id)
    await town.moderate(id, "reveal")
    before = (await town.client("moderator").get(f"{town.api(id)}/result")).json()
    done = await town.client().post(f"{API}/{code}/erasure", headers={"X-Resume-Code": resume})
    assert done.json()["removed"] == {"answer links": 1, "answers": 0, "notes": 1, "evidence": 0, "contacts": 0}
    assert done.json()["remains"] == ["answers of the self-check, without any reference to the person"]
    assert (await town.client("moderator").get(f"{town.api(id)}/result")).json() == before
    await town.moderate(id, "closing")
    assert (await town.client("moderator").get(f"{town.api(id)}/result")).json() == before


async def test_whoever_never_answered_needs_no_code(town: Town) -> None:
    id = await town.assessment()
    code = await town.invite(id, "administration")
    done = await town.client().post(f"{API}/{code}/erasure")
    assert (done.status_code, done.json()["removed"]["answers"]) == (200, 0)
    assert (await town.client().post(f"{API}/{'a' * 26}/erasure")).status_code == 404


async def test_two_steps_on_pages_in_every_language(town: Town) -> None:
    id = await town.assessment()
    for language in ("de", "uk", "en"):
        code, resume = await sheet(town, id)
        client = town.client(language=language)
        page = f"/selfcheck/answers/{code}"
        asked = await client.post(page, data={"resume_code": resume, "form_token": await _token(client, page)})
        assert asked.status_code == 303, asked.text
        assert f"{page}/forget" in (await client.get(page)).text
        first = await client.post(f"{page}/forget", data={"form_token": await _token(client, f"{page}/forget")})
        assert first.status_code == 422, "the box has to be ticked"
        done = await client.post(
            f"{page}/forget", data={"form_token": await _token(client, f"{page}/forget"), "sure": "yes"}
        )
        assert (done.status_code, done.headers["location"]) == (303, f"{page}/forgotten")
        certificate = await client.get(f"{page}/forgotten")
        assert certificate.status_code == 200
        assert "Kulturamt" not in certificate.text
        link = await client.get(page)
        assert (link.status_code, link.headers["location"]) == (303, f"{page}/forgotten"), (
            "the old link leads to the certificate"
        )


async def _token(client, page: str) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', (await client.get(page)).text)
    assert found
    return found[1]
