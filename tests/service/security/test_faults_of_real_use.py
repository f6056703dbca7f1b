"""What people, copied text and programs really send: each is stored as it was meant or refused at its field, and nothing falls over."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from chassis.http.permissions import permission_checks
from chassis.pages.forms import Forms
from tests.conftest import settings_on
from tests.service.registration.pages import BROWSER
from tests.service.security.conftest import Everything, build_everything
from tests.service.security.test_bad_input import DRAFT, PERSON, Desk
from tests.support.namespaces import namespace

ROOT = Path(__file__).parents[3]
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


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens of forms are tested elsewhere."""
    monkeypatch.setattr(Forms, "_verdict", lambda *_: None)


def pointers(answer: httpx.Response) -> list[str]:
    return [error["pointer"] for error in answer.json().get("errors", [])]


BLANK = ["\u200b", "\u2800", "\u3164", "\u00ad"]
CONTROL = ["a\x00b", "a\x0bb", "a\x1bb", "a\x85b"]
HALF = "a\ud83d"


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


async def _registered(desk: Desk) -> tuple[str, str]:
    body = {**PERSON, "contact": {"phone": "+49 4421 161235"}, "channel": "phone"}
    made = (await desk.ask("POST", f"{R}/gatherings/{{gathering}}/registrations", "intake", body)).json()
    return made["id"], made["manage_url"].rpartition("/")[2]


@pytest.mark.parametrize("who", ["xyz", "companion 9999999999999999999999", "companion ²", "companion 99"])
async def test_a_forged_erasure_is_refused_at_the_form(desk: Desk, trusting: None, who: str) -> None:
    id, code = await _registered(desk)
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
    id, code = await _registered(desk)
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
    limiter = everything.apps["registration"].state.rate_limiters["public"]
    monkeypatch.setattr(limiter, "_most", 1)
    monkeypatch.setattr(limiter, "_seconds", 3600)
    monkeypatch.setattr(limiter, "_mine", Counter())
    for expected in (422, 429):
        answer = await desk.ask("POST", f"{WEB}/gatherings/{{gathering}}", data={"name": "Olena"}, headers=BROWSER)
        assert answer.status_code == expected
        assert 'value="Olena"' in answer.text
    assert int(answer.headers["retry-after"]) > 0
    assert "viele Versuche" in answer.text
    answer = await desk.ask("POST", f"{WEB}/gatherings/{{gathering}}", data=ENTERED, headers=BROWSER)
    assert answer.status_code == 429, "nothing is done"


@pytest.mark.parametrize(
    "path",
    [
        "/registration/",
        f"{WEB}/",
        f"{R}/gatherings",
        f"{R}/gatherings.ics",
        "/registration/health/live",
        "/registration/metrics",
    ],
)
async def test_head_answers_as_get(desk: Desk, path: str) -> None:
    shown, head = await desk.ask("GET", path), await desk.ask("HEAD", path)
    assert (head.status_code, head.content) == (shown.status_code, b"")
    assert head.headers["content-type"] == shown.headers["content-type"]
    if "metrics" not in path:
        assert head.headers["content-length"] == shown.headers["content-length"]


async def test_head_of_an_endless_answer_ends(desk: Desk) -> None:
    path = f"{S}/assessments/{{assessment}}/board/stream"
    answer = await desk.ask("HEAD", path, "moderator", timeout=20)
    assert (answer.status_code, answer.content) == (200, b"")


async def test_a_wrong_method_names_the_right_ones(desk: Desk) -> None:
    answer = await desk.ask("DELETE", f"{R}/gatherings/{{gathering}}", "coordinator")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS, PATCH")
    answer = await desk.ask("OPTIONS", f"{R}/gatherings/{{gathering}}")
    assert (answer.status_code, answer.headers["allow"]) == (204, "GET, HEAD, OPTIONS, PATCH")


async def test_options_of_everything(everything: Everything) -> None:
    app = everything.apps["registration"]
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "OPTIONS", "path": "*", "raw_path": b"*", "query_string": b"", "headers": [],
             "client": ("127.0.0.1", 1), "server": ("test", 80), "http_version": "1.1", "asgi": {"version": "3.0"}, "scheme": "http"}  # fmt: skip
    await app(scope, receive, send)
    assert sent[0]["status"] == 204


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


JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("content", "headers", "status", "remedy"),
    [
        ('{"granted": "ü"}'.encode("latin-1"), JSON, 400, "UTF-8"),
        (gzip.compress(b"{}", mtime=0), {**JSON, "content-encoding": "gzip"}, 415, "without Content-Encoding"),
        (b"[" * 100_000, JSON, 400, "JSON"),
        (b'{"a":' * 20_000 + b"1" + b"}" * 20_000, JSON, 400, "less deeply"),
        (b"{}", {}, 415, "Content-Type: application/json"),
        (b"name=x", {"content-type": "application/x-www-form-urlencoded"}, 415, "Content-Type: application/json"),
        (b"{", JSON, 400, "JSON"),
    ],
)
async def test_a_body_that_cannot_be_read_says_how_to_send_it(
    desk: Desk, content: bytes, headers: dict[str, str], status: int, remedy: str
) -> None:
    answer = await desk.ask("POST", f"{R}/gatherings", "coordinator", content=content, headers=headers)
    assert answer.status_code == status, answer.text
    assert remedy in answer.json()["detail"]


async def test_what_is_for_staff_is_not_kept_by_caches(desk: Desk) -> None:
    answer = await desk.ask("GET", f"{R}/gatherings/{{gathering}}/registrations", "intake")
    assert answer.headers["cache-control"] == "no-store"


# What somebody may put into any field at all.
HOSTILE = [
    "9" * 5000,
    "a\x00b",
    "\u200b",
    "-1",
    "²",
    "9999-12-31",
    "0001-01-01T00:00",
    "99:99",
    "xyz",
    "x" * 20_000,
    "{",
    "1e400",
]


def _fields() -> set[str]:
    """Every name that a field has in any template."""
    found: set[str] = set()
    for template in [*ROOT.glob("services/**/*.html"), *ROOT.glob("chassis/**/*.html")]:
        text = template.read_text()
        found |= set(re.findall(r'name="([\w.-]+)"', text))
        found |= set(re.findall(r'(?:field|select|radios|checkbox(?:es)?)\(\w+, "([\w.-]+)"', text))
        found |= {f"{name}de" for name in re.findall(r'(?:field|in_other_languages)\(\w+, "([\w.-]+\.)" ~', text)}
    for planning in (ROOT / "services/registration/planning").glob("staff_p*.py"):
        found |= set(re.findall(r'"(\w+(?:\.\w+)?)"', planning.read_text()))
    return found - {"form_token", "choose_language", "homepage"}


ENDS = ("suspension", "deletion", "calling-off", "erasure", "closing", "forget", "revocation")
"""Words in addresses of forms that take something away."""


async def test_no_form_falls_over_whatever_stands_in_its_fields(
    everything: Everything, desk: Desk, trusting: None
) -> None:
    """Every form of every page, with real ids where there are some, each field with the same hostile value."""
    id, code = await _registered(desk)
    fields, tried = sorted(_fields()), 0
    assert len(fields) > 80
    known = {"tenant": "wilhelmshaven", "registration_id": id, "person": id, "slug": "wilhelmshaven"}
    # What might take away what others need comes last, and of that the municipality's end.
    forms = sorted(
        (
            (name, route, check)
            for name, app in everything.apps.items()
            for route, check in permission_checks(app)
            if "POST" in (route.methods or ()) and not route.include_in_schema and "sign-" not in route.path
        ),
        key=lambda form: [word in form[1].path for word in ENDS],
    )
    for name, route, check in forms:
        assert check is not None
        places = {
            **known,
            "id": id
            if "/my/" in route.path or "/address/" in route.path
            else desk.places["assessment" if name == "selfcheck" else "gathering"],
            "code": code if name == "registration" else desk.places["code"],
        }
        path = re.sub(
            r"\{(\w+)(:path)?\}",
            lambda part, places=places: places.get(part[1], "cancellation" if part[1] == "kind" else "x"),  # type: ignore[misc]
            route.path,
        )
        role = next(iter(sorted(check.roles)), "")
        client = everything.client("-" if role in ("programme_office", "operator") else "wilhelmshaven", role)
        for value in HOSTILE:
            answer = await client.post(everything.url(path), data=dict.fromkeys(fields, value), headers=BROWSER)
            assert answer.status_code < 500, f"{route.path} {value[:20]!r}: {answer.text[:500]}"
            tried += 1
    assert tried > 400
