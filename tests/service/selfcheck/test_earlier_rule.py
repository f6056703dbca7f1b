"""Results that were published under the first rule stay as they were told; nothing of them is made anew."""

from __future__ import annotations

from typing import Any

from tests.service.selfcheck.town import Town

PEOPLE = {"administration": [{"a1": 4, "a2": 2, "b1": 1, "b2": 0}] * 3, "civil_society": [{"a1": 0}]}


async def test_what_was_told_stands_and_is_marked(town: Town) -> None:
    id = await town.revealed(PEOPLE)
    assert (await town.moderate(id, "closing")).status_code == 200
    assessments = town.service.context.database["assessments"]
    stored = await assessments.find_one({"_id": id})
    told: Any = stored["result"]
    told["questions"]["a1"]["score"] = 50  # with the one who is hidden now, as it was counted then
    del told["disclosure_rule"]
    await assessments.update_one(
        {"_id": id}, {"$set": {"result": told}, "$unset": {"disclosure_rule": "", "across": ""}}
    )

    reader = town.client("decision_maker", "en")
    result = (await reader.get(f"{town.api(id)}/result")).json()
    assert (result.pop("disclosure_rule"), result) == (1, told)
    refused = await reader.get(f"{town.api(id)}/result/trace?question=a1")
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "result-of-earlier-rule")
    page = await reader.get(f"{town.page(id)}/result")
    assert "published under an earlier rule" in page.text
    assert (await reader.get(f"{town.page(id)}/result/questions/a1")).status_code == 409
    board = (await town.client("moderator").get(f"{town.api(id)}/board")).json()
    entry = next(one for one in board["questions"] if one["id"] == "a1")
    assert (entry["score"], entry["spreads"]) == (50, {"administration": None, "civil_society": None})
    assert (await reader.get(f"{town.api(id)}/protocol.pdf?language=en")).status_code == 200


async def test_what_is_closed_now_is_marked_with_the_present_rule_and_gives_across(town: Town) -> None:
    id = await town.revealed({"administration": [{"a1": 4, "a2": 2, "b1": 1, "b2": 0}] * 5})
    await town.moderate(id, "closing")
    assert (await town.client("moderator").get(f"{town.api(id)}/result")).json()["disclosure_rule"] == 2
    kind, told = (await town.events(id))[-1]
    assert kind == "selfcheck.assessment.closed.v1"
    assert told["result"]["disclosure_rule"] == told["across"]["disclosure_rule"] == 2
    assert told["across"]["fields"]["a"]["score"] == 75
    assert "questions" not in told["across"]
