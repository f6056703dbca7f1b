"""Mail to a municipality comes in at the same port as returned mails, is listed on a page, copied into a form and answered."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from typing import get_args

import aiosmtplib
import msgspec
import pytest
from pymongo.errors import AutoReconnect

from chassis.storage.repository import Decision
from chassis.storage.tenancy import of_document
from contracts.registration import PersonErased
from services.notifications.erasure.event_handlers import HANDLERS as ERASURE_HANDLERS
from services.notifications.inbox.clerk_staff import ANSWERING
from services.notifications.inbox.documents import MailState
from services.notifications.inbox.repository import Inbox
from services.notifications.mail.senders import Senders
from tests.service.notifications import intake
from tests.service.notifications.projected import project
from tests.service.notifications.towns import TENANT, Town
from tests.support.page_forms import form_of

port, town = intake.port, intake.town  # fixtures for this file
PAGE = f"/notifications/{TENANT}/inbox"
TO = f"anmeldung.{TENANT}@bounce.example.org"


def letter(text: str = "Ich möchte kommen.") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["Subject"], made["Message-ID"] = "Olena <olena@example.org>", "Anmeldung & mehr", "<7@x.example>"
    made.set_content(text)
    return made


async def deliver(port: int, to: str = TO, content: bytes = b"") -> str:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port) as client:
        try:
            _, answer = await client.sendmail("olena@example.org", [to], content or letter().as_bytes())
        except aiosmtplib.SMTPRecipientsRefused as refused:
            return str(refused.recipients[0].code)
        return answer


async def test_a_mail_is_listed_once_and_copied_into_the_form_without_its_text_in_a_url(town: Town, port: int) -> None:
    for _ in range(2):
        assert "Taken" in await deliver(port)
    assert await deliver(port, "anmeldung.nirgends@bounce.example.org") == "550"
    page = (await town.coordinator.get(PAGE, headers={"Accept-Language": "de"})).text
    assert page.count("Ich möchte kommen.") == 1
    assert TO in page
    over = form_of(page, "/desk/g", "choose_language")
    assert (over["name"], over["email"]) == (["Olena"], ["olena@example.org"])
    assert "olena" not in "".join(part for part in page.split('"') if part.startswith("/"))


async def test_a_mail_is_answered_once_in_the_municipalitys_name(town: Town, port: int) -> None:
    await deliver(port)
    mail = await town.database["inbox"].find_one({})
    page = (await town.coordinator.get(PAGE)).text
    sent = {**form_of(page, mail["_id"]), "do": "answer", "text": "Gern!\n\nBis dann.", "language": "de"}
    empty = await town.coordinator.post(f"{PAGE}/{mail['_id']}", data={**sent, "text": " "})
    assert empty.status_code == 422
    assert (await town.coordinator.post(f"{PAGE}/{mail['_id']}", data=sent)).status_code == 303
    (answer,) = town.sink.mails
    assert (answer["Subject"], answer["In-Reply-To"]) == ("Re: Anmeldung & mehr", "<7@x.example>")
    assert "Bis dann." in answer.get_body(("plain",)).get_content()
    assert (await town.coordinator.post(f"{PAGE}/{mail['_id']}", data=sent)).status_code == 422
    assert len(town.sink.mails) == 1
    assert "Ich möchte" not in (await town.coordinator.get(PAGE)).text
    assert "Bis dann." in (await town.coordinator.get(PAGE, params={"done": True})).text


async def test_an_answer_goes_on_with_the_thread_and_is_no_automatic_mail(town: Town, port: int) -> None:
    asked = letter()
    asked["References"], asked["In-Reply-To"] = "<1@x.example> <2@y.example>", "<2@y.example>"
    await deliver(port, content=asked.as_bytes())
    mail = await town.database["inbox"].find_one({})
    path = f"/notifications/v1/{TENANT}/inbox/{mail['_id']}/answer"
    assert (await town.coordinator.post(path, json={"text": "Gern!", "language": "de"})).status_code == 200
    (answer,) = town.sink.mails
    assert answer["In-Reply-To"] == "<7@x.example>"
    assert answer["References"].split() == ["<1@x.example>", "<2@y.example>", "<7@x.example>"]
    assert answer["Auto-Submitted"] is None, "a clerk wrote it"


@pytest.mark.parametrize("state", get_args(MailState))
async def test_a_mail_in_any_state_stands_on_a_page(town: Town, port: int, state: str) -> None:
    await deliver(port)
    inbox, scope = Inbox(town.database), of_document({"tenant": TENANT})
    [mail] = await inbox.list_newest(scope, ["open"], None, 2)
    await inbox.change(
        scope, mail.id, lambda current: Decision(msgspec.structs.replace(current, state=state)), town.clock.time
    )
    shown = [(await town.coordinator.get(PAGE, params={"done": done})).text for done in (False, True)]
    assert ["Ich möchte kommen." in page for page in shown] == [state == "open", state != "open"]
    assert any('value="answer"' in page for page in shown) == (state != "answered")


async def test_a_mail_server_that_does_not_take_the_answer_leaves_the_mail_open(town: Town, port: int) -> None:
    await deliver(port)
    mail = await town.database["inbox"].find_one({})
    town.sink.answers = ["451 later", "451 later", "451 later"]
    page = (await town.coordinator.get(PAGE)).text
    sent = {**form_of(page, mail["_id"]), "do": "answer", "text": "Gern!", "language": "de"}
    refused = await town.coordinator.post(f"{PAGE}/{mail['_id']}", data=sent)
    assert refused.status_code == 422
    assert "Gern!" in refused.text
    assert (await town.database["inbox"].find_one({}))["state"] == "open"
    gone = await town.coordinator.post(f"{PAGE}/{mail['_id']}", data={**sent, "do": "delete"})
    assert gone.status_code == 303
    assert await town.database["inbox"].count_documents({}) == 0


async def test_an_interrupted_answer_can_be_sent_again(town: Town, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process ended, or the database went away, before the mail server had it."""
    await deliver(port)
    mail = await town.database["inbox"].find_one({})
    path = f"/notifications/v1/{TENANT}/inbox/{mail['_id']}/answer"
    with monkeypatch.context() as broken:

        async def ends(*_: object) -> None:
            raise AutoReconnect("away")

        broken.setattr(Senders, "send", ends)
        ended = await town.coordinator.post(path, json={"text": "Gern!", "language": "de"})
        assert ended.status_code == 503
    assert (await town.database["inbox"].find_one({}))["state"] == "open"
    meanwhile = await town.coordinator.post(path, json={"text": "Gern!", "language": "de"})
    assert (meanwhile.status_code, meanwhile.json()["type"].rpartition(":")[2]) == (409, "being-answered")
    town.clock.time += ANSWERING
    again = await town.coordinator.post(path, json={"text": "Gern!", "language": "de"})
    assert (again.json()["state"], len(town.sink.mails)) == ("answered", 1)


