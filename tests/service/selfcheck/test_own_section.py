"""A section of a municipality's own: asked of everybody, shown apart, in no other figure, the same for good after the closing."""

from __future__ import annotations

import io

import httpx
import orjson
from pypdf import PdfReader

from tests.service.selfcheck.town import TENANT, Town

OWN = {"title": {"de": "Hafen"}, "questions": [{"de": "Wie gut ist der Hafen?"}, {"de": "Und die Fähre?"}]}
ANSWERS = {"a1": 3, "a2": 3, "b1": 2, "b2": 2}


async def opened(town: Town, own: object = OWN) -> str:
    body = {
        "questionnaire": {"id": "small", "version": "1"},
        "title": {"de": "Probe"},
        "minimum_group": 3,
        "perspectives": [{"id": one, "title": {"de": one}} for one in ("office", "clubs")],
        "own_section": own,
    }
    made = await town.client("coordinator").post(f"/selfcheck/v1/{TENANT}/assessments", json=body)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def answered(town: Town, id: str) -> None:
    for perspective, people, level in (("office", 3, 4), ("clubs", 2, 0)):
        for _ in range(people):
            own = {"own-section.1": level, "own-section.2": level}
            await town.answer(await town.invite(id, perspective), ANSWERS | own)


async def test_it_is_asked_on_the_sheet_and_its_page(town: Town) -> None:
    id = await opened(town)
    shown = (await town.client("coordinator").get(town.api(id))).json()["own_section"]
    assert [one["id"] for one in shown["questions"]] == ["own-section.1", "own-section.2"]
    code, respondent = await town.invite(id, "office"), town.client()
    sheet = (await respondent.get(f"/selfcheck/v1/answers/{code}")).json()
    assert sheet["own_section"] == shown
    assert sheet["progress"]["fields"]["own-section"] == {"asked": 2, "answered": 0}
    page = await respondent.get(f"/selfcheck/answers/{code}/fields/own-section")
    assert "Wie gut ist der Hafen?" in page.text
    unknown = await respondent.put(f"/selfcheck/v1/answers/{code}", json={"answers": {"own-section.3": 1}})
    assert unknown.status_code == 422
    other = await town.assessment()
    nothing = await respondent.put(
        f"/selfcheck/v1/answers/{await town.invite(other, 'administration')}", json={"answers": {"own-section.1": 1}}
    )
    assert nothing.status_code == 422, "asked only where it was opened with it"


async def test_its_figures_stand_apart_and_in_no_other(town: Town) -> None:
    id, reader = await opened(town), town.client("decision_maker", "en")
    await answered(town, id)
    assert (await reader.get(f"{town.api(id)}/own-result")).status_code == 409
    await town.moderate(id, "reveal")
    own = (await reader.get(f"{town.api(id)}/own-result")).json()
    assert own["whole"]["perspectives"]["office"]["score"] == 100
    assert own["whole"]["perspectives"]["clubs"]["score"] is None, "two are too few"
    assert own["questions"][0]["spreads"] == {"office": [0, 0, 0, 0, 3], "clubs": None}
    page = await reader.get(f"{town.page(id)}/result/own")
    assert "Wie gut ist der Hafen?" in page.text
    assert f"{town.page(id)}/result/own" in (await reader.get(f"{town.page(id)}/result")).text

    result = (await reader.get(f"{town.api(id)}/result")).json()
    assert "own-section" not in orjson.dumps(result).decode()
    assert result["overall"]["score"] == 63, "of the questionnaire alone"
    board = await town.client("moderator").get(f"{town.api(id)}/board")
    assert [one["id"] for one in board.json()["questions"] if one["id"].startswith("own")] == []
    await town.moderate(id, "closing")
    assert (await reader.get(f"{town.api(id)}/own-result")).json() == own, "it stands"
    assert (await reader.get(f"{town.api(id)}/result")).json()["overall"] == result["overall"]
    told = orjson.dumps([data for _, data in await town.events(id)]).decode()
    assert "own-section" not in told, "nothing of it leaves the municipality"
    await town.service.context.database["sheets"].delete_many({"assessment": id})
    assert (await reader.get(f"{town.api(id)}/own-result")).json() == own, "nobody's going shows in it"


