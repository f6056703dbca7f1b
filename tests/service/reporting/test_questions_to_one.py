"""Questions to one municipality: the two and the programme office read them, nobody else."""

from __future__ import annotations

import pytest

from tests.service.reporting.exchange import OTHER, notifications, outbox
from tests.service.reporting.practices import token
from tests.service.reporting.towns import BASE, Reporting, admitted


async def join(reporting: Reporting, slug: str) -> None:
    reporting.topics.tell(slug, admitted(slug), slug)
    await reporting.handle(reporting.topics.records[-1:])


async def test_a_question_to_one_municipality_is_between_two(reporting: Reporting) -> None:
    await join(reporting, "kaufbeuren")
    third = "/reporting/v1/kaufbeuren"
    async with (
        reporting.client("wilhelmshaven") as asker,
        reporting.client("wolfsburg") as asked,
        reporting.client("kaufbeuren") as stranger,
        reporting.client("-", "programme_office") as office,
    ):
        for client in (asker, asked, stranger, office):
            client.headers["Sec-Fetch-Site"] = "same-origin"
        await stranger.put(f"{third}/questions/following", json={"follows": True})
        made = await asker.post(f"{BASE}/questions", json={"text": "Wie fing es bei Ihnen an?", "to": "wolfsburg"})
        assert made.status_code == 201, made.text
        id, about = made.json()["id"], made.json()["about"]
        wolfsburg = {"slug": "wolfsburg", "name": {"de": "Wolfsburg"}}
        assert about == {"kind": "municipality", "practice": None, "ring": None, "municipality": wolfsburg}
        assert await notifications(reporting) == [("question-asked", ("wolfsburg",))], (
            "nobody who follows questions to everybody"
        )
        everybody = (await asker.post(f"{BASE}/questions", json={"text": "Wer hilft uns?"})).json()["id"]

        for client, here in ((asker, BASE), (asked, OTHER)):
            assert [one["id"] for one in (await client.get(f"{here}/questions")).json()["items"]] == [everybody, id]
        [due] = (await asked.get(f"{OTHER}/today")).json()["due"]
        assert due["address"] == f"/reporting/wolfsburg/questions/{id}"
        assert "nur an eine Kommune: Wolfsburg" in (await asked.get(f"{due['address']}?lang=de")).text
        assert "nur an eine Kommune: Wolfsburg" in (await office.get(f"/reporting/questions/{id}?lang=de")).text

        answer = await asked.post(f"{OTHER}/questions/{id}/answers", json={"text": "Mit einem runden Tisch."})
        assert answer.status_code == 201, answer.text
        one = f"{third}/questions/{id}"
        helped = f"/answers/{answer.json()['id']}/helped"
        for refused in (
            await stranger.get(one),
            await stranger.post(f"{one}/answers", json={"text": "Bei uns auch."}),
            await stranger.put(f"{one}/following", json={"follows": True}),
            await stranger.post(one + helped, json={}),
            await stranger.get(f"/reporting/kaufbeuren/questions/{id}"),
        ):
            assert refused.status_code == 404, refused.text
        seen = [
            *[(await stranger.get(f"{third}/{path}")).text for path in ("questions", "questions?limit=1", "today")],
            *[(await stranger.get(f"/reporting/kaufbeuren/{path}")).text for path in ("questions", "questions/new")],
        ]
        assert not any(id in text or "fing es" in text or "runden Tisch" in text for text in seen)
        assert (await asker.post(f"{BASE}/questions/{id}{helped}", json={})).status_code == 200
    news = [("question-answered", ("wilhelmshaven",)), ("answer-helped", ("wolfsburg",))]
    assert [one for one in await notifications(reporting) if one[0] != "question-asked"] == news
    contents = [
        content for collection in ("questions", "answers") for _, content in await outbox(reporting, collection)
    ]
    assert not any("fing es" in content or "runden Tisch" in content for content in contents)


