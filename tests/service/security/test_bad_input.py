"""Every kind of bad input gets its own clear problem, which names the field and the remedy, and leaves nothing behind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from chassis.settings import Settings, SettingsError, load_settings
from kommune.demo.answers import QUESTIONNAIRE
from tests.service.security.conftest import Everything

START = datetime.now(UTC).replace(microsecond=0) + timedelta(days=9)
DRAFT: dict[str, Any] = {
    "title": {"de": "Dialog"},
    "description": {"de": "Reden"},
    "kind": "dialogue",
    "starts_at": START.isoformat(),
    "ends_at": (START + timedelta(hours=2)).isoformat(),
    "mode": "online",
    "capacity": 35,
    "party_max": 3,
}
PERSON: dict[str, Any] = {
    "name": "Olena",
    "contact": {"email": "olena@example.org"},
    "language": "uk",
    "party": [],
    "support": [],
    "channel": "web",
    "consent": {"text_version": "1"},
}
PROBLEM = "urn:weltoffene-kommune:problem:"


class Desk:
    """A gathering to register for, an assessment to answer, and what stood in the databases before."""

    def __init__(self, everything: Everything) -> None:
        self.everything = everything
        self.places: dict[str, str] = {}

    async def prepare(self) -> None:
        base = "/registration/v1/wilhelmshaven/gatherings"
        self.places["gathering"] = (await self.ask("POST", base, "coordinator", DRAFT)).json()["id"]
        await self.ask("POST", f"{base}/{self.places['gathering']}/publication", "coordinator")
        base = "/selfcheck/v1/wilhelmshaven/assessments"
        body = {
            "questionnaire": QUESTIONNAIRE,
            "title": "Selbstcheck",
            "perspectives": [{"id": "staff", "title": "Amt"}],
        }
        self.places["assessment"] = (await self.ask("POST", base, "coordinator", body)).json()["id"]
        path = f"{base}/{self.places['assessment']}/invitations"
        invited = await self.ask("POST", path, "coordinator", {"perspective": "staff", "label": "Bauamt"})
        self.places["code"] = invited.json()["answer_url"].rsplit("/", 1)[1]

    async def ask(
        self, method: str, path: str, role: str = "", body: Any = None, tenant: str = "wilhelmshaven", **more: Any
    ) -> httpx.Response:
        client = self.everything.client(tenant, role)
        url = self.everything.url(path.format(**self.places))
        return await client.request(method, url, **({"json": body} if body is not None else {}), **more)

    async def registered(self) -> tuple[str, str]:
        """Somebody whom staff entered: their id and the code of their link."""
        path = "/registration/v1/wilhelmshaven/gatherings/{gathering}/registrations"
        body = {**PERSON, "contact": {"phone": "+49 4421 161235"}, "channel": "phone"}
        made = (await self.ask("POST", path, "intake", body)).json()
        return made["id"], made["manage_url"].rpartition("/")[2]

    async def counts(self) -> dict[str, int]:
        return await self.everything.counts()


@pytest.fixture
async def desk(everything: Everything) -> Desk:
    prepared = Desk(everything)
    await prepared.prepare()
    return prepared


async def _refused(desk: Desk, status: int, code: str, pointer: str | None, *call: Any, **more: Any) -> None:
    """The call is answered with this problem; the field it names comes with a remedy; nothing was written."""
    before = await desk.counts()
    answer = await desk.ask(*call, **more)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    problem = answer.json()
    assert problem["type"] == PROBLEM + code
    assert problem["status"] == status
    assert problem["title"]
    if pointer is not None:
        told = {error["pointer"]: error["detail"] for error in problem["errors"]}
        assert len(told.get(pointer, "")) > 8, told
    assert await desk.counts() == before


GATHERINGS = "/registration/v1/wilhelmshaven/gatherings"
REGISTRATIONS = GATHERINGS + "/{gathering}/registrations"
ANSWERS = "/selfcheck/v1/answers/{code}"


@pytest.mark.parametrize(
    ("pointer", "change"),
    [
        ("/capacity", {"capacity": 0}),
        ("/ends_at", {"ends_at": (START - timedelta(hours=1)).isoformat()}),
        ("/starts_at", {"starts_at": "tomorrow"}),
        ("/title/xx", {"title": {"xx": "?"}}),
        ("/mode", {"mode": "by post"}),
        ("/colour", {"colour": "red"}),
        ("/join_url", {"join_url": "javascript:alert(1)"}),
    ],
    ids=["capacity 0", "end before start", "no time", "language", "mode", "unknown field", "script as address"],
)
async def test_an_invalid_gathering_is_refused(desk: Desk, pointer: str, change: dict[str, Any]) -> None:
    await _refused(desk, 422, "invalid", pointer, "POST", GATHERINGS, "coordinator", DRAFT | change)


@pytest.mark.parametrize(
    ("pointer", "change"),
    [
        ("/language", {"language": "klingon"}),
        ("/party", {"party": ["a", "b", "c"]}),
        ("/name", {"name": "Olena\r\nBcc: all@example.org"}),
        ("/name", {"name": "x" * 10_000}),
        ("/name", {"name": "  "}),
        ("/contact/email", {"contact": {"email": "olena@@example"}}),
        ("/support/0", {"support": ["helicopter"]}),
        ("/channel", {"channel": "pigeon"}),
    ],
    ids=["language", "party", "header injection", "long name", "no name", "address", "support", "channel"],
)
async def test_a_registration_that_can_not_be(desk: Desk, pointer: str, change: dict[str, Any]) -> None:
    await _refused(desk, 422, "invalid", pointer, "POST", REGISTRATIONS, "", PERSON | change)


async def test_a_name_of_a_megabyte_is_refused(desk: Desk) -> None:
    await _refused(desk, 413, "too-large", None, "POST", REGISTRATIONS, "", PERSON | {"name": "x" * 1_000_000})


async def test_malformed_json_is_refused(desk: Desk) -> None:
    for content in (b"{", b"\xff\xfe", b"[1,"):
        headers = {"Content-Type": "application/json"}
        more = {"content": content, "headers": headers}
        await _refused(desk, 400, "malformed-json", "/", "POST", REGISTRATIONS, **more)
        await _refused(desk, 400, "malformed-json", "/", "PUT", ANSWERS, **more)


async def test_what_is_unknown_foreign_or_not_allowed_is_refused_as_what_it_is(desk: Desk) -> None:
    await _refused(desk, 404, "not-found", None, "GET", "/registration/v1/nowhere/gatherings")
    await _refused(desk, 404, "not-found", None, "POST", GATHERINGS, "coordinator", DRAFT, tenant="wolfsburg")
    await _refused(desk, 404, "not-found", None, "POST", GATHERINGS + "/unknown/registrations", "", PERSON)
    expired = {"Authorization": "Bearer " + desk.everything.issuer.issue("wilhelmshaven", "coordinator", seconds=-9)}
    await _refused(desk, 401, "unauthenticated", None, "POST", GATHERINGS, "", DRAFT, headers=expired)
    await _refused(desk, 403, "forbidden", None, "POST", GATHERINGS, "intake", DRAFT)


async def test_a_key_repeated_with_another_body(desk: Desk) -> None:
    headers = {"Idempotency-Key": "once"}
    first = await desk.ask("POST", REGISTRATIONS, "", PERSON, headers=headers)
    assert first.status_code == 201
    await _refused(
        desk, 422, "idempotency-key-reused", None, "POST", REGISTRATIONS, "", PERSON | {"name": "X"}, headers=headers
    )
    again = await desk.ask("POST", REGISTRATIONS, "", PERSON, headers=headers)
    assert (again.headers["Idempotent-Replayed"], again.json()) == ("true", first.json())


@pytest.mark.parametrize(
    ("pointer", "saved"),
    [
        ("/answers/nowhere", {"answers": {"nowhere": 1}}),
        ("/answers/QUESTION", {"answers": {"QUESTION": 99}}),
        ("/answers/QUESTION", {"answers": {"QUESTION": True}}),
        ("/answers/QUESTION", {"answers": {"QUESTION": "very"}}),
        ("/notes/nowhere", {"notes": {"nowhere": "?"}}),
        ("/mood", {"mood": "good"}),
    ],
    ids=["unknown question", "outside the scale", "a boolean", "a word", "note on nothing", "unknown field"],
)
async def test_an_invalid_answer_is_refused(desk: Desk, pointer: str, saved: dict[str, Any]) -> None:
    asked = (
        await desk.ask("GET", f"/selfcheck/v1/questionnaires/{QUESTIONNAIRE['id']}/{QUESTIONNAIRE['version']}")
    ).json()
    question = asked["fields"][0]["criteria"][0]["questions"][0]["id"]
    body = {
        part: {key.replace("QUESTION", question): v for key, v in entries.items()}
        if isinstance(entries, dict)
        else entries
        for part, entries in saved.items()
    }
    await _refused(desk, 422, "invalid", pointer.replace("QUESTION", question), "PUT", ANSWERS, "", body)


async def test_wrong_codes_open_nothing(desk: Desk) -> None:
    await _refused(desk, 404, "not-found", None, "GET", "/selfcheck/v1/answers/guessed")
    await _refused(desk, 404, "not-found", None, "PUT", "/selfcheck/v1/answers/guessed", "", {"answers": {}})
    first = await desk.ask("PUT", ANSWERS, "", {"answers": {}})
    assert first.json()["resume_code"]
    answer = await desk.ask("PUT", ANSWERS, "", {"answers": {}})
    assert answer.status_code in (401, 403), "the link alone is not enough once somebody has begun"


async def test_json_about_people_is_kept_by_no_cache(desk: Desk) -> None:
    await desk.ask("POST", REGISTRATIONS, "", PERSON)
    for path, role in (
        (REGISTRATIONS, "coordinator"),
        ("/registration/v1/wilhelmshaven/staff", "coordinator"),
        ("/notifications/v1/wilhelmshaven/messages", "coordinator"),
        ("/reporting/v1/wilhelmshaven/overview", "coordinator"),
        ("/selfcheck/v1/wilhelmshaven/assessments", "moderator"),
        (ANSWERS, ""),
        ("/registration/v1/wilhelmshaven/staff", ""),
    ):
        answer = await desk.ask("GET", path, role)
        assert answer.headers["content-type"].endswith("json")
        assert answer.headers["cache-control"] == "no-store", path


PRODUCTION = {
    "ENVIRONMENT": "production",
    "OIDC_ISSUER": "https://id.example",
    "OIDC_CLIENT_ID": "kommune",
    "OIDC_CLIENT_SECRET": "hush",
}


@pytest.mark.parametrize(
    "address", ["https://weltoffen.example", "http://127.0.0.1:8000", "https://[2001:db8::1]:8443"]
)
def test_addresses_that_people_may_see(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    base = {"SECRET_KEY": "x" * 40, "MONGODB_URI": "mongodb://127.0.0.1:1", "KAFKA_BOOTSTRAP": "127.0.0.1:1"}
    for name, value in (base | PRODUCTION | {"PUBLIC_URL": address}).items():
        monkeypatch.setenv(name, value)
    assert load_settings().public_url == address


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": "short"}, "at least 32"),
        ({"ENVIRONMENT": "production"}, "OIDC_ISSUER is not set"),
        ({"ENVIRONMENT": "production", "OIDC_ISSUER": "https://id.example"}, "OIDC_CLIENT_ID"),
        ({"ENVIRONMENT": "local", "PORT": "http"}, "PORT is 'http'"),
        ({"ENVIRONMENT": "local", "EMAIL_KEY": "short"}, "EMAIL_KEY is too short"),
        ({"ENVIRONMENT": "local", "KAFKA_SECURITY": "SASL_SSL"}, "KAFKA_USER and KAFKA_PASSWORD are not set"),
        (PRODUCTION | {"PUBLIC_URL": "http://weltoffen.example"}, "must start with https://"),
        (PRODUCTION | {"PUBLIC_URL": "http://127.0.0.1.evil.example"}, "must start with https://"),
        (PRODUCTION | {"PUBLIC_URL": "http://127.0.0.1@evil.example"}, "PUBLIC_URL"),
        (PRODUCTION | {"PUBLIC_URL": "http://evil.example\\@127.0.0.1"}, "PUBLIC_URL"),
        (PRODUCTION | {"PUBLIC_URL": "https://weltoffen.example?"}, "PUBLIC_URL"),
    ],
)
def test_a_contradictory_configuration_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], words: str
) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    base = {"SECRET_KEY": "x" * 40, "MONGODB_URI": "mongodb://127.0.0.1:1", "KAFKA_BOOTSTRAP": "127.0.0.1:1"}
    for name, value in (base | variables if variables else {}).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert words in str(refused.value)
    assert str(refused.value).count("\n") == 0