async def test_mails_are_deleted_when_their_sender_is_erased(town: Town, port: int) -> None:
    await deliver(port)
    await town.add_person("a", email="Olena@Example.org")
    await project(town.database, ERASURE_HANDLERS, [(TENANT, PersonErased(person_id="a"))], town.clock.time)
    await town.run("erase")
    assert await town.database["inbox"].count_documents({}) == 0


async def test_the_api_lists_answers_marks_as_done_and_deletes(town: Town, port: int) -> None:
    api = f"/notifications/v1/{TENANT}/inbox"
    for number in range(3):
        await deliver(port, content=letter(f"Frage {number}").as_bytes())
        town.clock.time += timedelta(minutes=1)
    first = (await town.coordinator.get(api, params={"limit": 2})).json()
    rest = (await town.coordinator.get(api, params={"limit": 2, "cursor": first["next"]})).json()
    assert [one["text"] for one in (*first["items"], *rest["items"])] == ["Frage 2", "Frage 1", "Frage 0"]
    assert rest["next"] is None
    newest, other, oldest = *first["items"], *rest["items"]
    assert (newest["email"], newest["name"], newest["state"]) == ("olena@example.org", "Olena", "open")
    body = {"text": "Gern!", "language": "de"}
    assert (await town.coordinator.post(f"{api}/{newest['id']}/answer", json={"text": " "})).status_code == 422
    answered = await town.coordinator.post(f"{api}/{newest['id']}/answer", json=body)
    assert answered.json() == {"id": newest["id"], "state": "answered"}
    again = await town.coordinator.post(f"{api}/{newest['id']}/answer", json=body)
    assert (again.status_code, again.json()["type"].rpartition(":")[2]) == (409, "already-answered")
    assert len(town.sink.mails) == 1
    for _ in range(2):
        assert (await town.coordinator.post(f"{api}/{other['id']}/done")).json()["state"] == "done"
    assert (await town.coordinator.delete(f"{api}/{oldest['id']}")).status_code == 204
    assert (await town.coordinator.delete(f"{api}/{oldest['id']}")).status_code == 404
    states = {}
    for state in ("open", "answered", "done"):
        items = (await town.coordinator.get(api, params={"state": state})).json()["items"]
        states[state] = [one["answer"] for one in items]
    assert states == {"open": [], "answered": ["Gern!"], "done": [None]}
