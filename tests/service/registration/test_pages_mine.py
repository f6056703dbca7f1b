"""The pages behind the link: standing, changing, support, the question whether one comes, a new address, the lottery."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from chassis.text.languages import LANGUAGES
from services.registration.registrations.links import link_code
from tests.service.registration.conftest import People
from tests.service.registration.pages import send

API = "/registration/v1/wilhelmshaven"
DGS: dict[str, Any] = {"id": "dgs", "label": {"de": "Gebärdensprache"}, "capacity": 1}
FORM = {"name": "Olena", "language": "uk", "email": "", "phone": "04421 1234"}


def _mine(people: People, id: str, generation: int = 0) -> str:
    return f"/registration/wilhelmshaven/my/{id}/{link_code(people.service.context.secrets, id, generation)}"


async def _send(people: People, page: str, action: str, **entries: Any) -> httpx.Response:
    """Press a button on a page, with the token that stands there."""
    shown = await people.public.get(page)
    token = re.search(r'name="form_token" value="([^"]+)"', shown.text)
    assert token, shown.text
    return await people.public.post(action, data={"form_token": token[1], **entries})


async def test_two_of_us_cant_come_and_we_need_sign_language(people: People) -> None:
    gathering = await people.gathering(support=[DGS])
    id = (await people.register(gathering, party=["Iryna", "Taras"])).json()["id"]
    mine = _mine(people, id)
    page = (await people.public.get(mine)).text
    assert "Iryna\nTaras" in page
    kept = {**FORM, "companions": "0", "names": "Iryna", "support": "dgs"}
    refused = await _send(people, mine, f"{mine}/change", **kept)
    assert refused.status_code == 422
    assert 'id="error-names"' in refused.text
    saved = await _send(people, mine, f"{mine}/change", **{**kept, "names": ""})
    assert saved.headers["location"] == f"{mine}?changed=1"
    assert (await people.seats(gathering))["taken"] == 1
    assert "für Sie gebucht" in (await people.public.get(mine, params={"lang": "de"})).text


async def test_a_group_that_does_not_fit_is_told_so_where_it_asked(people: People) -> None:
    gathering = await people.gathering(capacity=1, party_max=1, support=[])
    await people.coordinator.patch(f"{API}/gatherings/{gathering}", json={"capacity": 2, "party_max": 2})
    id, _ = [(await people.register(gathering)).json()["id"] for _ in range(2)]
    answer = await _send(people, _mine(people, id), f"{_mine(people, id)}/change?lang=uk", **FORM, companions="1")
    assert answer.status_code == 422
    assert "не вистачає вільних місць" in answer.text
    assert (await people.seats(gathering))["taken"] == 2


async def test_a_new_address_is_confirmed_on_a_page_that_tells_nothing(people: People) -> None:
    gathering = await people.gathering()
    id = (await people.register(gathering, contact={"email": "old@example.org"}, channel="email")).json()["id"]
    mine = _mine(people, id)
    changed = await _send(people, mine, f"{mine}/change", **{**FORM, "phone": "", "email": "new@example.org"})
    assert changed.status_code == 303
    assert "new@example.org" in (await people.public.get(mine)).text
    code = people.service.context.secrets.code("address", f"{id}\0new@example.org")
    page = f"/registration/wilhelmshaven/address/{id}/{code}"
    assert "Olena" not in (await people.public.get(page)).text
    assert (await _send(people, page, page)).status_code == 200
    state = (await people.intake.get(f"{API}/registrations/{id}")).json()
    assert state["contact"]["email"] == "new@example.org"
    wrong = f"/registration/wilhelmshaven/address/{id}/guessed"
    assert (await _send(people, wrong, wrong)).status_code == 404


async def test_who_is_asked_once_more_answers_with_a_button_or_gives_the_seat_on(people: People) -> None:
    start = datetime.now(UTC) + timedelta(hours=30)
    gathering = await people.gathering(
        starts_at=start.isoformat(),
        ends_at=(start + timedelta(hours=2)).isoformat(),
        capacity=2,
        party_max=1,
        support=[],
    )
    ids = [(await people.register(gathering)).json()["id"] for _ in range(3)]
    asking = {"reconfirm": {"hours_before": 48, "hours_to_answer": 5}}
    assert (await people.coordinator.patch(f"{API}/gatherings/{gathering}", json=asking)).status_code == 200
    state = (await people.intake.get(f"{API}/registrations/{ids[0]}")).json()
    assert (state["status"], "reconfirm_by" in state) == ("confirmed", True)
    mine = _mine(people, ids[0])
    assert (await _send(people, mine, f"{mine}/reconfirmation")).status_code == 303
    assert "reconfirm_by" not in (await people.intake.get(f"{API}/registrations/{ids[0]}")).json()
    gatherings = people.service.context.database["gatherings"]
    past = datetime.now(UTC) - timedelta(seconds=1)
    # As if five hours had gone by.
    await gatherings.update_one({"_id": gathering}, {"$set": {f"claims.{ids[1]}.u": past}, "$inc": {"version": 1}})
    statuses = [(await people.intake.get(f"{API}/registrations/{id}")).json()["status"] for id in ids]
    assert statuses == ["confirmed", "lapsed", "offered"]


async def test_before_the_draw_everybody_sees_that_they_take_part(people: People) -> None:
    gathering = await people.gathering(allocation="lottery", capacity=1, party_max=1, support=[])
    ids = [(await people.register(gathering)).json()["id"] for _ in range(2)]
    pages = [(await people.public.get(_mine(people, id), params={"lang": "de"})).text for id in ids]
    assert all("nehmen an der Verlosung" in page for page in pages)
    await people.coordinator.post(f"{API}/gatherings/{gathering}/draw")
    pages = [(await people.public.get(_mine(people, id), params={"lang": "de"})).text for id in ids]
    assert sorted("Sie haben einen Platz" in page for page in pages) == [False, True]
    assert sorted("Warteliste" in page for page in pages) == [False, True]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_is_left_of_support_is_seen_before_signing_up(people: People, language: str) -> None:
    late = {"id": "late", "label": {"de": "Bus"}, "request_until": (datetime.now(UTC) - timedelta(hours=1)).isoformat()}
    gathering = await people.gathering(support=[DGS, late])
    await people.register(gathering, support=["dgs"])
    page = (await people.public.get(f"/registration/wilhelmshaven/gatherings/{gathering}?lang={language}")).text
    assert page.count('class="hint" id="field-support-hint"') == 1
    assert page.count('class="hint" id="field-support-2-hint"') == 1


async def test_the_page_of_what_is_to_be_ordered(people: People) -> None:
    gathering = await people.gathering(support=[DGS])
    await people.register(gathering, support=["dgs"])
    page = await people.intake.get(f"/registration/wilhelmshaven/desk/{gathering}/needs")
    assert page.status_code == 200
    assert "jetzt bestellen: 1" in page.text


async def test_a_helper_signs_up_for_somebody_without_an_address(people: People) -> None:
    gathering = await people.gathering(support=[])
    page = f"/registration/wilhelmshaven/gatherings/{gathering}"
    entries = {
        "name": "Olena",
        "language": "uk",
        "helper": "Caritas",
        "helper_email": "help@example.org",
        "consent": "yes",
        "companions": "0",
    }
    people.service.definition.state["forms"].min_age = timedelta(0)
    sent = await _send(people, page, page, **entries)
    assert sent.headers["location"].endswith("/thanks"), sent.text
    listed = (await people.intake.get(f"{API}/gatherings/{gathering}/registrations")).json()["items"]
    assert (listed[0]["status"], listed[0]["helper"]["name"], listed[0]["contact"]["email"]) == (
        "unconfirmed",
        "Caritas",
        None,
    )
    without = await _send(people, page, page, **{**entries, "helper": ""})
    assert 'id="error-helper"' in without.text


@pytest.mark.parametrize("ended", ["over", "cancelled", "called off"])
async def test_name_and_address_are_corrected_for_as_long_as_they_are_stored_and_nothing_else(
    people: People, ended: str
) -> None:
    gathering = await people.gathering(support=[DGS])
    id = (await people.register(gathering, party=["Iryna"])).json()["id"]
    mine = _mine(people, id)
    if ended == "over":
        people.move(timedelta(days=7))
    elif ended == "cancelled":
        assert (await people.intake.post(f"{API}/registrations/{id}/cancellation")).status_code == 200
    else:
        body = {"reason": {"de": "Krank"}}
        assert (await people.coordinator.post(f"{API}/gatherings/{gathering}/cancellation", json=body)).is_success
    page = (await people.public.get(mine, params={"lang": "de"})).text
    assert "Meine Daten berichtigen" in page
    for field in ("companions", "support", "sure"):
        assert f'name="{field}"' not in page
    nobody = await _send(people, mine, f"{mine}/change", name="", phone="04421 99", email="")
    assert (nobody.status_code, 'id="error-name"' in nobody.text) == (422, True)
    right = {"name": "Olena K", "phone": "04421 5678", "email": "o@example.org"}
    saved = await _send(people, mine, f"{mine}/change", **right)
    assert saved.headers["location"] == f"{mine}?changed=1", saved.text
    before = (await people.intake.get(f"{API}/registrations/{id}")).json()
    assert (before["name"], before["contact"]["phone"], before["new_email"]) == (
        "Olena K",
        "04421 5678",
        "o@example.org",
    )
    code = people.service.context.secrets.code("address", f"{id}\0o@example.org")
    confirm = f"/registration/wilhelmshaven/address/{id}/{code}"
    assert (await _send(people, confirm, confirm)).status_code == 200
    assert (await people.public.get(mine)).status_code == 404  # whoever had the former address may still hold it
    mine = _mine(people, id, 1)

    # The same at the desk, and through the API; who comes, in which language and with what help stays as it was.
    desk = f"/registration/wilhelmshaven/desk/{gathering}/registrations/{id}"
    sent = await send(people.intake, desk, {"name": "Olena Ko"}, f"{desk}/change")
    assert sent.status_code == 303, sent.text
    renamed = await send(people.public, mine, {"names": "Irena"}, f"{mine}/change#change")
    assert renamed.status_code == 303, renamed.text
    too_many = await send(people.public, mine, {"names": "Irena\nTaras"}, f"{mine}/change#change")
    assert (too_many.status_code, 'id="error-names"' in too_many.text) == (422, True)
    assert (await people.intake.get(f"{API}/registrations/{id}")).json()["party"] == ["Irena"]
    by_api = await people.intake.patch(f"{API}/registrations/{id}", json={"party": ["Iryna"]})
    assert (by_api.status_code, by_api.json()["party"]) == (200, ["Iryna"])
    for other in ({"party": []}, {"language": "de"}, {"support": ["dgs"]}):
        refused = await people.intake.patch(f"{API}/registrations/{id}", json=other)
        assert refused.status_code == 409, refused.text
    whole = await _send(people, mine, f"{mine}/change", **{**FORM, "companions": "0"})  # a page that was open before
    assert whole.status_code == 422
    after = (await people.intake.get(f"{API}/registrations/{id}")).json()
    assert (after["name"], after["contact"]["email"]) == ("Olena Ko", "o@example.org")
    assert {name: after.get(name) for name in ("status", "party", "language", "support")} == {
        name: before.get(name) for name in ("status", "party", "language", "support")
    }


@pytest.mark.parametrize("over", [False, True])
async def test_who_helps_is_corrected_under_the_same_rules_as_the_person(people: People, over: bool) -> None:
    """On the page, at the desk and through the API; a new address of the helper waits for its owner."""
    gathering = await people.gathering()
    helper = {"name": "Karitas", "contact": {"email": "old@example.org"}}
    made = await people.register(gathering, contact={}, helper=helper)
    assert made.status_code == 201, made.text
    id = made.json()["id"]
    if over:
        people.move(timedelta(days=7))
    mine, path = _mine(people, id), f"{API}/registrations/{id}"

    async def change(**entries: str) -> httpx.Response:
        return await send(people.public, mine, entries, f"{mine}/change#change")

    nameless = await change(helper="")
    assert (nameless.status_code, 'id="error-helper"' in nameless.text) == (422, True)
    lost = await change(helper_email="", helper_phone="")
    assert (lost.status_code, 'id="error-helper_email"' in lost.text) == (422, True)
    right = {"helper": "Caritas", "helper_email": "new@example.org", "helper_phone": "04421 5678"}
    both = await change(**right, email="own@example.org")
    assert (both.status_code, 'id="error-helper_email"' in both.text) == (422, True)
    saved = await change(**right)
    assert saved.status_code == 303, saved.text
    shown = (await people.intake.get(path)).json()
    assert (shown["helper"]["name"], shown["helper"]["contact"]["phone"]) == ("Caritas", "04421 5678")
    assert (shown["helper"]["contact"]["email"], shown["new_email"]) == ("old@example.org", "new@example.org")
    assert "neue Adresse der helfenden Person" in (await people.public.get(mine, params={"lang": "de"})).text
    again = await change(name="Olena Ko")  # what waits goes on waiting
    assert again.status_code == 303
    assert (await people.intake.get(path)).json()["new_email"] == "new@example.org"

    code = people.service.context.secrets.code("address", f"{id}\0new@example.org")
    for _ in range(2):
        assert (await people.public.post(f"{path}/address", json={"code": code})).json()["email"] == "confirmed"
    shown = (await people.intake.get(path)).json()
    assert (shown["helper"]["contact"]["email"], "new_email" in shown) == ("new@example.org", False)
    told = (await people.service.context.database["registrations"].find_one({"_id": id}) or {})["outbox"][-1]
    assert "new@example.org" in str(told)  # from now on messages go there

    desk = f"/registration/wilhelmshaven/desk/{gathering}/registrations/{id}"
    sent = await send(people.intake, desk, {"helper": "Fatma", "helper_email": "fatma@example.org"}, f"{desk}/change")
    assert sent.status_code == 303, sent.text
    shown = (await people.intake.get(path)).json()
    assert (shown["helper"]["name"], shown["helper"]["contact"]["email"]) == ("Fatma", "fatma@example.org")
    by_api = await people.intake.patch(path, json={"helper": {"name": "Ali", "contact": {"phone": "04421 9"}}})
    assert (by_api.status_code, by_api.json()["helper"]["name"]) == (200, "Ali")
    unreachable = await people.intake.patch(path, json={"helper": {"name": "Ali", "contact": {}}})
    assert unreachable.json()["errors"][0]["pointer"] == "/helper/contact"


async def _entries(people: People, page: str) -> dict[str, str]:
    """What a form for changes carries along when it is opened."""
    shown = html.unescape((await people.public.get(page)).text)
    token = re.search(r'name="form_token" value="([^"]+)"', shown)
    was = re.search(r'name="was" value="(\{.*?\})">', shown)
    assert token, shown
    assert was, shown
    return {"form_token": token[1], "was": was[1]}


async def test_an_older_window_takes_nothing_back_that_a_newer_one_changed(people: People) -> None:
    gathering = await people.gathering()
    id = (await people.register(gathering)).json()["id"]
    mine = _mine(people, id)
    old, new = await _entries(people, mine), await _entries(people, mine)
    form = FORM | {"companions": "0", "names": ""}
    added = await people.public.post(f"{mine}/change", data=new | form | {"companions": "1", "names": "Taras"})
    assert added.status_code == 303, added.text
    renamed = await people.public.post(f"{mine}/change", data=old | form | {"name": "Olena Ko"})
    assert renamed.status_code == 303, renamed.text
    shown = (await people.intake.get(f"{API}/registrations/{id}")).json()
    assert (shown["name"], shown["party"]) == ("Olena Ko", ["Taras"])
    assert (await people.seats(gathering))["taken"] == 2


async def test_what_two_windows_changed_is_shown_with_both_and_taken_when_sent_again(people: People) -> None:
    id = (await people.register(await people.gathering())).json()["id"]
    mine = _mine(people, id)
    old = await _entries(people, mine)
    assert (await people.intake.patch(f"{API}/registrations/{id}", json={"name": "Olena Petrenko"})).is_success
    both = await people.public.post(
        f"{mine}/change", data=old | FORM | {"name": "Olena P."}, headers={"Accept-Language": "de"}
    )
    assert both.status_code == 409
    assert "Jetzt steht dort: Olena Petrenko" in both.text
    assert 'value="Olena P."' in both.text
    was = re.search(r'name="was" value="(\{.*?\})">', html.unescape(both.text))
    assert was
    token = re.search(r'name="form_token" value="([^"]+)"', both.text)
    assert token
    again = {"form_token": token[1], "was": was[1]} | FORM | {"name": "Olena P."}
    assert (await people.public.post(f"{mine}/change", data=again)).status_code == 303
    assert (await people.intake.get(f"{API}/registrations/{id}")).json()["name"] == "Olena P."


async def test_by_which_way_first_is_chosen_on_the_page_and_shown_among_what_is_stored(people: People) -> None:
    gathering = await people.gathering()
    id = (await people.register(gathering)).json()["id"]
    mine = _mine(people, id)
    assert 'name="reach_first"' in (await people.public.get(mine)).text
    assert 'value="letter"' not in (await people.public.get(mine)).text, "there is no address for one"
    saved = await _send(people, mine, f"{mine}/change", **FORM, reach_first="sms")
    assert saved.status_code == 303
    assert (await people.intake.get(f"{API}/registrations/{id}")).json()["reach_first"] == "sms"
    assert "per SMS" in (await people.public.get(f"{mine}/data", params={"lang": "de"})).text
    untouched = await _send(people, mine, f"{mine}/change", **FORM)
    assert untouched.status_code == 303
    assert (await people.intake.get(f"{API}/registrations/{id}")).json()["reach_first"] == "sms"
    await _send(people, mine, f"{mine}/change", **FORM, reach_first="")
    assert (await people.intake.get(f"{API}/registrations/{id}")).json()["reach_first"] == "any"
