"""Respondents answer in their language: the published questionnaire with the translations laid over it."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import services.selfcheck
from chassis.text.languages import EVERYWHERE, LANGUAGES
from chassis.text.translations import Messages
from services.selfcheck.questionnaires.translations import translations
from tests.service.selfcheck.answering.conftest import HOST, Town


async def test_the_questions_read_in_every_language_of_the_municipality(town: Town) -> None:
    """A language that only residents' pages are written in is not offered here."""
    service = town.everything.services["selfcheck"]
    await town.database()["tenants"].update_many({}, {"$set": {"languages": list(LANGUAGES)}})
    service.definition.tenant_registry.clear()
    made = await town.invite(await town.open(questionnaire={"id": "weltoffene-kommune", "version": "1"}))
    german = (await town.anybody.get(f"{HOST}/selfcheck/v1/questionnaires/weltoffene-kommune/1")).json()["fields"][0]
    async with town.browser() as reader:
        for code in EVERYWHERE:
            page = unescape((await reader.get(f"{made['page']}/fields/{german['id']}?lang={code}")).text)
            question = german["criteria"][0]["questions"][0]
            for text in (german["title"], question["text"], question["help"]):
                assert text.get(code, translations().get(code, {}).get(text["de"])) in page
            assert f'lang="{code}" dir="{LANGUAGES[code].direction}"' in page
            assert "?lang=ti" not in page


SAID = {
    "person": "At each question your answer is shown only together with others: from %(minimum)s people on, as numbers by level. If "
    "all of them tick the same level, these numbers tell what each one ticked.",
    "institution": "You answer for an institution. What you tick is its official answer: it is shown after the workshop's reveal, "
    "also if you are the only one who answers.",
}


async def test_before_answering_respondents_read_in_their_language_what_will_be_shown(town: Town) -> None:
    """On the first page, and again where the questions stand."""
    service = town.everything.services["selfcheck"]
    await town.database()["tenants"].update_many({}, {"$set": {"languages": list(LANGUAGES)}})
    service.definition.tenant_registry.clear()
    messages = Messages(Path(services.selfcheck.__file__).parent / "locale")
    for speaks, sentence in SAID.items():
        view = {"id": "administration", "title": {"de": "Verwaltung"}, "speaks": speaks}
        made = await town.invite(await town.open(minimum_group=5, perspectives=[view]))
        async with town.browser() as reader:
            for code in EVERYWHERE:
                said = messages[code].gettext(sentence) % {"minimum": 5}
                assert code == "en" or said != sentence % {"minimum": 5}, code
                for page in (made["page"], f"{made['page']}/fields/f"):
                    assert said in unescape((await reader.get(f"{page}?lang={code}")).text), (code, page)


async def test_who_opens_an_assessment_is_recommended_five(town: Town) -> None:
    async with town.browser("wilhelmshaven", "coordinator") as reader:
        page = unescape((await reader.get(f"{HOST}/selfcheck/wilhelmshaven/")).text)
    assert "Wir empfehlen 5" in page
    assert re.search(r'name="minimum_group"[^>]*value="5"|value="5"[^>]*name="minimum_group"', page)
