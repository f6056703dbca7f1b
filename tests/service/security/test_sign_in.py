"""Signing in on pages through an OpenID Connect issuer; what is forged or over is refused, and so are the links of a laptop."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chassis.service import Service
from chassis.settings import Settings
from chassis.storage.aggregates import Aggregates
from chassis.storage.tenancy import of_document
from kommune.services import build
from programme.navigation import local_sign_in
from services.registration.applications.documents import Facts
from services.registration.municipalities.documents import Municipality
from services.registration.municipalities.repository import MunicipalityRepository
from tests.support.served import served

HOST = "https://kommune.example"
COORDINATOR = "karla@wilhelmshaven.example"


@dataclass
class Issuer:
    """A small OpenID Connect issuer: it believes whoever asks, and checks what a client has to prove."""

    address: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    asked: dict[str, str] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/keys", self._keys),
                Route("/token", self._token, methods=["POST"]),
            ]
        )

    async def _discovery(self, _: Request) -> Response:
        names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return JSONResponse(
            {"issuer": self.address, **{name: f"{self.address}/{path}" for name, path in names.items()}}
        )

    async def _keys(self, _: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def _token(self, request: Request) -> Response:
        form = await request.form()
        proof = base64.urlsafe_b64encode(hashlib.sha256(str(form["code_verifier"]).encode()).digest())
        if form["client_secret"] != "hush" or proof.rstrip(b"=").decode() != self.asked["code_challenge"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {
            "iss": self.address,
            "sub": "karla",
            "aud": "kommune",
            "iat": now,
            "exp": now + 300,
            "nonce": self.asked["nonce"],
            "email": COORDINATOR,
            "email_verified": True,
        } | self.claims
        return JSONResponse({"id_token": jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)})


@pytest.fixture
async def issuer() -> AsyncIterator[Issuer]:
    made = Issuer()
    async with served(made.app()) as made.address:
        yield made


@pytest.fixture
async def registration(settings: Settings, issuer: Issuer) -> AsyncIterator[Service]:
    """As in production; Karla coordinates Wilhelmshaven."""
    changes = {
        "environment": "production",
        "public_url": HOST,
        "oidc_issuer": issuer.address,
        "oidc_client_id": "kommune",
        "oidc_audience": "kommune",
        "oidc_client_secret": "hush",
    }
    service = build("registration", Settings(**(settings.model_dump() | changes)))
    await service.prepare()
    key = service.context.secrets.email_key(COORDINATOR)
    facts = Facts(
        slug="wilhelmshaven",
        name={"de": "Wilhelmshaven"},
        kind="city",
        state="Niedersachsen",
        inhabitants=75_000,
        languages=("de",),
    )
    town = Municipality(
        id="wilhelmshaven", tenant="wilhelmshaven", status="admitted", facts=facts, staff={key: ("coordinator",)}
    )
    municipalities = MunicipalityRepository(Aggregates(service.context.database, "municipalities"))
    await municipalities.add(of_document({"tenant": town.tenant}), town, (), service.context.clock.now())
    yield service
    await service.context.database.close()


@pytest.fixture
async def browser(registration: Service) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(registration.app(works=False), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=HOST, headers={"Accept": "text/html"}) as client:
        yield client


async def _go_to_issuer(browser: httpx.AsyncClient, issuer: Issuer, page: str) -> dict[str, str]:
    """Open a page as nobody and be sent to the issuer; what it is asked."""
    refused = await browser.get(page)
    assert refused.status_code == 303
    sent = await browser.get(refused.headers["location"])
    assert sent.headers["location"].startswith(f"{issuer.address}/authorize?")
    issuer.asked = {name: values[0] for name, values in parse_qs(urlsplit(sent.headers["location"]).query).items()}
    assert (issuer.asked["code_challenge_method"], issuer.asked["response_type"]) == ("S256", "code")
    return issuer.asked


async def test_through_the_issuer_to_the_page_wanted_and_out_again(browser: httpx.AsyncClient, issuer: Issuer) -> None:
    desk = "/registration/wilhelmshaven/desk"
    asked = await _go_to_issuer(browser, issuer, desk)
    back = await browser.get("/registration/sign-in/callback", params={"code": "c", "state": asked["state"]})
    assert (back.status_code, back.headers["location"]) == (303, desk)
    cookie = next(value for value in back.headers.get_list("set-cookie") if value.startswith("kommune_session="))
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "karla" not in cookie
    assert COORDINATOR not in cookie
    assert (await browser.get(desk)).status_code == 200
    assert (await browser.get("/registration/wolfsburg/desk")).status_code == 404
    for site in ("cross-site", "same-site", "none"):
        refused = await browser.post("/registration/sign-out", headers={"Sec-Fetch-Site": site})
        assert (refused.status_code, refused.headers.get_list("set-cookie")) == (403, []), "not by another site's page"
    assert (await browser.get(desk)).status_code == 200
    await browser.post("/registration/sign-out", headers={"Sec-Fetch-Site": "same-origin"})
    assert (await browser.get(desk)).status_code == 303


@pytest.mark.parametrize(
    "claims",
    [{"aud": "someone else"}, {"iss": "https://evil.example"}, {"exp": 1}, {"nonce": "another"}],
    ids=["audience", "issuer", "expired", "nonce"],
)
async def test_a_token_that_is_not_for_us_signs_nobody_in(
    browser: httpx.AsyncClient, issuer: Issuer, claims: dict[str, Any]
) -> None:
    asked = await _go_to_issuer(browser, issuer, "/registration/wilhelmshaven/desk")
    issuer.claims = claims
    back = await browser.get("/registration/sign-in/callback", params={"code": "c", "state": asked["state"]})
    assert not any("kommune_session=e" in cookie for cookie in back.headers.get_list("set-cookie"))
    assert (await browser.get("/registration/wilhelmshaven/desk")).status_code == 303


@pytest.mark.parametrize("verified", [False, None, "false", "true", 0, 1, []])
async def test_an_unverified_address_gets_no_roles(browser: httpx.AsyncClient, issuer: Issuer, verified: Any) -> None:
    """Some issuers send words; only a true `true` counts."""
    asked = await _go_to_issuer(browser, issuer, "/registration/wilhelmshaven/desk")
    issuer.claims = {"email_verified": verified}
    await browser.get("/registration/sign-in/callback", params={"code": "c", "state": asked["state"]})
    assert (await browser.get("/registration/wilhelmshaven/desk")).status_code == 404


@pytest.mark.parametrize("state", ["", "guessed"])
async def test_an_answer_nobody_asked_for_is_refused(browser: httpx.AsyncClient, issuer: Issuer, state: str) -> None:
    assert (
        await browser.get("/registration/sign-in/callback", params={"code": "c", "state": state})
    ).status_code == 400
    await _go_to_issuer(browser, issuer, "/registration/wilhelmshaven/desk")
    assert (
        await browser.get("/registration/sign-in/callback", params={"code": "c", "state": state})
    ).status_code == 400


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
async def test_nobody_is_led_away_from_here(browser: httpx.AsyncClient, issuer: Issuer, address: str) -> None:
    sent = await browser.get("/registration/sign-in", params={"next": address})
    issuer.asked = {name: values[0] for name, values in parse_qs(urlsplit(sent.headers["location"]).query).items()}
    answer = {"code": "c", "state": issuer.asked["state"]}
    assert (await browser.get("/registration/sign-in/callback", params=answer)).headers["location"] == "/"


async def test_forged_and_expired_sessions_are_nobody(browser: httpx.AsyncClient, registration: Service) -> None:
    for token in ("x", "eyJhbGciOiJub25lIn0.eyJyb2xlcyI6WyJvcGVyYXRvciJdfQ."):
        browser.cookies.set("kommune_session", token)
        assert (await browser.get("/registration/wilhelmshaven/desk")).status_code == 303
        assert (await browser.get("/registration/wilhelmshaven/")).status_code == 200, "public pages stay open"


async def test_the_issuer_away_is_said(browser: httpx.AsyncClient, registration: Service) -> None:
    closed = registration.context.settings.model_copy(update={"oidc_issuer": "http://127.0.0.1:1"})
    app = build("registration", closed).app(works=False)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=HOST) as client:
        assert (await client.get("/registration/sign-in")).status_code == 503
        token = {"Authorization": "Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln"}
        answer = await client.get("/registration/v1/wilhelmshaven/gatherings/x/registrations", headers=token)
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"


async def test_somebody_who_was_granted_a_role_gets_in_and_who_lost_it_does_not(
    browser: httpx.AsyncClient, issuer: Issuer
) -> None:
    """Karla invites Olena over the API with her own session; Olena's verified address is all she brings."""
    desk, today = "/registration/wilhelmshaven/desk", "/registration/wilhelmshaven/today"
    staff = "/registration/v1/wilhelmshaven/staff/olena@example.org"

    async def sign_in(email: str) -> None:
        issuer.claims = {"email": email}
        browser.cookies.clear()
        asked = await _go_to_issuer(browser, issuer, desk)
        await browser.get("/registration/sign-in/callback", params={"code": "c", "state": asked["state"]})

    ours = {"Sec-Fetch-Site": "same-origin"}
    await sign_in("Olena@Example.org")
    assert (await browser.get(desk)).status_code == 404
    await sign_in(COORDINATOR)
    assert (await browser.put(staff, json={"roles": ["intake"]}, headers=ours)).status_code == 200
    await sign_in("Olena@Example.org")
    assert (await browser.get(desk)).status_code == 200
    assert (await browser.get("/registration/wilhelmshaven/staff-start")).headers["location"] == today
    assert (await browser.get("/registration/wilhelmshaven/settings/staff")).status_code == 403
    await sign_in(COORDINATOR)
    assert (await browser.delete(staff, headers=ours)).status_code == 200
    await sign_in("Olena@Example.org")
    assert (await browser.get(desk)).status_code == 404


async def test_laptop_links_do_not_exist_in_production(browser: httpx.AsyncClient, registration: Service) -> None:
    path = local_sign_in(registration.context.secrets, "-", "operator")
    assert (await browser.get(path)).status_code == 404
