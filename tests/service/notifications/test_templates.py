"""Templates edited by staff: draft, preview, publication; unknown placeholders are refused; messages keep their version."""

from __future__ import annotations

import re
from typing import Any

import pytest

from chassis.text.languages import LANGUAGES
from services.notifications.domain.messages import CONTENTS
from services.notifications.message_templates.defaults import texts
from services.notifications.message_templates.placeholders_staff import EXPLAINED
from services.notifications.message_templates.rules_staff import find_flaws, placeholders
from tests.service.notifications.towns import Town, signed_in
from tests.support.page_forms import form_of

BASE = "/notifications/v1/wilhelmshaven/templates"
TEXT = {"subject": "Unser Abend: {title}", "body": "Moin {name}, Sie sind dabei: {when}.", "sms": "Moin! {when}"}


def test_every_default_template_uses_only_placeholders_of_its_kind() -> None:
    for language, kinds in texts().items():
        for kind, text in kinds.items():
            assert not list(find_flaws(kind, text["subject"], text["body"], text.get("sms"))), (language, kind)
    assert {name for kind in CONTENTS for name in placeholders(kind)} <= set(EXPLAINED)


async def test_a_draft_is_not_used_before_it_is_published_and_messages_keep_their_version(town: Town) -> None:
    await town.add_gathering()
    answer = (await town.coordinator.get(f"{BASE}/confirmed/de")).json()
    assert (answer["status"], answer["version"]) == ("default", None)
    saved = await town.coordinator.put(f"{BASE}/confirmed/de", json=TEXT)
    assert (saved.status_code, saved.json()["status"], saved.json()["version"]) == (200, "draft", 1)
    subjects = []
    for id in ("a", "b", "c", "d"):
        if id == "b":
            published = await town.coordinator.post(f"{BASE}/confirmed/de/publication")
            assert (published.json()["status"], published.json()["version"]) == ("published", 1)
        if id == "c":
            await town.coordinator.put(f"{BASE}/confirmed/de", json={**TEXT, "subject": "Neu: {title}"})
            assert (await town.coordinator.get(f"{BASE}/confirmed/de")).json()["published"] == 1
        if id == "d":
            assert (await town.coordinator.delete(f"{BASE}/confirmed/de")).json()["published"] is None
        await town.add_person(id)
        await town.enqueue_message(id, "confirmed")
        await town.run()
        subjects.append(str(town.sink.mails[-1]["Subject"]))
    assert subjects == ["Bestätigt: Dialog", "Unser Abend: Dialog", "Unser Abend: Dialog", "Bestätigt: Dialog"]
    seen = [(await town.coordinator.get(f"/notifications/v1/wilhelmshaven/messages/m-{id}")).json() for id in "ab"]
    assert [one["template_version"] for one in seen] == [None, 1]
    assert "Moin Olena" in seen[1]["as_sent"]["text"]
    again = await town.coordinator.post(f"{BASE}/confirmed/de/publication", json={"version": 1})
    assert again.json()["published"] == 1


async def test_another_language_keeps_the_text_of_the_product(town: Town) -> None:
    await town.add_gathering()
    await town.coordinator.put(f"{BASE}/confirmed/de", json=TEXT)
    await town.coordinator.post(f"{BASE}/confirmed/de/publication")
    await town.add_person("a", language="uk")
    await town.enqueue_message("a", "confirmed")
    await town.run()
    assert "Unser Abend" not in str(town.sink.mails[-1]["Subject"])
    listed = (await town.coordinator.get(BASE)).json()["items"]
    one = next(kind for kind in listed if kind["kind"] == "confirmed")
    assert one["languages"]["de"] == {"status": "published", "version": 1, "draft": False}
    assert one["languages"]["uk"]["status"] == "default"
    assert {"title", "when", "name"} == {name["name"] for name in one["placeholders"]}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"body": "Hallo {titel}"}, "/body"),
        ({"body": "Hallo {title"}, "/body"),
        ({"subject": "{title!r}"}, "/subject"),
        ({"subject": "{title.__class__}"}, "/subject"),
        ({"body": "{0}"}, "/body"),
        ({"body": "<b>Hallo"}, "/body"),
        ({"sms": "{door}"}, "/sms"),
        ({"body": ""}, "/body"),
    ],
)
async def test_an_invalid_template_is_refused_at_its_field(town: Town, change: Any, pointer: str) -> None:
    for call in (
        town.coordinator.put(f"{BASE}/confirmed/de", json=TEXT | change),
        town.coordinator.post(f"{BASE}/confirmed/de/preview", json=TEXT | change),
    ):
        answer = await call
        assert answer.status_code == 422
        assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert (await town.coordinator.get(f"{BASE}/confirmed/de")).json()["status"] == "default"


