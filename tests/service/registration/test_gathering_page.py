"""The page of a gathering is kept rendered, and yet shows what holds now, in each reader's language and with their own token."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from chassis.service import Service
from chassis.text.languages import EVERYWHERE
from services.registration.service import compose
from tests.service.registration.conftest import People
from tests.support.page_forms import form_of

PAGE = "/registration/wilhelmshaven/gatherings"


async def _see(reader: httpx.AsyncClient, id: str, query: str = "") -> str:
    answer = await reader.get(f"{PAGE}/{id}{query}")
    assert answer.status_code == 200
    return answer.text


async def test_seats_are_never_stale(people: People) -> None:
    id = await people.gathering(capacity=2, party_max=1)
    reader = people.visitor()
    for free in ("2 Plätze frei", "1 Platz frei", "Warteliste"):
        assert free in await _see(reader, id)
        assert free in await _see(people.visitor(), id)
        await people.register(id)


async def test_another_process_is_seen_at_once(people: People) -> None:
    id = await people.gathering(capacity=2, party_max=1)
    assert "2 Plätze frei" in await _see(people.visitor(), id)
    other = Service("registration", compose, people.service.context.settings)
    transport = httpx.ASGITransport(other.app(works=False))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://test", headers=people.intake.headers
    ) as elsewhere:
        assert (await people.register(id, elsewhere)).status_code == 201
    assert "1 Platz frei" in await _see(people.visitor(), id)
    await other.context.database.close()


async def test_every_reader_has_a_token_of_their_own(people: People) -> None:
    id = await people.gathering()
    first, second = people.visitor(), people.visitor()
    tokens = [form_of(await _see(reader, id))["form_token"][0] for reader in (first, second, first)]
    assert len(set(tokens)) == 3 or tokens[0].split(".")[1] != tokens[1].split(".")[1]
    assert first.cookies["wk_visitor"] != second.cookies["wk_visitor"]
    stolen = {"form_token": tokens[1], "name": "Eve", "phone": "1", "language": "de", "consent": "yes"}
    refused = await first.post(f"{PAGE}/{id}", data=stolen)
    assert refused.status_code == 422
    assert 'value="Eve"' in refused.text
    assert "Eve" not in await _see(first, id), "what one has entered is nobody else's"


async def test_languages_and_queries_are_kept_apart(people: People) -> None:
    id = await people.gathering(title={"de": "Dialog", "uk": "Діалог"})
    pages = {
        code: await _see(people.visitor(**{"Accept-Language": code}), id) for code in ("de", "uk", "ar", "de", "uk")
    }
    assert "Діалог" in pages["uk"]
    assert 'dir="rtl"' in pages["ar"]
    assert 'lang="de"' in pages["de"]
    chosen = people.visitor()
    assert "Діалог" in await _see(chosen, id, "?lang=uk")
    assert chosen.cookies["wk_language"] == "uk"
    assert "from=poster" in await _see(people.visitor(), id, "?from=poster")
    assert "from=poster" not in await _see(people.visitor(), id)


async def test_the_window_opens_and_closes_by_itself(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.now(UTC)
    opens, closes = now + timedelta(hours=1), now + timedelta(hours=2)
    id = await people.gathering(opens_at=opens.isoformat(), closes_at=closes.isoformat())
    clock = people.service.context.clock
    seen = []
    for moment in (now, opens, closes):
        monkeypatch.setattr(type(clock), "now", lambda self, moment=moment: moment)
        seen.append("form_token" in await _see(people.visitor(), id))
    assert seen == [False, True, False]


async def test_seats_that_lapsed_by_time_alone_are_free(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    id = await people.gathering(capacity=1, party_max=1)
    web: dict[str, Any] = {"channel": "web", "contact": {"email": "o@example.org"}}
    await people.register(id, people.public, **web)
    assert "Warteliste" in await _see(people.visitor(), id)
    later = datetime.now(UTC) + timedelta(hours=2)
    monkeypatch.setattr(type(people.service.context.clock), "now", lambda self: later)
    assert "1 Platz frei" in await _see(people.visitor(), id)


async def test_staff_see_their_own_frame_and_nobody_elses(people: People) -> None:
    id = await people.gathering()
    staff = await _see(people.coordinator, id)
    assert re.search(r'<nav class="inside staff"', staff)
    assert not re.search(r'<nav class="inside staff"', await _see(people.visitor(), id))


async def test_what_is_gone_is_gone(people: People) -> None:
    id = await people.gathering()
    await _see(people.visitor(), id)
    path = f"/registration/v1/wilhelmshaven/gatherings/{id}/cancellation"
    await people.coordinator.post(path, json={"reason": {"de": "Krank"}})
    gone = await _see(people.visitor(), id)
    assert "Krank" in gone
    assert "form_token" not in gone
    assert (await people.visitor().get(f"{PAGE}/unknown")).status_code == 404


async def test_the_rules_of_fairness_stand_in_nine_languages(people: People) -> None:
    id = await people.gathering(allocation="lottery")
    shown = await _see(people.visitor(), id)
    assert "/registration/wilhelmshaven/fairness" in shown
    commitment = (await people.public.get(f"/registration/v1/wilhelmshaven/gatherings/{id}")).json()["lottery"]
    assert commitment["seed_commitment"] in shown
    await people.coordinator.post(f"/registration/v1/wilhelmshaven/gatherings/{id}/draw")
    drawn = (await people.public.get(f"/registration/v1/wilhelmshaven/gatherings/{id}")).json()["lottery"]
    assert drawn["seed"] in await _see(people.visitor(), id)
    await people.service.context.database["municipalities"].update_one(
        {"_id": "wilhelmshaven"}, {"$set": {"facts.languages": list(EVERYWHERE)}}
    )
    people.service.definition.state["registration"].tenant_registry.drop("wilhelmshaven")
    texts = set()
    for code in EVERYWHERE:
        page = await people.public.get(f"/registration/wilhelmshaven/fairness?lang={code}")
        assert page.status_code == 200
        texts.add(re.findall(r"<h1>(.*?)</h1>", page.text)[0])
    assert len(texts) == len(EVERYWHERE)


async def test_a_refusal_is_in_the_readers_language_and_names_the_remedy(people: People) -> None:
    id = await people.gathering(party_max=2)
    reader = people.visitor()
    people.service.definition.state["forms"].min_age = timedelta(0)
    entries = {"name": "Олена", "phone": "0151 2345678", "language": "uk", "consent": "yes", "companions": "3"}
    token = form_of(await _see(reader, id, "?lang=uk"))["form_token"][0]
    refused = await reader.post(f"{PAGE}/{id}?lang=uk", data={**entries, "form_token": token})
    assert refused.status_code == 422
    assert "щонайбільше 2 осіб" in refused.text
    assert not re.search(r'class="error"[^<]*>[^<]*[A-Za-z]{4}', refused.text)
    token = form_of(refused.text)["form_token"][0]
    taken = {**entries, "companions": "0", "form_token": token}
    assert (await reader.post(f"{PAGE}/{id}?lang=uk", data=taken)).status_code == 303
    # Back in the browser's history, another name in the same form: nobody is to guess what an Idempotency-Key is.
    again = await reader.post(f"{PAGE}/{id}?lang=uk", data={**taken, "name": "Тарас"})
    assert again.status_code == 422
    assert "надішліть її, будь ласка, ще раз" in again.text
    fresh = {**taken, "name": "Тарас", "form_token": form_of(again.text)["form_token"][0]}
    assert (await reader.post(f"{PAGE}/{id}?lang=uk", data=fresh)).status_code == 303


async def test_of_a_gathering_that_was_called_off_the_page_says_that_first_and_offers_nothing(people: People) -> None:
    id = await people.gathering(capacity=2, party_max=1)
    open_page = await _see(people.visitor(), id)
    assert "2 Plätze frei" in open_page
    assert f"{PAGE}/{id}/calendar" in open_page
    called_off = {"reason": {"de": "Die Moderatorin ist krank."}}
    answer = await people.coordinator.post(
        f"/registration/v1/wilhelmshaven/gatherings/{id}/cancellation", json=called_off
    )
    assert answer.is_success
    page = await _see(people.visitor(), id)
    main = page[page.index("<main") :]
    assert main.index("findet nicht statt") < main.index("<dl")
    assert "Die Moderatorin ist krank." in main
    for gone in ("Plätze frei", "Anmelden", "<form", "/calendar", "fairness"):
        assert gone not in main, gone


async def test_when_signing_up_is_over_nobody_reads_of_free_seats(people: People) -> None:
    id = await people.gathering(capacity=2, party_max=1)
    people.move(timedelta(days=6, hours=1))
    page = await _see(people.visitor(), id)
    assert "Anmeldung ist geschlossen" in page
    assert "Plätze frei" not in page


async def test_before_the_draw_nothing_is_full_and_after_it_nobody_is_told_of_a_draw(people: People) -> None:
    id = await people.gathering(allocation="lottery", capacity=2, party_max=1)
    for _ in range(3):
        await people.register(id)
    town = "/registration/wilhelmshaven/"
    for page in (await _see(people.visitor(), id), (await people.public.get(town)).text):
        assert "2 Plätze, werden verlost" in page
        assert "ausgebucht" not in page
    assert "entscheidet das Los" in await _see(people.visitor(), id)
    assert (await people.coordinator.post(f"/registration/v1/wilhelmshaven/gatherings/{id}/draw")).is_success
    for page in (await _see(people.visitor(), id), (await people.public.get(town)).text):
        assert "ausgebucht – es gibt eine Warteliste" in page
        assert "verlost" not in page
    assert "entscheidet das Los" not in await _see(people.visitor(), id)


async def test_the_list_says_where_signing_up_is_closed(people: People) -> None:
    closes = datetime.now(UTC) + timedelta(days=1)
    await people.gathering(closes_at=closes.isoformat())
    town = "/registration/wilhelmshaven/"
    assert "35 Plätze frei" in (await people.public.get(town)).text
    people.move(timedelta(days=2))
    page = (await people.public.get(town)).text
    assert "Die Anmeldung ist geschlossen." in page
    assert "35 Plätze frei" not in page
