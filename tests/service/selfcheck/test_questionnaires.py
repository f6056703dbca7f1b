"""Publishing questionnaires and the stateless score, on the real MongoDB."""

from __future__ import annotations

import asyncio
import io
import json
from typing import Any

import pytest
from pypdf import PdfReader

from chassis.clock import rfc3339
from chassis.service import Service
from chassis.text.languages import EVERYWHERE
from contracts.selfcheck import QuestionnairePublished, QuestionnaireTranslated
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.questionnaires import api, api_files
from services.selfcheck.questionnaires.repository import SHIPPED
from services.selfcheck.questionnaires.translations import translations
from tests.service.selfcheck.conftest import Client, small

URL = "/selfcheck/v1/questionnaires"


async def test_the_shipped_questionnaire_is_published_once(service: Service, client: Client) -> None:
    await service.prepare()
    shown = await client().get(f"{URL}/weltoffene-kommune/1")
    assert shown.json() == json.loads((SHIPPED / "weltoffene-kommune-1.json").read_text("utf-8"))
    stored = await service.context.database["questionnaires"].find_one({"_id": "weltoffene-kommune:1"})
    assert stored is not None
    assert stored["tenant"] == "-"
    assert [one["y"] for one in stored["outbox"]] == [
        QuestionnairePublished.event_type,
        QuestionnaireTranslated.event_type,
    ]