async def test_the_one_who_is_asked_hears_of_a_question_without_a_name_when_the_office_shows_it(
    reporting: Reporting,
) -> None:
    async with (
        reporting.client("wilhelmshaven") as asker,
        reporting.client("wolfsburg") as asked,
        reporting.client("-", "programme_office") as office,
    ):
        body = {"text": "Was ging schief?", "named": False, "to": "wolfsburg"}
        id = (await asker.post(f"{BASE}/questions", json=body)).json()["id"]
        assert (await asked.get(f"{OTHER}/questions/{id}")).status_code == 404
        assert (await asked.get(f"{OTHER}/questions")).json()["items"] == []
        assert await notifications(reporting) == []
        [waiting] = (await office.get("/reporting/v1/questions/waiting")).json()["questions"]
        assert (waiting["id"], waiting["about"]["municipality"]["slug"]) == (id, "wolfsburg")
        shown = await office.post(f"/reporting/v1/questions/{id}/moderation", json={"decision": "show"})
        assert shown.status_code == 200, shown.text
        seen = (await asked.get(f"{OTHER}/questions/{id}")).json()
        assert (seen["author"]["municipality"], "wilhelmshaven" in str(seen).lower()) == (None, False)
    assert await notifications(reporting) == [("question-asked", ("wolfsburg",))]


@pytest.mark.parametrize(
    ("to", "more", "remedy"),
    [
        ("gone", {}, "Please choose municipalities that take part"),
        ("closed", {}, "Please choose another one, or ask everybody"),
        ("nirgends", {}, "Please choose municipalities that take part"),
        ("wilhelmshaven", {}, "Please choose another one"),
        ("wolfsburg", {"ring": "r1"}, "Please leave one of them out"),
        ("wolfsburg", {"practice": "p1"}, "Please leave one of them out"),
        ("../wolfsburg", {}, ""),
    ],
)
async def test_who_cannot_be_asked_alone_is_said_at_the_field(
    reporting: Reporting, to: str, more: dict[str, str], remedy: str
) -> None:
    for slug, status in (("gone", "deleted"), ("closed", "suspended")):
        await join(reporting, slug)
        await reporting.service.context.database["tenants"].update_one({"_id": slug}, {"$set": {"status": status}})
    reporting.service.definition.tenant_registry.clear()
    async with reporting.client("wilhelmshaven") as town:
        answer = await town.post(f"{BASE}/questions", json={"text": "Und nun?", "to": to, **more})
        assert answer.status_code == 422, answer.text
        [error] = answer.json()["errors"]
        assert (error["pointer"], remedy in error["detail"]) == ("/to", True), error
    assert await reporting.service.context.database["questions"].count_documents({}) == 0


async def test_one_municipality_is_chosen_on_the_page(reporting: Reporting) -> None:
    await join(reporting, "closed")
    new = "/reporting/wilhelmshaven/questions/new?lang=de"
    async with reporting.client("wilhelmshaven") as town:
        town.headers["Sec-Fetch-Site"] = "same-origin"
        page = (await town.get(new)).text
        offered = ['value="wolfsburg"' in page, 'value="closed"' in page, 'value="wilhelmshaven"' in page]
        assert (offered, "Wen fragen Sie?" in page) == ([True, True, False], True)
        # It is suspended while the form is filled in.
        tenants = reporting.service.context.database["tenants"]
        await tenants.update_one({"_id": "closed"}, {"$set": {"status": "suspended"}})
        reporting.service.definition.tenant_registry.clear()
        entered = {"form_token": token(page), "text": "Wie geht es?", "named": "yes", "to": "closed"}
        refused = await town.post(new, data=entered)
        assert (refused.status_code, 'id="error-to"' in refused.text, "Wie geht es?" in refused.text) == (
            422,
            True,
            True,
        )
        assert "kann zurzeit nicht gefragt werden" in refused.text
        assert '<option value="closed" selected>' in refused.text, "sent again by mistake, it does not go to everybody"
        made = await town.post(new, data=entered | {"form_token": token(refused.text), "to": "wolfsburg"})
        assert made.status_code == 303, made.text
        assert "nur an eine Kommune: Wolfsburg" in (await town.get(f"{made.headers['location']}?lang=de")).text
    assert await notifications(reporting) == [("question-asked", ("wolfsburg",))]
