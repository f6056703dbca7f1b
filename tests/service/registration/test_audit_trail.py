"""The audit trail on the real MongoDB: what was decided arrives in it, and a downloaded one passes the check of `kommune audit`."""

from __future__ import annotations

import json
from typing import Any

from typer.testing import CliRunner

from kommune.cli import app
from tests.service.security.conftest import Everything, everything
from tests.support.gathering_drafts import gathering_draft

__all__ = ["everything"]

API = "/registration/v1/wilhelmshaven/gatherings"


async def _dialogue(everything: Everything, **changes: Any) -> str:
    """A dialogue with three seats and five callers, of whom the first gives up."""
    coordinator = everything.client("wilhelmshaven", "coordinator")
    interpreter = {"id": "interpreter:uk", "label": {"de": "Dolmetschen"}, "capacity": 1}
    body = gathering_draft(capacity=3, party_max=2, support=[interpreter]) | changes
    id: str = (await coordinator.post(everything.url(API), json=body)).json()["id"]
    await coordinator.post(everything.url(f"{API}/{id}/publication"))
    people = []
    for number in range(5):
        person = {
            "name": f"Canary{number}",
            "contact": {"phone": f"+49 4421 {number}"},
            "language": "uk",
            "channel": "phone",
            "party": ["Canary"] if number == 1 else [],
            "support": ["interpreter:uk"],
            "consent": {"text_version": "1"},
        }
        answer = await coordinator.post(everything.url(f"{API}/{id}/registrations"), json=person)
        people.append(answer.json()["id"])
    base = everything.url("/registration/v1/wilhelmshaven/registrations")
    if "allocation" not in changes:
        await coordinator.post(f"{base}/{people[0]}/cancellation")
    await coordinator.patch(everything.url(f"{API}/{id}"), json={"capacity": 5})
    return id


async def test_a_downloaded_trail_passes_the_check(everything: Everything) -> None:
    id = await _dialogue(everything)
    moderator = everything.client("wilhelmshaven", "moderator")
    before = await moderator.get(everything.url(f"{API}/{id}/audit"))
    assert before.json()["items"] == []
    assert before.json()["decided"] > 10, "what has not arrived yet is said"
    await everything.spread("gatherings")
    await everything.spread("gatherings")  # what comes twice is there once
    first = (await moderator.get(everything.url(f"{API}/{id}/audit?limit=4"))).json()
    assert [one["n"] for one in first["items"]] == [1, 2, 3, 4]
    second = (await moderator.get(everything.url(f"{API}/{id}/audit?limit=500&cursor={first['next']}"))).json()
    assert second["next"] is None
    assert second["items"][-1]["n"] == first["decided"]
    file = await moderator.get(everything.url(f"{API}/{id}/audit.jsonl"))
    assert "anary" not in file.text
    assert '"uk"' not in file.text
    assert "interpreter" not in file.text
    checked = CliRunner().invoke(app, ["audit", "-", "--json"], input=file.text)
    assert checked.exit_code == 0, checked.output
    assert json.loads(checked.stdout)["entries"] == first["decided"]


async def test_a_lottery_passes_the_check_and_a_forged_one_does_not(everything: Everything) -> None:
    id = await _dialogue(everything, allocation="lottery")
    coordinator = everything.client("wilhelmshaven", "coordinator")
    assert (await coordinator.post(everything.url(f"{API}/{id}/draw"))).status_code == 200
    await everything.spread("gatherings")
    trail = (await coordinator.get(everything.url(f"{API}/{id}/audit.jsonl"))).text
    assert CliRunner().invoke(app, ["audit", "-"], input=trail).exit_code == 0
    seed = next(json.loads(line)["data"]["seed"] for line in trail.splitlines() if "gathering.drawn" in line)
    assert CliRunner().invoke(app, ["audit", "-"], input=trail.replace(seed, seed[::-1])).exit_code == 1


async def test_staff_read_it_as_a_page(everything: Everything) -> None:
    id = await _dialogue(everything)
    await everything.spread("gatherings")
    page = f"/registration/wilhelmshaven/desk/{id}/audit"
    shown = await everything.client("wilhelmshaven", "decision_maker").get(everything.url(page))
    assert "nach den Regeln noch einmal getroffen und fielen gleich aus" in shown.text
    assert "Seats" not in shown.text
    assert "Canary" not in shown.text
    database = everything.services["registration"].context.database
    await database["audit"].update_one(
        {"gathering": id, "type": "participant.offered"}, {"$set": {"data.registration_id": "0" * 32}}
    )
    assert (
        "folgt nicht aus den Regeln"
        in (await everything.client("wilhelmshaven", "coordinator").get(everything.url(page))).text
    )


async def test_it_is_for_staff_of_the_municipality_alone(everything: Everything) -> None:
    id = await _dialogue(everything)
    for path in (f"{API}/{id}/audit", f"{API}/{id}/audit.jsonl", f"/registration/wilhelmshaven/desk/{id}/audit"):
        assert (await everything.client("wolfsburg", "coordinator").get(everything.url(path))).status_code == 404
        assert (await everything.client().get(everything.url(path))).status_code in (303, 401)
    own = everything.client("wolfsburg", "coordinator")
    assert (await own.get(everything.url(f"/registration/v1/wolfsburg/gatherings/{id}/audit"))).status_code == 404