async def test_without_one_there_is_no_such_result(town: Town) -> None:
    id = await opened(town, None)
    await answered_without(town, id)
    reader = town.client("decision_maker")
    assert (await reader.get(f"{town.api(id)}/own-result")).status_code == 404
    assert (await reader.get(f"{town.page(id)}/result/own")).status_code == 404


async def answered_without(town: Town, id: str) -> None:
    for _ in range(3):
        await town.answer(await town.invite(id, "office"), ANSWERS)
    await town.moderate(id, "reveal")


async def test_bad_sections_are_refused_at_their_place(town: Town) -> None:
    body = {
        "questionnaire": {"id": "small", "version": "1"},
        "title": {"de": "Probe"},
        "perspectives": [{"id": "office", "title": {"de": "Amt"}}],
    }
    for own, pointer in (
        ({"title": {"de": "x"}, "questions": []}, "/own_section/questions"),
        ({"title": {"de": "x"}, "questions": [{"de": "Frage"}] * 21}, "/own_section/questions"),
        ({"title": {"de": " "}, "questions": [{"de": "Frage"}]}, "/own_section/title/de"),
        ({"questions": [{"de": "Frage"}]}, "/own_section/title"),
    ):
        refused = await town.client("coordinator").post(
            f"/selfcheck/v1/{TENANT}/assessments", json={**body, "own_section": own}
        )
        assert refused.status_code == 422, own
        assert refused.json()["errors"][0]["pointer"] == pointer


async def test_the_page_takes_one_question_a_line(town: Town) -> None:
    coordinator, home = town.client("coordinator"), f"/selfcheck/{TENANT}/"
    entered = {"title": "2026", "questionnaire": "small:1", "perspectives": "administration", "minimum_group": "3"}
    lines = {"own_title": "Hafen", "own_questions": "Wie gut ist der Hafen?\n\n Und die Fähre? "}
    done = await town.submit(coordinator, home, "", **entered, **lines)
    assert done.status_code == 303, done.text
    id = done.headers["location"].rpartition("/")[2]
    made = (await coordinator.get(town.api(id))).json()["own_section"]
    assert [one["text"] for one in made["questions"]] == [{"de": "Wie gut ist der Hafen?"}, {"de": "Und die Fähre?"}]
    untitled = await town.submit(coordinator, home, "", **entered, own_title="", own_questions="Wie gut ist der Hafen?")
    assert untitled.status_code == 422
    assert 'id="error-own_title"' in untitled.text
    for own, said in (
        ("", "Bitte füllen Sie dieses Feld aus."),
        ("Wie?\n" * 21, "das sind 21. Nehmen Sie bitte einige heraus."),
    ):
        refused = await town.submit(coordinator, home, "", **entered, own_title="Hafen", own_questions=own)
        assert refused.status_code == 422
        assert said in refused.text.partition('id="error-own_questions"')[2].partition("</p>")[0]


APART = "Asked by this municipality alone, and compared with nothing."


def read(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).split())


async def test_on_paper_it_stands_after_the_questionnaire_and_says_what_it_is(town: Town) -> None:
    id = await opened(town)
    code, respondent = await town.invite(id, "office"), town.client()
    paper = f"/selfcheck/v1/answers/{code}/questionnaire.pdf"
    whole = read(await respondent.get(f"{paper}?language=en"))
    assert whole.index("Question b2") < whole.index(APART) < whole.index("Wie gut ist der Hafen?")
    alone = read(await respondent.get(f"{paper}?field=own-section"))
    assert "Diese Fragen stellt nur diese Kommune." in alone
    assert "Frage a1" not in alone
    assert "nicht verglichen" not in read(await respondent.get(f"{paper}?field=a"))
    assert (await respondent.get(f"{paper}?field=none")).status_code == 404
    assert (await respondent.get(paper.replace(code, "nobodys"))).status_code == 404
    staff = await town.client("intake").get(f"{town.api(id)}/questionnaire.pdf?language=en")
    assert read(staff) == whole
    assert staff.headers["Cache-Control"] == "private, no-store"
    page = await respondent.get(f"/selfcheck/answers/{code}/fields/own-section")
    assert f'href="{paper}?field=own-section' in page.text, "and no link that leads nowhere"


