"""Work of the desk: calls that colleagues share (lock, next time, export), and letters in batches (sheets, posted, returned)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from chassis.documents.typeset import NotTypeset, Template, Typeset
from chassis.identity.tokens import LocalIssuer
from chassis.settings import Settings
from services.notifications.domain.next_call import next_call_time
from services.notifications.letters import pdf as letters
from tests.service.notifications.towns import TENANT, Town, town_on
from tests.support.page_forms import form_of

CALLS = f"/notifications/v1/{TENANT}/call-list"
LETTERS = f"/notifications/v1/{TENANT}/letters"
PHONE = {"email": None, "phone": "04421 1234", "phone_e164": "+4944211234"}
POST = {"email": None, "post": "Marktstraße 1\n26382 Wilhelmshaven"}


@pytest.fixture
async def town(settings: Settings) -> AsyncIterator[Town]:
    async with town_on(settings) as found:
        await found.add_gathering(support=[{"id": "interpreter.uk", "label": {"de": "Dolmetschen"}}])
        yield found


@pytest.fixture
def colleague(settings: Settings, town: Town) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {LocalIssuer(settings).issue(TENANT, 'intake')}"}
    return town.client(headers)


async def to_call(town: Town, id: str = "a", **contact: Any) -> None:
    group = {"support": [["interpreter.uk", "granted"]]}
    await town.add_person(id, group=group, **{**PHONE, "language": "uk", **contact})
    await town.enqueue_message(id, "confirmed")
    await town.run()
    assert (await town.get_message(f"m-{id}"))["status"] == "to_call"


async def listed(client: httpx.AsyncClient, **query: Any) -> Any:
    return (await client.get(CALLS, params=query)).json()["items"]


async def test_a_taken_number_is_locked_and_the_lock_expires(town: Town, colleague: httpx.AsyncClient) -> None:
    await to_call(town)
    assert (await town.coordinator.post(f"{CALLS}/m-a/taking")).status_code == 200
    assert (await listed(town.coordinator))[0]["taken"] == "by_you"
    assert (await listed(colleague))[0]["taken"] == "by_a_colleague"
    assert (await colleague.post(f"{CALLS}/m-a/taking")).status_code == 409
    told = await colleague.post(f"{CALLS}/m-a/outcome", json={"outcome": "reached"})
    assert (told.status_code, told.json()["type"].rpartition(":")[2]) == (409, "number-taken")
    town.clock.time += timedelta(minutes=16)
    assert (await colleague.post(f"{CALLS}/m-a/taking")).status_code == 200, "the lock lets go"
    assert (await colleague.request("DELETE", f"{CALLS}/m-a/taking")).json()["taken_until"] is None
    assert (await town.coordinator.post(f"{CALLS}/m-a/outcome", json={"outcome": "reached"})).status_code == 200
    assert (await town.coordinator.post(f"{CALLS}/m-a/taking")).status_code == 409


async def test_a_number_not_reached_comes_back_at_its_next_time(town: Town) -> None:
    await to_call(town)
    now = town.clock.time
    for wrong in (now - timedelta(hours=1), now + timedelta(days=40)):
        body = {"outcome": "not_reached", "next_at": wrong.isoformat()}
        assert (await town.coordinator.post(f"{CALLS}/m-a/outcome", json=body)).status_code == 422
    body = {"outcome": "not_reached", "next_at": (now + timedelta(hours=3)).isoformat()}
    assert (await town.coordinator.post(f"{CALLS}/m-a/outcome", json=body)).status_code == 200
    assert await listed(town.coordinator) == []
    assert [one["id"] for one in await listed(town.coordinator, later=True)] == ["m-a"]
    page = (await town.coordinator.get(f"/notifications/{TENANT}/calls")).text
    assert "1 Person ist später anzurufen" in page
    town.clock.time += timedelta(hours=3)
    assert [one["id"] for one in await listed(town.coordinator)] == ["m-a"]


async def test_the_page_takes_numbers_and_offers_a_next_time(town: Town) -> None:
    await to_call(town)
    place = f"/notifications/{TENANT}/calls"
    shown = (await town.coordinator.get(place)).text
    assert "Dolmetschen" in shown
    taken = await town.coordinator.post(f"{place}/m-a/taking", data={**form_of(shown, "taking"), "do": "take"})
    assert taken.status_code == 303
    shown = (await town.coordinator.get(place)).text
    assert "Sie rufen gerade an" in shown
    sent = {**form_of(shown, "outcome=not_reached"), "next": "morning"}
    assert (await town.coordinator.post(f"{place}/m-a?outcome=not_reached", data=sent)).status_code == 303
    message = await town.get_message("m-a")
    assert message["call_after"] == next_call_time("morning", town.clock.time)
    assert await town.database["taken_numbers"].count_documents({}) == 0


async def test_the_table_for_a_call_centre_holds_no_formula(town: Town) -> None:
    await to_call(town, name='=HYPERLINK("http://x")')
    answer = await town.coordinator.get(f"{CALLS}.csv", headers={"Accept-Language": "de"})
    text = answer.content.decode("utf-8-sig")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert text.splitlines()[0].startswith("Nr.;Wer")
    assert "'=HYPERLINK" in text
    assert "'+4944211234" in text
    assert "Українська" in text
    assert "Dolmetschen" in text


async def to_post(town: Town, *ids: str) -> None:
    for id in ids:
        await town.add_person(id, **POST, name=f"Olena {id}")
        await town.enqueue_message(id, "confirmed")
    await town.run()


async def test_letters_are_printed_in_batches_with_sheet_numbers(town: Town) -> None:
    await to_post(town, "a", "b", "c")
    made = await town.coordinator.post(f"{LETTERS}/batches", headers={"Idempotency-Key": "1"})
    assert made.status_code == 201, made.text
    batch = made.json()
    assert (batch["number"], len(batch["letters"]), batch["unmade"]) == (1, 3, [])
    again = await town.coordinator.post(f"{LETTERS}/batches", headers={"Idempotency-Key": "1"})
    assert again.json() == batch
    assert (await town.coordinator.post(f"{LETTERS}/batches")).status_code == 409, "nothing else waits"
    assert (await town.coordinator.get(f"{LETTERS}/batches/{batch['id']}.pdf")).content.startswith(b"%PDF")
    kept = batch["letters"][1]
    done = await town.coordinator.post(f"{LETTERS}/batches/{batch['id']}/posted", json={"besides": [kept]})
    assert done.json()["printed"] == [one for one in batch["letters"] if one != kept]
    assert (await town.coordinator.post(f"{LETTERS}/batches/{batch['id']}/posted", json={})).status_code == 409
    second = (await town.coordinator.post(f"{LETTERS}/batches")).json()
    assert (second["number"], second["letters"]) == (2, [kept])
    newest = (await town.coordinator.get(f"{LETTERS}/batches?limit=1")).json()
    older = (await town.coordinator.get(f"{LETTERS}/batches?limit=1&cursor={newest['next']}")).json()
    assert [[one["number"] for one in page["items"]] for page in (newest, older)] == [[2], [1]]
    assert older["next"] is None
    back = await town.coordinator.post(f"{LETTERS}/{batch['letters'][0]}/returned")
    assert back.json()["status"] == "pending"
    await town.run()
    message = await town.get_message(batch["letters"][0])
    assert (message["status"], message["delivery"]) == ("bounced", "refused")
    assert (await town.coordinator.post(f"{LETTERS}/{kept}/returned")).status_code == 409


async def test_a_letter_that_cannot_be_typeset_is_never_marked_as_posted(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Template.typeset

    def fails_for_a(self: Template, data: Any) -> Typeset:
        if any("Olena a" in one["greeting"] for one in data["letters"]):
            raise NotTypeset("letter.typ")
        return whole(self, data)

    monkeypatch.setattr(letters.Template, "typeset", fails_for_a)
    await to_post(town, "a", "b")
    batch = (await town.coordinator.post(f"{LETTERS}/batches")).json()
    assert (batch["letters"], batch["unmade"]) == (["m-b"], ["m-a"])
    await town.coordinator.post(f"{LETTERS}/batches/{batch['id']}/posted", json={})
    assert (await town.coordinator.post(f"{LETTERS}/printed", json={"ids": ["m-a"]})).json() == {"printed": []}
    assert [(await town.get_message(id))["status"] for id in ("m-a", "m-b")] == ["to_post", "sent"]
    page = (await town.coordinator.get(f"/notifications/{TENANT}/letters")).text
    assert "ließ sich nicht erstellen" in page


async def test_each_letter_has_a_preview_and_pages_link_the_steps(town: Town) -> None:
    await to_post(town, "a")
    assert (await town.coordinator.get(f"{LETTERS}/m-a.png")).content.startswith(b"\x89PNG")
    assert (await town.coordinator.get(f"{LETTERS}/m-x.png")).status_code == 404
    place = f"/notifications/{TENANT}/letters"
    made = await town.coordinator.post(place, data=form_of((await town.coordinator.get(place)).text, "letters"))
    assert made.status_code == 303, made.text
    batch = made.headers["location"]
    shown = (await town.coordinator.get(batch)).text
    assert "Olena a" in shown
    sent = await town.coordinator.post(batch, data={**form_of(shown), "do": "posted"})
    assert sent.status_code == 303
    back = await town.coordinator.post(batch, data={**form_of(shown), "do": "returned m-a"})
    assert back.status_code == 303


async def test_the_page_of_the_day_lists_what_waits_and_what_was_done(town: Town, colleague: httpx.AsyncClient) -> None:
    today = f"/notifications/v1/{TENANT}/today"
    assert (await colleague.get(today)).json() == {"due": [], "done": []}
    await to_call(town, "a")
    await to_call(town, "b", phone="04421 99", phone_e164="+49442199")
    found = (await colleague.get(today)).json()
    assert [(one["what"], one["number"]) for one in found["due"]] == [("calls", 2)]
    assert (await town.coordinator.post(f"{CALLS}/m-a/outcome", json={"outcome": "reached"})).status_code == 200
    found = (await colleague.get(today)).json()
    assert [(one["what"], one["number"]) for one in found["due"]] == [("calls", 1)]
    assert [(one["what"], one["about"]) for one in found["done"]] == [("called", {"de": "Dialog"})]
    page = (await colleague.get(f"/notifications/{TENANT}/today")).text
    assert "1 Person ist anzurufen" in page
    assert "Angerufen" in page
    assert "Olena" not in page, "whom it was about stands on the list, not here"
