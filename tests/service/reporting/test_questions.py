"""Questions between municipalities: who reads what, whose name stands with it, who is notified."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chassis.text.languages import LANGUAGES
from tests.service.reporting.practices import LIBRARY, published, token
from tests.service.reporting.towns import BASE, Reporting, admitted

OTHER = "/reporting/v1/wolfsburg"


async def outbox(reporting: Reporting, collection: str) -> list[tuple[str, str]]:
    """Types and contents of all events that wait in a collection."""
    rows = await reporting.service.context.database[collection].find({}).to_list(None)
    return [(entry["y"].removeprefix("reporting."), str(entry["d"])) for row in rows for entry in row["outbox"]]


async def notifications(reporting: Reporting) -> list[tuple[str, tuple[str, ...]]]:
    """News and the municipalities that are told of it."""
    found = []
    for collection in ("questions", "answers", "rings", "visits"):
        for row in await reporting.service.context.database[collection].find({}).to_list(None):
            for entry in row["outbox"]:
                if entry["y"] == "reporting.exchange.told.v1":
                    event = json.loads(entry["d"])
                    found.append((event["news"], tuple(event["municipalities"])))
    return found


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


async def test_a_ring_keeps_to_itself(reporting: Reporting) -> None:
    reporting.topics.tell("kaufbeuren", admitted("kaufbeuren"), "kaufbeuren")
    await reporting.handle(reporting.topics.records[-1:])
    async with (
        reporting.client("wilhelmshaven") as founder,
        reporting.client("wolfsburg") as invited,
        reporting.client("kaufbeuren") as stranger,
    ):
        made = await founder.post(f"{BASE}/rings", json={"title": "Ring Küste", "municipalities": ["wolfsburg"]})
        assert made.status_code == 201, made.text
        ring = made.json()["id"]
        assert await notifications(reporting) == [("ring-invited", ("wolfsburg",))]
        assert (await stranger.get(f"/reporting/v1/kaufbeuren/rings/{ring}")).status_code == 404
        assert (await stranger.put(f"/reporting/v1/kaufbeuren/rings/{ring}/membership")).status_code == 404
        question = (
            await founder.post(f"{BASE}/questions", json={"text": "Wann treffen wir uns?", "ring": ring})
        ).json()
        assert (await invited.get(f"{OTHER}/questions/{question['id']}")).status_code == 404, "invited is not a member"
        assert (await invited.put(f"{OTHER}/rings/{ring}/membership")).status_code == 200
        assert (await invited.get(f"{OTHER}/questions/{question['id']}")).status_code == 200
        assert (await stranger.get("/reporting/v1/kaufbeuren/questions")).json()["items"] == []
        assert (
            await stranger.post("/reporting/v1/kaufbeuren/questions", json={"text": "Darf ich?", "ring": ring})
        ).status_code == 404
        here = f"{OTHER}/rings/{ring}"
        day = "2027-03-01T10:00:00Z"
        await invited.post(f"{here}/meetings", json={"title": "Auftakt", "starts_at": day})
        await invited.post(f"{here}/measures", json={"title": "Gemeinsamer Wegweiser", "due": "2027-06-01"})
        shown = await invited.post(
            f"{here}/documents", json={"title": "Protokoll", "url": "https://stadt.example/protokoll.pdf"}
        )
        assert shown.status_code == 201, shown.text
        meeting, measure = shown.json()["meetings"][0], shown.json()["measures"][0]
        await founder.put(
            f"{BASE}/rings/{ring}/meetings/{meeting['id']}",
            json={"title": "Auftakt", "starts_at": day, "findings": "Wir machen es."},
        )
        after = await founder.put(
            f"{BASE}/rings/{ring}/measures/{measure['id']}", json={"title": "Wegweiser", "status": "done"}
        )
        assert (after.json()["meetings"][0]["findings"], after.json()["measures"][0]["status"]) == (
            "Wir machen es.",
            "done",
        )
        assert (await founder.put(f"{BASE}/rings/{ring}/measures/erfunden", json={"title": "Neu"})).status_code == 404
        assert (await invited.delete(f"{here}/membership")).status_code == 200
        assert (await invited.get(here)).status_code == 404


async def test_on_pages(reporting: Reporting) -> None:
    headers = {"Sec-Fetch-Site": "same-origin"}
    practice = await published(reporting)
    async with (
        reporting.client("wolfsburg") as town,
        reporting.client("wilhelmshaven") as owner,
        reporting.client("-", "programme_office") as office,
    ):
        for client in (town, owner, office):
            client.headers.update(headers)
        new = f"/reporting/wolfsburg/questions/new?practice={practice}&lang=de"
        page = (await town.get(new)).text
        assert "Dolmetschende auf Abruf" in page
        refused = await town.post(
            "/reporting/wolfsburg/questions/new",
            data={"form_token": token(page), "text": "Ruf 04421 161234 an", "practice": practice},
        )
        assert (refused.status_code, "Ruf 04421 161234 an" in refused.text) == (422, True)
        page = (await town.get(new)).text
        made = await town.post(
            "/reporting/wolfsburg/questions/new?lang=de",
            data={"form_token": token(page), "text": "<b>Wie?</b>", "practice": practice},
        )
        assert made.status_code == 303, made.text
        where = made.headers["location"]
        assert "liest es zuerst" in (await town.get(f"{where}?lang=de")).text
        overview = (await office.get("/reporting/questions?lang=de")).text
        assert "&lt;b&gt;Wie?" in overview or "Wie?" in overview
        id = where.rpartition("/")[2]
        page = (await office.get(f"/reporting/questions/{id}")).text
        shown = await office.post(f"/reporting/questions/{id}", data={"form_token": token(page), "decision": "show"})
        assert shown.status_code == 303, shown.text
        page = (await owner.get(f"/reporting/wilhelmshaven/questions/{id}?lang=de")).text
        assert "&lt;b&gt;Wie?&lt;/b&gt;" in page
        assert "eine Kommune" in page
        said = await owner.post(
            f"/reporting/wilhelmshaven/questions/{id}",
            data={"form_token": token(page), "text": "So.", "named": "yes", "button": "answer"},
        )
        assert said.status_code == 303, said.text
        page = (await town.get(f"{where}?lang=de")).text
        assert "So." in page
        assert "Wilhelmshaven" in page
        rings = (await town.get("/reporting/wolfsburg/rings?lang=de")).text
        founded = await town.post(
            "/reporting/wolfsburg/rings",
            data={"form_token": token(rings), "title": "Ring", "municipalities": "wilhelmshaven"},
        )
        assert founded.status_code == 303, founded.text
        ring = founded.headers["location"]
        page = (await town.get(ring)).text
        added = await town.post(
            ring,
            data={
                "form_token": token(page),
                "button": "meeting",
                "meeting_title": "Auftakt",
                "meeting_starts_at": "2027-03-01T10:00",
            },
        )
        assert added.status_code == 303, added.text
        wrong = await town.post(ring, data={"form_token": token(page), "button": "document", "document_title": "x"})
        assert wrong.status_code == 422
        assert "Auftakt" in (await town.get(ring)).text
        assert "Ring" in (await owner.get("/reporting/wilhelmshaven/rings")).text


async def test_a_form_that_was_sent_before_and_is_sent_again_with_other_entries_says_so(reporting: Reporting) -> None:
    """Back, another sentence, sent again: the first stands and the second is neither lost nor taken for the first."""
    practice = await published(reporting)
    async with reporting.client("wolfsburg") as town:
        town.headers["Sec-Fetch-Site"] = "same-origin"
        new = "/reporting/wolfsburg/questions/new?lang=de"
        entries = {
            "form_token": token((await town.get(f"{new}&practice={practice}")).text),
            "practice": practice,
            "named": "yes",
        }
        first = await town.post(new, data=entries | {"text": "Was kostet es?"})
        same = await town.post(new, data=entries | {"text": "Was kostet es?"})
        assert (same.status_code, same.headers["location"]) == (303, first.headers["location"])
        other = await town.post(new, data=entries | {"text": "Wer dolmetscht?"})
        assert other.status_code == 422
        assert "schon einmal mit anderen Angaben abgeschickt" in other.text
        assert "Wer dolmetscht?" in other.text
        again = await town.post(new, data=entries | {"form_token": token(other.text), "text": "Wer dolmetscht?"})
        assert (again.status_code, again.headers["location"] != first.headers["location"]) == (303, True)

        rings = "/reporting/wolfsburg/rings?lang=de"
        founding = {"form_token": token((await town.get(rings)).text), "municipalities": "wilhelmshaven"}
        ring = (await town.post(rings, data=founding | {"title": "Ring"})).headers["location"]
        assert (await town.post(rings, data=founding | {"title": "Kreis"})).status_code == 422
        meeting = {
            "form_token": token((await town.get(ring)).text),
            "button": "meeting",
            "meeting_starts_at": "2027-03-01T10:00",
        }
        assert (await town.post(ring, data=meeting | {"meeting_title": "Auftakt"})).status_code == 303
        assert (await town.post(ring, data=meeting | {"meeting_title": "Auftakt"})).status_code == 303
        assert (await town.post(ring, data=meeting | {"meeting_title": "Abschluss"})).status_code == 422
        shown = (await town.get(ring)).text
        assert ("Auftakt" in shown, "Abschluss" in shown) == (True, False)


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


async def test_an_unknown_municipality_is_named_at_its_field(reporting: Reporting) -> None:
    async with reporting.client("wilhelmshaven") as town:
        town.headers.update({"Sec-Fetch-Site": "same-origin"})
        body = {"title": "Ring", "municipalities": ["wolfsburg", "Emden"]}
        answer = await town.post(f"{BASE}/rings", json=body)
        assert [one["pointer"] for one in answer.json()["errors"]] == ["/municipalities/1"]
        here = "/reporting/wilhelmshaven/rings"
        page = (await town.get(here)).text
        assert 'value="wolfsburg"' in page, "those that take part are offered"
        entered = {"form_token": token(page), "title": "Ring am Meer", "municipalities": "Emden Kaufbeuren"}
        refused = await town.post(here, data=entered)
        assert (refused.status_code, "Ring am Meer" in refused.text) == (422, True), "what was entered is still there"
        assert 'id="error-municipalities"' in refused.text
        made = await town.post(here, data=entered | {"municipalities": ["wolfsburg"]})
        ring = made.headers["location"]
        invitation = {"form_token": token((await town.get(ring)).text), "button": "invite", "municipality": "Wolfsburg"}
        refused = await town.post(ring, data=invitation)
        assert (refused.status_code, 'id="error-municipality"' in refused.text) == (422, True)
