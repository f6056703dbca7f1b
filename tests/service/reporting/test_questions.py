"""Questions between municipalities: who reads what, whose name stands with it, who is notified."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.text.languages import LANGUAGES
from tests.service.reporting.exchange import OTHER, notifications, outbox
from tests.service.reporting.practices import LIBRARY, published
from tests.service.reporting.towns import BASE, Reporting


async def test_asked_answered_and_said_to_have_helped(reporting: Reporting) -> None:
    practice = await published(reporting)
    async with reporting.client("wilhelmshaven") as owner, reporting.client("wolfsburg", "intake") as asker:
        body = {"text": "Was kostet ein Einsatz?", "named": True}
        asked = await asker.post(f"{LIBRARY}/{practice}/questions", json=body, headers={"Idempotency-Key": "k"})
        assert asked.status_code == 201, asked.text
        again = await asker.post(f"{LIBRARY}/{practice}/questions", json=body, headers={"Idempotency-Key": "k"})
        assert (again.json()["id"], again.headers["idempotent-replayed"]) == (asked.json()["id"], "true")
        id = asked.json()["id"]
        seen = (await owner.get(f"{LIBRARY}/{practice}/questions")).json()["items"]
        assert [one["id"] for one in seen] == [id]
        assert seen[0]["author"] == {
            "role": "intake",
            "municipality": {"slug": "wolfsburg", "name": {"de": "Wolfsburg"}},
            "own": False,
        }
        path = f"{LIBRARY}/{practice}/questions/{id}/answers"
        answered = await owner.post(path, json={"text": "60 Euro.", "named": True})
        assert answered.status_code == 201, answered.text
        answer = answered.json()["id"]
        helped = f"/questions/{id}/answers/{answer}/helped"
        assert (await owner.post(f"{BASE}{helped}", json={})).status_code == 404, "only who asked says so"
        after = await asker.post(f"{OTHER}{helped}", json={})
        assert [(one["text"], one["helped"]) for one in after.json()["answers"]] == [({"de": "60 Euro."}, True)]
    assert await notifications(reporting) == [
        ("question-asked", ("wilhelmshaven",)),
        ("question-answered", ("wolfsburg",)),
        ("answer-helped", ("wilhelmshaven",)),
    ]
    for collection in ("questions", "answers"):
        for type, content in await outbox(reporting, collection):
            assert not any(word in content for word in ("Einsatz", "60 Euro")), f"{type} carries what somebody wrote"


async def test_a_question_may_stand_in_every_language_there_is(reporting: Reporting) -> None:
    async with reporting.client("wolfsburg") as asker:
        asked = await asker.post(f"{OTHER}/questions", json={"text": dict.fromkeys(LANGUAGES, "?")})
    assert (asked.status_code, set(asked.json()["text"])) == (201, set(LANGUAGES))


async def test_without_a_name_the_office_reads_it_first(reporting: Reporting) -> None:
    async with (
        reporting.client("wilhelmshaven") as asker,
        reporting.client("wolfsburg") as other,
        reporting.client("-", "programme_office") as office,
    ):
        await other.put(f"{OTHER}/questions/following", json={"follows": True})
        asked = (await asker.post(f"{BASE}/questions", json={"text": "Wer hilft uns?", "named": False})).json()
        assert asked["status"] == "waiting"
        assert (await other.get(f"{OTHER}/questions")).json()["items"] == []
        assert (await other.get(f"{OTHER}/questions/{asked['id']}")).status_code == 404
        assert await notifications(reporting) == []
        waiting = (await office.get("/reporting/v1/questions/waiting")).json()["questions"]
        assert waiting[0]["author"]["municipality"]["slug"] == "wilhelmshaven", "the office knows"
        for _ in range(2):
            shown = await office.post(f"/reporting/v1/questions/{asked['id']}/moderation", json={"decision": "show"})
            assert shown.status_code == 200, shown.text
        [seen] = (await other.get(f"{OTHER}/questions")).json()["items"]
        assert (seen["author"]["municipality"], seen["author"]["role"]) == (None, "coordinator")
        assert "wilhelmshaven" not in str(seen).lower()
        assert await notifications(reporting) == [("question-asked", ("wolfsburg",))], "once, however often it is shown"
        named = await other.post(
            f"{OTHER}/questions/{asked['id']}/answers", json={"text": "Fragen Sie Frau Dr. Meier!"}
        )
        assert (named.json()["status"], named.json()["hints"]) == ("waiting", ["names-a-person"])
        assert (await asker.get(f"{BASE}/questions/{asked['id']}")).json()["answers"] == []
        hidden = await office.post(
            f"/reporting/v1/questions/{asked['id']}/answers/{named.json()['id']}/moderation",
            json={"decision": "hide", "reason": "Bitte ohne Namen."},
        )
        assert hidden.json()["answers"][0]["reason"] == "Bitte ohne Namen."
        own = (await other.get(f"{OTHER}/questions/{asked['id']}")).json()["answers"]
        assert own[0]["reason"] == "Bitte ohne Namen."


async def test_nobody_can_be_asked_who_left(reporting: Reporting) -> None:
    practice = await published(reporting)
    database = reporting.service.context.database
    await database["tenants"].update_one({"_id": "wilhelmshaven"}, {"$set": {"status": "deleted"}})
    reporting.service.definition.tenant_registry.clear()
    async with reporting.client("wolfsburg") as town:
        answer = await town.post(f"{LIBRARY}/{practice}/questions", json={"text": "Und nun?"})
        assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (409, "municipality-left")
        assert (await town.get(LIBRARY)).json()["items"] == [], "what it published is found no more"
        assert (await town.post(f"{LIBRARY}/nirgends/questions", json={"text": "Und nun?"})).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "x" * 1_000_000},
        {"text": "Rufen Sie 04421 / 16 12 34 an"},
        {"text": "amt@stadt.example"},
        {"text": {}},
        {"text": {"xx": "?"}},
        {"text": "\u0000"},
        {"text": "Gut?", "named": "vielleicht"},
        {"text": "Gut?", "ring": "../x"},
        {"text": "Gut?", "unknown": 1},
    ],
)
async def test_bad_input_is_refused_and_nothing_kept(reporting: Reporting, wrong: dict[str, Any]) -> None:
    async with reporting.client("wilhelmshaven") as town:
        answer = await town.post(f"{BASE}/questions", json=wrong)
        assert answer.status_code in (413, 422), answer.text
        assert (await town.get(f"{BASE}/questions")).json()["items"] == []
        assert (await town.get(f"{BASE}/questions?cursor=abc")).status_code == 422


async def test_pages_of_a_list_lead_on(reporting: Reporting) -> None:
    async with reporting.client("wilhelmshaven") as town:
        for number in range(5):
            await town.post(f"{BASE}/questions", json={"text": f"Frage {number}"})
        first = (await town.get(f"{BASE}/questions?limit=3")).json()
        second = (await town.get(f"{BASE}/questions?limit=3&cursor={first['next']}")).json()
    found = [one["text"]["de"] for one in (*first["items"], *second["items"])]
    assert found == [f"Frage {number}" for number in (4, 3, 2, 1, 0)]
    assert second["next"] is None


async def test_a_key_belongs_to_one_body(reporting: Reporting) -> None:
    practice = await published(reporting)
    async with reporting.client("wolfsburg") as town:
        ring = (await town.post(f"{OTHER}/rings", json={"title": "R", "purpose": "P", "municipalities": []})).json()[
            "id"
        ]
        calls: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
            (f"{LIBRARY}/{practice}/questions", {"text": "Wer?", "named": True}, {"text": "Was?", "named": True}),
            (f"{OTHER}/rings", {"title": "A", "municipalities": []}, {"title": "B", "municipalities": []}),
            (
                f"{OTHER}/rings/{ring}/documents",
                {"title": "A", "url": "https://a.example/x"},
                {"title": "B", "url": "https://a.example/x"},
            ),
            (f"{OTHER}/rings/{ring}/measures", {"title": "A"}, {"title": "B"}),
        ]
        for path, first, other in calls:
            key = {"Idempotency-Key": "k"}
            made = await town.post(path, json=first, headers=key)
            assert made.status_code == 201, made.text
            assert (await town.post(path, json=first, headers=key)).status_code in (200, 201)
            reused = await town.post(path, json=other, headers=key)
            assert (reused.status_code, reused.json()["type"].rpartition(":")[2]) == (422, "idempotency-key-reused"), (
                path
            )


async def test_a_field_that_an_address_does_not_have_is_refused(reporting: Reporting) -> None:
    async with reporting.client("wilhelmshaven") as town:
        body = {"text": "Was kostet das?", "municipality": "wolfsburg"}
        asked = await town.post(f"{BASE}/questions", json=body)
        followed = await town.put(f"{BASE}/questions/following", json={"follows": True, "municipality": "wolfsburg"})
        listed = (await town.get(f"{BASE}/questions")).json()["items"]
    for answer in (asked, followed):
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/municipality")
    assert listed == []