async def test_without_one_the_paper_is_the_versions(town: Town) -> None:
    id = await opened(town, None)
    asked = read(await town.client("coordinator").get(f"{town.api(id)}/questionnaire.pdf"))
    assert asked == read(await town.client().get("/selfcheck/v1/questionnaires/small/1.pdf"))


async def test_pages_say_that_it_is_compared_with_nothing(town: Town) -> None:
    id = await opened(town)
    code, respondent = await town.invite(id, "office"), town.client(language="en")
    for page in ("", "/fields/own-section", "/print"):
        shown = await respondent.get(f"/selfcheck/answers/{code}{page}")
        assert shown.text.count(APART) == 1, page
    assert APART not in (await respondent.get(f"/selfcheck/answers/{code}/fields/a")).text


async def test_the_workshop_may_talk_about_it_and_agree(town: Town) -> None:
    id, moderator = await opened(town), town.client("moderator", "en")
    await answered(town, id)
    await town.moderate(id, "reveal")
    own = "own-section.1"
    agenda = (await moderator.get(f"{town.api(id)}/agenda")).json()
    assert own not in agenda["suggested"], "it is compared with nothing, so nothing ranks it"
    page = await moderator.get(f"{town.page(id)}/agenda")
    assert "questions of your own, compared with nothing" in page.text
    added = await town.submit(moderator, f"{town.page(id)}/agenda", "", do="add", revision="0", **{"in-3": own})
    assert added.status_code == 303
    assert "own question, compared with nothing" in (await moderator.get(f"{town.page(id)}/agenda")).text
    assert "own question, compared with nothing" in (await moderator.get(f"{town.page(id)}/board")).text

    board = (await moderator.get(f"{town.api(id)}/board")).json()
    entry = board["own_questions"][0]
    assert (entry["own"], entry["gap"], entry["spreads"]) == (True, None, {"office": [0, 0, 0, 0, 3], "clubs": None})
    await town.moderate(id, "room")
    assert (await town.moderate(id, "stage", {"picture": "question", "question": own})).status_code == 200
    assert (await town.moderate(id, "stage", {"picture": "perspectives", "field": "own-section"})).status_code == 422
    assert APART in (await moderator.get(f"{town.page(id)}/questions/{own}")).text
    before = (await moderator.get(f"{town.api(id)}/result")).json()
    events = len(await town.events(id))
    agreed = await town.moderate(id, "consensus", {"question": own, "level": 2, "reason": "Alle zusammen."})
    assert agreed.status_code == 200
    assert len(await town.events(id)) == events, "it stays in the municipality"
    assert (await moderator.get(f"{town.api(id)}/result")).json() == before, "and in no figure"
    board = (await moderator.get(f"{town.api(id)}/board")).json()
    assert board["own_questions"][0]["consensus"] == {"level": 2, "reason": "Alle zusammen.", "revision": 1}
    assert "Alle zusammen." in (await moderator.get(f"{town.page(id)}/result/own")).text
    assert (
        await town.moderate(id, "consensus", {"question": "own-section.3", "level": 2, "reason": "?"})
    ).status_code == 422
    await town.moderate(id, "closing")
    assert (await moderator.get(f"{town.api(id)}/result")).json() == before
    assert "own-section" not in orjson.dumps([data for _, data in await town.events(id)]).decode()