async def test_unknown_templates_are_not_found_and_nothing_is_published(town: Town) -> None:
    assert (await town.coordinator.get(f"{BASE}/burned/de")).status_code == 404
    assert (await town.coordinator.get(f"{BASE}/confirmed/xx")).status_code == 404
    assert (await town.coordinator.post(f"{BASE}/confirmed/de/publication")).status_code == 409
    await town.coordinator.put(f"{BASE}/confirmed/de", json=TEXT)
    assert (await town.coordinator.post(f"{BASE}/confirmed/de/publication", json={"version": 7})).status_code == 404


async def test_every_kind_can_be_previewed_on_each_way(town: Town) -> None:
    for kind in CONTENTS:
        for language in ("de", "ar"):
            answer = await town.coordinator.post(f"{BASE}/{kind}/{language}/preview")
            assert answer.status_code == 200, (kind, answer.text)
            read = answer.json()
            assert (
                "{" not in read["email"]["subject"] + read["email"]["text"] + read["sms"]["text"] + read["call"]["text"]
            )
            assert read["sms"]["parts"] >= 1
            assert read["email"]["html"].startswith("<!DOCTYPE html>")


async def test_the_pages_show_all_languages_and_save_what_is_written(town: Town) -> None:
    home = "/notifications/wilhelmshaven/templates"
    listed = (await town.coordinator.get(home)).text
    assert "Texte der Nachrichten" in listed
    names = re.findall(r"<h2><a [^>]*>([^<]+)</a></h2>", listed)
    assert len(set(names)) == len(names) == len(CONTENTS), "each kind is known by its name"
    side = (await town.coordinator.get(f"{home}/gathering-reminder")).text
    assert side.count("<blockquote") == len(LANGUAGES)
    assert 'dir="rtl"' in side
    address = f"{home}/confirmed/de"
    session = {"sec-fetch-site": "same-origin"}
    fields = form_of((await town.coordinator.get(address)).text, "confirmed/de") | TEXT
    wrong = await town.coordinator.post(address, data={**fields, "body": "{titel}", "do": "draft"}, headers=session)
    assert wrong.status_code == 422
    assert "{titel}" in wrong.text
    assert (await town.coordinator.post(address, data={**fields, "do": "publish"}, headers=session)).status_code == 303
    assert (await town.coordinator.get(f"{BASE}/confirmed/de")).json()["status"] == "published"
    assert "Moin Mara Musterfrau" in (await town.coordinator.get(address)).text


async def test_a_draft_is_sent_to_who_is_signed_in_on_the_page(town: Town) -> None:
    """The session holds the key of the address alone; the address is that of the invitation."""
    address, me = "/notifications/wilhelmshaven/templates/confirmed/de", "karla@stadt.example"
    await town.add_coordinator("k", me, town.service.context.secrets.email_key(me))
    headers = signed_in(town, me)
    fields = form_of((await town.coordinator.get(address, headers=headers)).text, "confirmed/de") | TEXT
    sent = await town.coordinator.post(address, data={**fields, "do": "test"}, headers=headers)
    assert sent.status_code == 303, sent.text
    assert town.sink.envelopes[-1].rcpt_tos == [me]
    assert str(town.sink.mails[-1]["Subject"]).startswith("Unser Abend:")
    town.sink.answers = ["550 5.7.1 no"]
    refused = await town.coordinator.post(address, data={**fields, "do": "test"}, headers=headers)
    assert refused.status_code == 422
    assert "Der Mailserver lehnt sie ab (550 5.7.1)" in refused.text