async def test_what_a_version_is_called_in_further_languages_is_published_when_it_changes(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def published() -> list[dict[str, Any]]:
        row = await service.context.database["questionnaires"].find_one({"_id": "weltoffene-kommune:1"})
        assert row is not None
        names = [one for one in row["outbox"] if one["y"] == QuestionnaireTranslated.event_type]
        return [json.loads(one["d"]) for one in names]

    [first] = await published()
    assert {code for field in first["fields"] for code in field["title"]} == set(EVERYWHERE)
    assert len(first["fields"]) == 7
    grown = {**translations(), "tr": {**translations()["tr"], first["fields"][0]["title"]["de"]: "Yeni ad"}}
    monkeypatch.setattr("services.selfcheck.questionnaires.translations.translations", lambda: grown)
    for _ in range(2):
        await service.prepare()
    [_, second] = await published()
    assert second["fields"][0]["title"] == {**first["fields"][0]["title"], "tr": "Yeni ad"}


async def test_a_version_without_translations_is_published_alone(service: Service, client: Client) -> None:
    made = await client("-", "programme_office").post(URL, json=small())
    assert made.status_code == 201, made.text
    row = await service.context.database["questionnaires"].find_one({"_id": f"{small()['id']}:{small()['version']}"})
    assert row is not None
    assert [one["y"] for one in row["outbox"]] == [QuestionnairePublished.event_type]


async def test_the_paper_of_a_version_is_made_once(
    service: Service, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks forty times at once, in whatever language, costs no more than one paper for each that is framed."""
    made: list[str] = []
    slow = api_files.paper

    def counted(asked: Questionnaire, language: str, field: str | None = None) -> bytes:
        made.append(language)
        return slow(asked, language, field)

    monkeypatch.setattr(api_files, "paper", counted)
    asked = [client().get(f"{URL}/weltoffene-kommune/1.pdf", params={"language": one}) for one in ["de", "tr"] * 20]
    answers = await asyncio.gather(*asked)
    assert {answer.status_code for answer in answers} == {200}
    assert sorted(made) == sorted(set(made))
    assert len({answer.content for answer in answers}) == len(made)


async def test_the_workbook_of_a_version_is_made_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    slow = api.write

    def counted(document: dict[str, Any]) -> bytes:
        made.append(document["id"])
        return slow(document)

    monkeypatch.setattr(api, "write", counted)
    answers = await asyncio.gather(*(client().get(f"{URL}/weltoffene-kommune/1.xlsx") for _ in range(40)))
    assert len({answer.content for answer in answers}) == len(made) == 1


async def test_a_published_version_stays_when_other_words_are_shipped(service: Service, client: Client) -> None:
    """A database of an earlier build does not keep the service from starting."""
    change = {"$set": {"content.title.de": "Früher", "content_hash": "0"}}
    await service.context.database["questionnaires"].update_one({"_id": "weltoffene-kommune:1"}, change)
    await service.prepare()
    assert (await client().get(f"{URL}/weltoffene-kommune/1")).json()["title"]["de"] == "Früher"


async def test_a_version_is_read_as_earlier_builds_kept_its_request(service: Service, client: Client) -> None:
    """Published without a key it had no fingerprint, and only the request said when."""
    versions = service.context.database["questionnaires"]
    stored = await versions.find_one({"_id": "weltoffene-kommune:1"})
    assert stored is not None
    earlier = {"request": {"a": stored["request"]["a"], "t": stored["published_at"]}}
    await versions.update_one({"_id": stored["_id"]}, {"$set": earlier, "$unset": {"published_at": ""}})
    listed = (await client().get(URL)).json()["items"]
    assert [one["published_at"] for one in listed if one["version"] == "1"] == [rfc3339(stored["published_at"])]


@pytest.mark.parametrize(("language", "words"), [("de", "Trifft auf uns nicht zu"), ("uk", "Нас не стосується")])
async def test_on_paper_whole_or_one_field(client: Client, language: str, words: str) -> None:
    whole = await client().get(f"{URL}/weltoffene-kommune/1.pdf", params={"language": language})
    pages = PdfReader(io.BytesIO(whole.content)).pages
    assert words in pages[0].extract_text()
    asked = (await client().get(f"{URL}/weltoffene-kommune/1")).json()
    titles = [field["title"]["de"] for field in asked["fields"]]
    if language != "de":
        titles = [translations()[language][title] for title in titles]
    printed = "".join("".join(page.extract_text().split()) for page in pages)
    assert [title for title in titles if "".join(title.split()) not in printed] == []
    one = await client().get(f"{URL}/weltoffene-kommune/1.pdf", params={"field": asked["fields"][0]["id"]})
    assert len(PdfReader(io.BytesIO(one.content)).pages) < len(pages)
    assert (await client().get(f"{URL}/weltoffene-kommune/1.pdf", params={"field": "none"})).status_code == 404


async def test_a_version_never_changes(client: Client) -> None:
    office = client("-", "programme_office")
    first = await office.post(URL, json=small(), headers={"Idempotency-Key": "k"})
    again = await office.post(URL, json=small())
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (await office.post(URL, json=small(title={"de": "Anders"}))).status_code == 409
    assert (await office.post(URL, json=small(version="2"), headers={"Idempotency-Key": "k"})).status_code == 422
    assert (await client().get(f"{URL}/small/1")).json() == small()
    assert (await client().get(f"{URL}/small/2")).status_code == 404


async def test_the_event_says_what_a_question_continues(service: Service, client: Client) -> None:
    second = small(version="2")
    second["fields"][0]["criteria"][0]["questions"][0]["continues"] = {"question": "f.c.1", "relation": "same"}
    assert (await client("-", "programme_office").post(URL, json=second)).status_code == 201
    stored = await service.context.database["questionnaires"].find_one({"_id": "small:2"})
    assert stored is not None
    assert '"continues":{"question":"f.c.1","relation":"same"}' in str(stored["outbox"])


async def test_only_the_office_publishes_and_flaws_are_named(client: Client) -> None:
    assert (await client().post(URL, json=small())).status_code == 401
    assert (await client("wilhelmshaven", "coordinator").post(URL, json=small())).status_code == 403
    refused = await client("-", "programme_office").post(URL, json=small(title={}))
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/title/de"]


async def test_score_is_for_staff_and_hides_small_groups(client: Client) -> None:
    people = [{"respondent": str(n), "perspective": "staff", "answers": {"f.c.1": n, "f.c.2": 4}} for n in (1, 3)]
    body = {"questionnaire": small(), "responses": people, "minimum_group": 1}
    staff = client("wilhelmshaven", "moderator")
    assert (await client().post("/selfcheck/v1/score", json=body)).status_code == 401
    result = (await staff.post("/selfcheck/v1/score", json=body)).json()
    assert (result["overall"]["score"], result["questions"]["f.c.1"]["score"]) == (75, 50)
    assert result["questions"]["f.c.1"]["spread"] == [0, 1, 0, 1, 0]
    hidden = (await staff.post("/selfcheck/v1/score", json=body | {"minimum_group": 3})).json()
    assert hidden["overall"]["score"] is None
    assert hidden["questions"]["f.c.1"]["spread"] is None
    people[0]["answers"] = {"f.c.1": 5, "nowhere": 1}
    bad = await staff.post("/selfcheck/v1/score", json=body)
    assert bad.status_code == 422
    pointers = {error["pointer"] for error in bad.json()["errors"]}
    assert pointers == {"/responses/0/answers/f.c.1", "/responses/0/answers/nowhere"}
