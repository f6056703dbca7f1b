"""New versions: drafts and their flaws, what changed, what is missing, and that old answers stay as they were."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import httpx
import openpyxl
import orjson
import pytest
from bson import encode

from chassis.service import Service
from chassis.text.languages import EVERYWHERE
from services.selfcheck.domain.questionnaire import content_hash
from services.selfcheck.questionnaires.questionnaire_xlsx import MEDIA_TYPE, write
from tests.service.selfcheck.conftest import Client, second, small

PUBLISHED = "/selfcheck/v1/questionnaires"
DRAFTS = "/selfcheck/v1/questionnaire-drafts"
XLSX = {"Content-Type": MEDIA_TYPE}


async def count(service: Service) -> int:
    return await service.context.database["questionnaire_drafts"].count_documents({})


async def test_the_schema_is_published(client: Client) -> None:
    answer = await client().get("/selfcheck/v1/questionnaire.schema.json")
    assert answer.json()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


async def test_from_export_over_draft_to_the_next_version(client: Client, office: httpx.AsyncClient) -> None:
    await office.post(PUBLISHED, json=small())
    exported = await client().get(f"{PUBLISHED}/small/1.xlsx")
    assert exported.headers["content-type"] == MEDIA_TYPE
    book = openpyxl.load_workbook(io.BytesIO(exported.content))
    book["questionnaire"]["B2"] = 2
    book["questions"]["E2"], book["questions"]["F2"] = "f.c.1", "same"
    saved = io.BytesIO()
    book.save(saved)
    made = await office.post(DRAFTS, content=saved.getvalue(), headers=XLSX)
    assert (made.status_code, made.json()["version"], made.json()["revision"]) == (201, "2", 1)
    draft = made.json()["draft"]
    assert [one["draft"] for one in (await office.get(DRAFTS)).json()["items"]] == [draft]
    assert (await office.get(f"{DRAFTS}/{draft}")).json()["fields"][0]["criteria"][0]["questions"][0]["continues"] == {
        "question": "f.c.1",
        "relation": "same",
    }
    compared = (await office.get(f"{DRAFTS}/{draft}/compare")).json()
    assert [(one["id"], one["relation"], one["warnings"]) for one in compared["questions"]] == [
        ("f.c.1", "same", []),
        ("f.c.2", "new", ["same_id_but_new"]),
    ]
    replaced = await office.put(f"{DRAFTS}/{draft}", json=second(), params={"revision": 1})
    assert (replaced.status_code, replaced.json()["revision"]) == (200, 2)
    assert (await office.put(f"{DRAFTS}/{draft}", json=second(), params={"revision": 1})).status_code == 409
    assert (await office.post(f"{DRAFTS}/{draft}/publication", params={"revision": 1})).status_code == 409
    for replayed in (None, "true"):
        published = await office.post(f"{DRAFTS}/{draft}/publication", params={"revision": 2})
        assert published.status_code == 200
        assert published.headers.get("Idempotent-Replayed") == replayed
        assert published.json() == {"id": "small", "version": "2", "content_hash": content_hash(second())}
    assert (await client().get(f"{PUBLISHED}/small/2")).json() == second()
    assert (await office.get(DRAFTS)).json()["items"] == []
    for call in (
        office.get(f"{DRAFTS}/{draft}"),
        office.put(f"{DRAFTS}/{draft}", json=second()),
        office.delete(f"{DRAFTS}/{draft}"),
    ):
        assert (await call).status_code == 409
    listed = (await client().get(PUBLISHED)).json()["items"]
    assert [(one["version"], one["follows"]) for one in listed if one["id"] == "small"] == [("2", "1"), ("1", None)]


async def test_the_same_upload_twice_is_one_draft(service: Service, office: httpx.AsyncClient) -> None:
    first, again = [await office.post(DRAFTS, json=small(), headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    other = await office.post(DRAFTS, json=small(version="9"), headers={"Idempotency-Key": "k"})
    assert (other.status_code, await count(service)) == (422, 1)
    assert (await office.delete(f"{DRAFTS}/{first.json()['draft']}")).status_code == 204
    assert (await office.delete(f"{DRAFTS}/{first.json()['draft']}")).status_code == 404


async def test_flaws_name_sheet_and_cell_or_the_place_in_the_document(
    service: Service, office: httpx.AsyncClient
) -> None:
    await office.post(PUBLISHED, json=small())
    wrong = second(relations=("same", "same"))
    questions = wrong["fields"][0]["criteria"][0]["questions"]
    questions[1]["continues"]["question"] = "f.c.9"
    await refused(office, wrong, {"/fields/0/criteria/0/questions/1/continues/question"}, {"/questions/E3"})
    await refused(office, second() | {"version": "1"}, {"/version"}, {"/questionnaire/B2"})
    questions[0]["weight"], questions[1]["id"] = -1, "f.c.1"
    places = {"/fields/0/criteria/0/questions/0/weight", "/fields/0/criteria/0/questions/1/id"}
    await refused(office, wrong, places, {"/questions/D2", "/questions/C3"})
    assert await count(service) == 0, "nothing half-written"
    for body, kind, status in ((b"{", "application/json", 400), (b"a;b", "text/csv", 415), (b"a;b", MEDIA_TYPE, 422)):
        answer = await office.post(DRAFTS, content=body, headers={"Content-Type": kind})
        assert answer.status_code == status
    assert await count(service) == 0


async def refused(office: httpx.AsyncClient, document: dict[str, Any], pointers: set[str], cells: set[str]) -> None:
    for answer, expected in (
        (await office.post(DRAFTS, json=document), pointers),
        (await office.post(DRAFTS, content=write(document), headers=XLSX), cells),
    ):
        assert answer.status_code == 422
        assert {error["pointer"] for error in answer.json()["errors"]} == expected
        assert all(error["detail"] for error in answer.json()["errors"])


async def test_relations_are_checked_against_the_version_before(office: httpx.AsyncClient) -> None:
    await office.post(PUBLISHED, json=small())
    wrong = second()
    wrong["fields"][0]["criteria"][0]["questions"][0]["continues"]["question"] = "nowhere"
    answer = await office.post(PUBLISHED, json=wrong)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/fields/0/criteria/0/questions/0/continues/question"
    assert (await office.post(PUBLISHED, json=second())).status_code == 201
    assert (await office.post(PUBLISHED, json=small())).headers["Idempotent-Replayed"] == "true"


async def test_the_comparison_of_versions_says_what_changed_also_across_one(
    client: Client, office: httpx.AsyncClient
) -> None:
    third = second(relations=("comparable", "same")) | {"version": "3"}
    third["fields"][0]["criteria"][0]["questions"].append({"id": "f.c.3", "text": {"de": "Neu"}, "weight": 2})
    for version in (small(), second(), third):
        assert (await office.post(PUBLISHED, json=version)).status_code == 201
    found = (await client().get(f"{PUBLISHED}/small/compare", params={"from": "1", "to": "3"})).json()
    assert [(one["id"], one["relation"]) for one in found["questions"]] == [
        ("f.c.1", "comparable"),
        ("f.c.2", "comparable"),
        ("f.c.3", "new"),
    ]
    assert found["comparable"] == {"f": 0.5}
    assert found["questions"][1]["reworded"] == [
        {
            "part": "text",
            "language": "de",
            "wording": [
                {"kind": "same", "text": "Frage"},
                {"kind": "removed", "text": " 2"},
                {"kind": "added", "text": " 2, anders gestellt"},
            ],
        }
    ]
    swapped = await client().get(f"{PUBLISHED}/small/compare", params={"from": "3", "to": "1"})
    assert (swapped.status_code, swapped.json()["errors"][0]["pointer"]) == (422, "/from")
    assert (await client().get(f"{PUBLISHED}/small/compare", params={"from": "1", "to": "8"})).status_code == 404
    assert (await client().get(f"{PUBLISHED}/small/compare", params={"from": "1", "to": "1"})).status_code == 422


async def test_what_is_missing_in_which_language(client: Client, office: httpx.AsyncClient) -> None:
    partly = small()
    partly["fields"][0]["title"]["uk"] = "Поле"
    await office.post(PUBLISHED, json=partly)
    report = (await client().get(f"{PUBLISHED}/small/1/completeness")).json()["languages"]
    of = {one["language"]: one for one in report}
    assert (of["de"]["missing"], of["de"]["share"], of["de"]["texts"]) == ([], 1, 10)
    assert (len(of["uk"]["missing"]), len(of["fr"]["missing"])) == (9, 10)
    assert of["de-simple"]["instead"] == ["de", "en"]
    assert {"pointer": "/fields/0/criteria/0/questions/1/text", "of": "f.c.2", "part": "text"} in of["uk"]["missing"]
    ours = (await client().get(f"{PUBLISHED}/weltoffene-kommune/1/completeness")).json()["languages"]
    assert {one["language"] for one in ours if not one["missing"]} == set(EVERYWHERE)


async def test_drafts_are_the_offices_alone(client: Client, office: httpx.AsyncClient) -> None:
    draft = (await office.post(DRAFTS, json=small())).json()["draft"]
    for ending in ("", ".pdf", ".xlsx", "/completeness", "/compare"):
        assert (await client().get(f"{DRAFTS}/{draft}{ending}")).status_code == 401
        assert (await client("wilhelmshaven", "coordinator").get(f"{DRAFTS}/{draft}{ending}")).status_code == 403
    assert (await office.get(f"{DRAFTS}/{draft}.pdf", params={"field": "f"})).content[:5] == b"%PDF-"
    assert (await client().get(f"{PUBLISHED}/small/1")).status_code == 404


@pytest.mark.parametrize("start", ["=", "+", "@", "-"])
async def test_a_draft_exported_as_workbook_has_no_formula(office: httpx.AsyncClient, start: str) -> None:
    draft = (await office.post(DRAFTS, json=small(title={"de": f"{start}1+1"}))).json()["draft"]
    book = openpyxl.load_workbook(io.BytesIO((await office.get(f"{DRAFTS}/{draft}.xlsx")).content))
    assert (book["questionnaire"]["C2"].value, book["questionnaire"]["C2"].data_type) == (f"{start}1+1", "s")


async def test_old_answers_and_results_never_change(
    service: Service, client: Client, office: httpx.AsyncClient, wilhelmshaven: str
) -> None:
    """What people answered, and every figure made of it, is byte for byte the same after a new version."""
    await office.post(PUBLISHED, json=small())
    coordinator, moderator = client(wilhelmshaven, "coordinator"), client(wilhelmshaven, "moderator")
    base = f"/selfcheck/v1/{wilhelmshaven}/assessments"
    opened = await coordinator.post(
        base,
        json={
            "questionnaire": {"id": "small", "version": "1"},
            "title": {"de": "Welle 1"},
            "minimum_group": 3,
            "perspectives": [{"id": "p", "title": {"de": "P"}}],
        },
    )
    assert opened.status_code == 201, opened.text
    one = f"{base}/{opened.json()['id']}"
    codes = []
    for level in (1, 2, 3):
        link = (await coordinator.post(f"{one}/invitations", json={"perspective": "p"})).json()["answer_url"]
        codes.append(link.rpartition("/")[2])
        saved = await client().put(
            f"/selfcheck/v1/answers/{codes[-1]}", json={"answers": {"f.c.1": level, "f.c.2": "unsure"}}
        )
        assert saved.status_code == 200
    before = await bytes_of(service, "sheets")
    assert (await office.post(PUBLISHED, json=second())).status_code == 201
    assert await bytes_of(service, "sheets") == before
    for step in ("reveal", "closing"):
        assert (await moderator.post(f"{one}/{step}")).status_code == 200
    result, closed = (await moderator.get(f"{one}/result")).content, await bytes_of(service, "assessments")
    third = second(relations=("comparable", "same")) | {"version": "3"}
    third["fields"][0]["criteria"][0]["questions"][0]["weight"] = 100
    third["rules"] = third["rules"] | {"unsure": "zero"}
    assert (await office.post(PUBLISHED, json=third)).status_code == 201
    assert (await moderator.get(f"{one}/result")).content == result
    assert await bytes_of(service, "assessments") == closed
    assert orjson.loads(result)["questions"]["f.c.1"]["score"] == 50
    other = {"questionnaire": "small:3", "version": "3", "to": "3"}
    assert (await moderator.get(f"{one}/result", params=other)).content == result, (
        "no answer is scored under another version"
    )
    trace = await moderator.get(f"{one}/result/trace", params={"question": "f.c.1"})
    assert (await moderator.get(f"{one}/result/trace", params={"question": "f.c.1", **other})).content == trace.content
    changed = {"questionnaire": {"id": "small", "version": "3"}}
    assert [(await coordinator.request(method, one, json=changed)).status_code for method in ("PUT", "PATCH")] != [
        200,
        200,
    ]
    assert (await coordinator.get(one)).json()["questionnaire"] == {"id": "small", "version": "1"}


async def bytes_of(service: Service, collection: str) -> str:
    """The hash of all documents of a collection as they are stored."""
    found = await service.context.database[collection].find({}).sort("_id", 1).to_list(None)
    return hashlib.sha256(b"".join(encode(document) for document in found)).hexdigest()


async def test_many_languages_fit_and_far_more_is_too_large(office: httpx.AsyncClient) -> None:
    large = small()
    for question in large["fields"][0]["criteria"][0]["questions"]:
        question["help"] = dict.fromkeys(("de", *(f"x{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")), "ю" * 4000)
    assert len(orjson.dumps(large)) > 400_000
    assert (await office.post(DRAFTS, json=large)).status_code == 201
    assert (
        await office.post(DRAFTS, content=b"[" + b" " * 3_000_000, headers={"Content-Type": "application/json"})
    ).status_code == 413