async def test_the_room_sees_it_marked(town: Town) -> None:
    id = await opened(town)
    await answered(town, id)
    await town.moderate(id, "reveal")
    room = (await town.moderate(id, "room")).json()["room_url"].rpartition("/")[2]
    await town.moderate(id, "stage", {"picture": "question", "question": "own-section.2"})
    seen = (await town.client().get(f"/selfcheck/v1/room/{room}")).json()["question"]
    assert (seen["id"], seen["own"], seen["spreads"]["clubs"]) == ("own-section.2", True, None)
    for language, words in (("en", APART), ("uk", "запитує лише ця громада"), ("de", "Das fragt nur diese Kommune")):
        assert words in (await town.client(language=language).get(f"/selfcheck/room/{room}")).text
    steps = await town.client("moderator", "en").get(f"{town.page(id)}/room")
    assert 'value="question:own-section.1">Question before' in steps.text


async def test_the_room_votes_on_it_beside_others(town: Town) -> None:
    """What to work on first may be a question of one's own; it is marked, on the ballot and in the result, and nobody else hears of it."""
    id = await opened(town)
    await answered(town, id)
    await town.moderate(id, "reveal")
    room = (await town.moderate(id, "room")).json()["room_url"].rpartition("/")[2]
    board = (await town.client("moderator", "en").get(f"{town.api(id)}/board")).json()
    compared, own = board["questions"][0]["id"], "own-section.1"
    unknown = {"kind": "questions", "options": [compared, "own-section.9"], "most": 1}
    assert (await town.moderate(id, "votes", unknown)).status_code == 422
    assert (await town.moderate(id, "votes", {"kind": "fields", "options": ["own-section", "a"]})).status_code == 422
    events = len(await town.events(id))
    made = await town.moderate(id, "votes", {"kind": "questions", "options": [compared, own], "most": 1})
    assert made.status_code == 201, made.text
    seen = (await town.client().get(f"/selfcheck/v1/room/{room}")).json()["vote"]
    assert (seen["options"], seen["own"]) == ([compared, own], [own])
    ballot = (await town.client(language="en").get(f"/selfcheck/room/{room}/vote")).text
    assert ballot.count(APART) == 1
    for _ in range(5):
        cast = await town.client().put(f"/selfcheck/v1/room/{room}/votes/{made.json()['id']}", json={"ranking": [own]})
        assert cast.status_code == 200, cast.text
    closed = await town.moderate(id, f"votes/{made.json()['id']}/closing")
    assert closed.status_code == 200, closed.text
    assert APART in (await town.client(language="en").get(f"/selfcheck/room/{room}")).text
    assert len(await town.events(id)) == events
    await town.moderate(id, "closing")
    assert "(own question" in read(await town.client("decision_maker").get(f"{town.api(id)}/protocol.pdf?language=en"))


async def test_the_protocol_tells_it_apart_and_hides_what_is_hidden(town: Town) -> None:
    id = await opened(town)
    await answered(town, id)
    await town.moderate(id, "reveal")
    await town.moderate(id, "agenda", {"questions": ["own-section.2", "a1"]})
    await town.moderate(id, "consensus", {"question": "own-section.2", "level": 1, "reason": "Die Fähre fährt selten."})
    protocol = f"{town.api(id)}/protocol.pdf?language="
    text = read(await town.client("decision_maker").get(protocol + "en"))
    assert "Questions of its own, compared with nothing: Hafen" in text
    assert "Wie gut ist der Hafen? 100 – 100 3" in text, "two voices of the clubs are too few"
    assert "1. Und die Fähre? (own question, compared with nothing) Consensus: level 1 (Level 1)" in text
    assert "Die Fähre fährt selten." in text
    assert "clubs (too few) – – – – –" in text
    german = read(await town.client("decision_maker").get(protocol + "de"))
    assert "Eigene Fragen, nicht verglichen: Hafen" in german
    await town.moderate(id, "closing")
    assert "Wie gut ist der Hafen? 100 – 100 3" in read(await town.client("decision_maker").get(protocol + "en"))
