"""What people, copied text and programs really send: each is stored as it was meant or refused at its field, and nothing falls over."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from chassis.http.rate_limits import RateLimiter
from chassis.http.routes import permission_checks
from tests.conftest import settings_on
from tests.service.registration.pages import BROWSER
from tests.service.security.conftest import Everything, build_everything
from tests.service.security.test_bad_input import DRAFT, PERSON, Desk
from tests.support.namespaces import namespace

R, S = "/registration/v1/wilhelmshaven", "/selfcheck/v1/wilhelmshaven"
WEB = "/registration/wilhelmshaven"


@pytest.fixture(scope="module")
async def everything(stack: Any, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Everything]:
    """One for all of these tests: they leave nothing that another one counts."""
    with namespace(stack.mongodb_uri) as name:
        built = await build_everything(settings_on(stack, tmp_path_factory.mktemp("faults"), name))
        yield built
        await built.close()


@pytest.fixture(scope="module")
async def desk(everything: Everything) -> Desk:
    prepared = Desk(everything)
    await prepared.prepare()
    return prepared


def pointers(answer: httpx.Response) -> list[str]:
    return [error["pointer"] for error in answer.json().get("errors", [])]


BLANK = ["\u200b", "\u2800", "\u3164", "\u00ad"]
CONTROL = ["a\x00b", "a\x0bb", "a\x1bb", "a\x85b"]


@pytest.mark.parametrize("name", [*BLANK, *CONTROL])
async def test_a_name_can_be_seen_and_stored(desk: Desk, name: str) -> None:
    path = f"{R}/gatherings/{{gathering}}/registrations"
    answer = await desk.ask("POST", path, "intake", {**PERSON, "name": name, "channel": "email"})
    assert (answer.status_code, pointers(answer)) == (422, ["/name"]), answer.text


@pytest.mark.parametrize("text", CONTROL)
async def test_texts_of_a_gathering_hold_no_controls(desk: Desk, text: str) -> None:
    body = {**DRAFT, "title": {"de": text}, "description": {"de": text}, "place": text}
    answer = await desk.ask("POST", f"{R}/gatherings", "coordinator", body)
    assert answer.status_code == 422
    assert set(pointers(answer)) == {"/title/de", "/description/de", "/place"}


async def test_a_postal_address_holds_no_controls_but_line_breaks(desk: Desk) -> None:
    path = f"{R}/gatherings/{{gathering}}/registrations"
    answer = await desk.ask(
        "POST", path, "intake", {**PERSON, "contact": {"post": "Weg 1\x0026382"}, "channel": "phone"}
    )
    assert (answer.status_code, pointers(answer)) == (422, ["/contact/post"])
    body = {**PERSON, "contact": {"post": "Weg 1\r\n26382 Wilhelmshaven"}, "channel": "phone"}
    assert (await desk.ask("POST", path, "intake", body)).status_code == 201


async def test_joiners_stay_and_soft_hyphens_go(desk: Desk) -> None:
    body = {**DRAFT, "title": {"de": "Bürger\u00addialog", "fa": "گفت\u200cوگو"}}
    made = (await desk.ask("POST", f"{R}/gatherings", "coordinator", body)).json()
    assert made["title"] == {"de": "Bürgerdialog", "fa": "گفت\u200cوگو"}


async def test_half_a_character_is_refused_at_its_place(desk: Desk) -> None:
    headers = {"content-type": "application/json"}
    path = "/selfcheck/v1/answers/{code}"
    for body, where in (
        (rb'{"notes":{"q2":"a\ud83d"}}', "/notes/q2"),
        (rb'{"answers":{"a\ud83d":1}}', "/answers/a\ufffd\ufffd\ufffd"),
        (b'{"answers":{"q2":1' + b"0" * 30 + b"}}", "/answers/q2"),
    ):
        answer = await desk.ask("PUT", path, headers=headers, content=body)
        assert (answer.status_code, pointers(answer)) == (422, [where]), answer.text


@pytest.mark.parametrize("wrong", [b"1" + b"0" * 30, rb'"a\ud83d"', b"NaN", b"[" * 60 + b"]" * 60])
async def test_what_cannot_be_stored_is_refused_with_a_key_too(desk: Desk, wrong: bytes) -> None:
    headers = {"content-type": "application/json", "idempotency-key": "again"}
    path = f"{R}/gatherings/{{gathering}}"
    answer = await desk.ask("PATCH", path, "coordinator", headers=headers, content=b'{"capacity":' + wrong + b"}")
    assert answer.status_code == 422, answer.text
    path = f"{S}/assessments/{{assessment}}/consensus"
    body = b'{"question":"q1","reason":"","level":' + wrong + b"}"
    answer = await desk.ask("POST", path, "moderator", headers=headers, content=body)
    assert (answer.status_code, pointers(answer)) == (422, ["/level"]), answer.text


async def test_a_search_with_control_characters_finds_out_why(desk: Desk) -> None:
    body = {"gathering": desk.places["gathering"], "q": "a\x00@b"}
    answer = await desk.ask("POST", f"{R}/registrations/search", "intake", body)
    assert (answer.status_code, pointers(answer)) == (422, ["/q"]), answer.text
    assert (await desk.ask("GET", "/registration/?q=a%00b")).status_code == 422
    assert (await desk.ask("GET", f"{R}/gatherings/a%00b")).status_code == 404


@pytest.mark.parametrize("id", ["Bügs", "a\u200bb", "a b"])
async def test_ids_of_questionnaires_follow_the_one_rule(desk: Desk, id: str) -> None:
    known = (await desk.ask("GET", "/selfcheck/v1/questionnaires/{id}/{version}".format(**_known()))).json()
    known = {key: value for key, value in known.items() if key in ("title", "scale", "rules", "fields", "version")}
    answer = await desk.ask("POST", "/selfcheck/v1/questionnaires", "programme_office", {**known, "id": id}, tenant="-")
    assert (answer.status_code, pointers(answer)) == (422, ["/id"]), answer.text
    known["fields"][0]["criteria"][0]["questions"][0]["id"] = id
    draft = {**known, "id": "neu", "version": "1"}
    path = "/selfcheck/v1/questionnaire-drafts"
    answer = await desk.ask("POST", path, "programme_office", draft, tenant="-")
    assert answer.status_code == 422, answer.text


def _known() -> dict[str, str]:
    from kommune.demo.answers import QUESTIONNAIRE

    return dict(QUESTIONNAIRE)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("ends_at", "9999-12-31T23:59:59Z"),
        ("starts_at", "0001-01-01T00:00:00+14:00"),
        ("capacity", "1.000"),
        ("capacity", 10**30),
        ("party_max", True),
        ("offer_hours", "24"),
        ("join_url", "meet.jit.si/abc"),
    ],
)
async def test_numbers_and_times_of_a_gathering_are_bounded(desk: Desk, field: str, wrong: Any) -> None:
    answer = await desk.ask("POST", f"{R}/gatherings", "coordinator", {**DRAFT, field: wrong})
    assert (answer.status_code, pointers(answer)) == (422, [f"/{field}"]), answer.text
    if field in ("ends_at", "starts_at"):
        assert "2000 to 2100" in answer.json()["errors"][0]["detail"]


async def test_inhabitants_and_days_are_taken_at_their_word(desk: Desk) -> None:
    answer = await desk.ask("PATCH", f"{R}/profile", "coordinator", {"inhabitants": "1.000"})
    assert (answer.status_code, pointers(answer)) == (422, ["/inhabitants"]), answer.text
    body = {"field": "x", "title": "Tun", "due": "9999-12-31"}
    answer = await desk.ask("POST", f"{S}/assessments/{{assessment}}/measures", "coordinator", body)
    assert (answer.status_code, pointers(answer)) == (422, ["/due"]), answer.text


ENTERED = {"name": "Olena", "email": "olena@example.org", "language": "uk", "consent": "yes", "consent_version": "1"}


@pytest.mark.parametrize("companions", ["9" * 5000, "20000000", "²", "-3", "1,5", "0x2"])
async def test_companions_are_bounded_before_anything_is_made_of_them(
    desk: Desk, trusting: None, companions: str
) -> None:
    answer = await desk.ask(
        "POST", f"{WEB}/gatherings/{{gathering}}", data={**ENTERED, "companions": companions}, headers=BROWSER
    )
    assert answer.status_code == 422
    assert 'id="error-companions"' in answer.text
    assert 'value="olena@example.org"' in answer.text


async def test_digits_of_other_scripts_are_digits(desk: Desk, trusting: None) -> None:
    entered = {**ENTERED, "companions": "٢", "email": "", "phone": "+49 4421 161234"}
    answer = await desk.ask("POST", f"{WEB}/gatherings/{{gathering}}", data=entered, headers=BROWSER)
    assert answer.status_code == 303, answer.text


async def test_an_address_copied_with_unseen_signs_is_freed_of_them(desk: Desk, trusting: None) -> None:
    entered = {**ENTERED, "email": "\ufefftaras@example.org\u200b"}
    answer = await desk.ask("POST", f"{WEB}/gatherings/{{gathering}}", data=entered, headers=BROWSER)
    assert answer.status_code == 303, answer.text
    entered = {**ENTERED, "email": "x" * 65 + "@example.org"}
    answer = await desk.ask("POST", f"{WEB}/gatherings/{{gathering}}", data=entered, headers=BROWSER)
    assert answer.status_code == 422
    assert "höchstens 64 Zeichen" in answer.text


async def test_a_name_with_a_tab_is_told_of_the_tab(desk: Desk, trusting: None) -> None:
    answer = await desk.ask(
        "POST", f"{WEB}/gatherings/{{gathering}}", data={**ENTERED, "name": "Olena\tK."}, headers=BROWSER
    )
    assert answer.status_code == 422
    assert "ohne Tabulator" in answer.text


async def _planned(desk: Desk, **changes: str) -> httpx.Response:
    entered = {
        "title.de": "Dialog", "description.de": "Wir reden.", "kind": "dialogue", "day": "2027-05-03", "from": "18:00",
        "until": "20:00", "mode": "online", "join_url": "https://meet.example/x", "capacity": "35", "party_max": "3",
        "allocation": "first_come", "open_to": "residents", "offer_hours": "24", "confirm_minutes": "60",
    } | changes  # fmt: skip
    return await desk.ask("POST", f"{WEB}/desk/plan", "coordinator", data=entered, headers=BROWSER)


@pytest.mark.parametrize(
    ("field", "typed", "remedy"),
    [
        ("day", "0001-01-01", "1900 bis 2100"),
        ("day", "9999-12-31", "1900 bis 2100"),
        ("opens_at", "0001-01-01T00:00", "2000 bis 2100"),
        ("capacity", "9" * 5000, "eine ganze Zahl in Ziffern"),
        ("join_url", "meet.jit.si/abc", "beginnt mit https://"),
        ("offer_hours", "einen Tag", "eine Zahl in Ziffern"),
    ],
)
async def test_the_plan_says_what_is_wrong(desk: Desk, trusting: None, field: str, typed: str, remedy: str) -> None:
    answer = await _planned(desk, **{field: typed})
    assert answer.status_code == 422
    assert f'id="error-{field}"' in answer.text, field
    assert remedy in answer.text


async def test_the_plan_takes_numbers_as_they_are_written_in_german(desk: Desk, trusting: None) -> None:
    answer = await _planned(desk, capacity="1.000", offer_hours="1,5")
    assert answer.status_code == 303, answer.text
    made = re.search(r"desk/([^/]+)/plan", answer.headers["location"])
    assert made is not None
    found = await desk.ask("GET", answer.headers["location"] + "/edit", "coordinator", headers=BROWSER)
    assert 'name="capacity" type="number" value="1000"' in found.text or 'value="1000"' in found.text
    assert 'value="1.5"' in found.text


@pytest.mark.parametrize("who", ["xyz", "companion 9999999999999999999999", "companion ²", "companion 99"])
async def test_a_forged_erasure_is_refused_at_the_form(desk: Desk, trusting: None, who: str) -> None:
    id, code = await desk.registered()
    answer = await desk.ask(
        "POST", f"{WEB}/my/{id}/{code}/data/erasure", data={"who": who, "sure": "yes"}, headers=BROWSER
    )
    assert answer.status_code == 422, answer.text


async def test_choosing_a_language_keeps_what_was_entered(desk: Desk, trusting: None) -> None:
    entered = {"name": "Olena", "email": "", "language": "uk", "choose_language": "uk"}
    answer = await desk.ask("POST", f"{WEB}/gatherings/{{gathering}}", data=entered, headers=BROWSER)
    assert answer.status_code == 200
    assert answer.headers["content-language"] == "uk"
    assert 'value="Olena"' in answer.text
    assert 'class="summary"' not in answer.text
    assert "wk_language=uk" in answer.headers["set-cookie"]


async def test_language_links_after_an_error_lead_where_the_page_can_be_read(
    everything: Everything, desk: Desk, trusting: None
) -> None:
    id, code = await desk.registered()
    answer = await desk.ask("POST", f"{WEB}/my/{id}/{code}/cancellation", data={}, headers=BROWSER)
    assert answer.status_code == 422
    links = re.findall(r'href="([^"]*lang=[a-z-]+)"', answer.text)
    assert links
    for link in links:
        assert link.startswith(f"{WEB}/my/{id}/{code}?"), link
        assert (await desk.ask("GET", link, headers=BROWSER)).status_code == 200
    again = await desk.ask("GET", f"{WEB}/my/{id}/{code}/cancellation", headers=BROWSER)
    assert (again.status_code, again.headers.get("location")) == (303, f"{WEB}/my/{id}/{code}")


def test_every_address_of_a_form_lies_below_a_page(everything: Everything) -> None:
    """Where the language links of an answer to POST, and a reader who opens its address again, are led to."""
    lost = []
    for name, app in everything.apps.items():
        readable = [page.path_regex for page in app.state.page_routes]
        for route, _ in permission_checks(app):
            if "POST" in (route.methods or ()) and not route.include_in_schema:
                path = re.sub(r"\{\w+(:path)?\}", "x", route.path)
                around = []
                while path.count("/") > 1:
                    around += [path, path + "/"]
                    path = path.rpartition("/")[0]
                if not any(known.match(one) for known in readable for one in around):
                    lost.append(f"{name}: {route.path}")
    assert lost == ["registration: /registration/sign-in", "registration: /registration/sign-out"] or lost == []


async def test_too_many_attempts_keep_what_was_entered(
    everything: Everything, desk: Desk, trusting: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = everything.services["registration"].context
    once = RateLimiter("1/hour", context.database, context.secrets, context.clock, "once ")
    monkeypatch.setitem(everything.apps["registration"].state.rate_limiters, "public", once)
    for expected in (422, 429):
        answer = await desk.ask("POST", f"{WEB}/gatherings/{{gathering}}", data={"name": "Olena"}, headers=BROWSER)
        assert answer.status_code == expected
        assert 'value="Olena"' in answer.text
    assert int(answer.headers["retry-after"]) > 0
    assert "viele Versuche" in answer.text
    answer = await desk.ask("POST", f"{WEB}/gatherings/{{gathering}}", data=ENTERED, headers=BROWSER)
    assert answer.status_code == 429, "nothing is done"


async def test_nobody_is_led_to_a_self_check_that_is_not_for_their_role(desk: Desk) -> None:
    for role in ("coordinator", "moderator", "decision_maker"):
        page = await desk.ask("GET", "/selfcheck/wilhelmshaven/", role, headers=BROWSER)
        assert "Selbstcheck" in page.text
        for link in re.findall(r'href="(/selfcheck/wilhelmshaven/[^"?#]+)"', page.text):
            assert (await desk.ask("GET", link, role, headers=BROWSER)).status_code == 200, f"{role}: {link}"


async def test_pages_in_several_languages_keep_entries_when_one_is_chosen(desk: Desk) -> None:
    page = await desk.ask("GET", f"{WEB}/gatherings/{{gathering}}", headers=BROWSER)
    script = re.search(r'src="([^"]+language\.js)"', page.text)
    assert script is not None
    assert "choose_language" in (await desk.ask("GET", script[1])).text
