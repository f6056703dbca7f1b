"""Unsubscribing from thanks by one click: opening the link changes nothing, and needed messages still come."""

from __future__ import annotations

from chassis.text.languages import EVERYWHERE, LANGUAGES
from services.notifications.domain.messages import CONTENTS
from services.notifications.unsubscribing.kinds import NAMES
from services.notifications.wording.sentences import catalogue
from tests.service.notifications.projected import change_municipality
from tests.service.notifications.towns import FACTS, TENANT, Town


async def test_one_click_unsubscribes_from_one_kind_only(town: Town) -> None:
    await town.add_gathering(thanks={"de": "Danke!"})
    await town.add_person("a", status="arrived", email="A.B@example.org")
    await town.enqueue_message("a", "gathering-thanks", "m-1")
    await town.run()
    (mail,) = town.sink.mails
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = str(mail["List-Unsubscribe"]).strip("<>").replace("http://127.0.0.1:8000", "")
    assert link in mail.get_body(("plain",)).get_content()
    anybody = town.client()
    assert "Abbestellen" in (await anybody.get(link)).text
    await town.enqueue_message("a", "gathering-thanks", "m-2")
    await town.run()
    assert len(town.sink.mails) == 2, "opening the link changes nothing"
    done = await anybody.post(link, data={"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200
    assert "set-cookie" not in done.headers
    await town.add_person("again", status="arrived", email="a.b@example.org")
    await town.enqueue_message("again", "gathering-thanks", "m-3")
    await town.enqueue_message("again", "registered", "m-4")
    await town.run()
    assert [(await town.get_message(id))["status"] for id in ("m-3", "m-4")] == ["suppressed", "sent"]
    assert "example.org" not in str(await town.database["unsubscribed"].find({}).to_list(None))
    # Whoever was unsubscribed by a program takes it back where it says so.
    for lang in ("de", "uk"):
        page = (await anybody.get(link, params={"lang": lang})).text
        assert f"?again=true&amp;lang={lang}" in page
    back = await anybody.post(f"{link}?again=true&lang=uk")
    assert ('lang="uk"' in back.text, 'action="?again' in back.text) == (True, False)
    assert "Abbestellen" in (await anybody.get(link, params={"lang": "de"})).text
    await town.enqueue_message("again", "gathering-thanks", "m-5")
    await town.run()
    assert (await town.get_message("m-5"))["status"] == "sent"


async def test_forged_links_and_needed_kinds_are_not_found(town: Town) -> None:
    await town.add_gathering()
    await town.add_person("a")
    base = "/notifications/wilhelmshaven/unsubscribe/a"
    for kind in ("gathering-thanks", "confirmed", "burned"):
        for method in ("GET", "POST"):
            assert (await town.coordinator.request(method, f"{base}/{kind}/forged")).status_code in (403, 404)
    assert await town.database["unsubscribed"].count_documents({}) == 0


async def test_the_page_names_in_every_language_what_one_unsubscribes_from(town: Town) -> None:
    await change_municipality(town.database, TENANT, **{**FACTS, "languages": EVERYWHERE})
    await town.add_gathering(thanks={"de": "Danke!"})
    await town.add_person("a", status="arrived")
    await town.enqueue_message("a", "gathering-thanks")
    await town.run()
    link = str(town.sink.mails[0]["List-Unsubscribe"]).strip("<>").replace("http://127.0.0.1:8000", "")
    anybody = town.client()
    for language in EVERYWHERE:
        asks = await anybody.get(link, params={"lang": language})
        done = await anybody.post(link, params={"lang": language})
        taken_back = await anybody.post(link, params={"lang": language, "again": "true"})
        for page in (asks, done, taken_back):
            content = page.text.partition("<main")[2].partition("</main>")[0]
            assert catalogue()[language].gettext(NAMES["gathering-thanks"]) in content, language
            assert "Wilhelmshaven" in content, language


def test_each_kind_that_one_can_unsubscribe_from_has_a_name_in_every_language() -> None:
    assert NAMES.keys() == {kind for kind, content in CONTENTS.items() if content.purpose == "optional"}
    for language in set(LANGUAGES) - {"en"}:
        assert [name for name in NAMES.values() if catalogue()[language].gettext(name) == name] == [], language
