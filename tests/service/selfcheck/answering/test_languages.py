"""Respondents answer in their language: the published questionnaire with the translations laid over it."""

from __future__ import annotations

from html import unescape

from chassis.text.languages import EVERYWHERE, LANGUAGES
from services.selfcheck.questionnaires.translations import translations
from tests.service.selfcheck.answering.conftest import HOST, Town


async def test_the_questions_read_in_every_language_of_the_municipality(town: Town) -> None:
    """A language that only residents' pages are written in is not offered here."""
    service = town.everything.services["selfcheck"]
    await town.database()["tenants"].update_many({}, {"$set": {"languages": list(LANGUAGES)}})
    service.definition.tenant_registry._memory.clear()
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
