"""What the edge knows of the world in front of it."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from chassis.http.app import client_address
from chassis.http.middleware import HttpMiddleware
from chassis.http.rate_limits import rate_limit_key
from chassis.operations.metrics import Metrics
from chassis.settings import Settings


@pytest.mark.parametrize(
    ("public_url", "secure"), [("https://kommune.example", True), ("http://127.0.0.1:8000", False)]
)
async def test_cookies_are_for_https_alone_where_people_come_by_https(public_url: str, secure: bool) -> None:
    """A proxy that ends TLS speaks plain HTTP to us, and its headers are nobody's word for it."""

    async def show(request: Request) -> Response:
        response = PlainTextResponse("")
        response.set_cookie("a", "b", secure=request.url.scheme == "https")
        return response

    settings = Settings(
        environment="local",
        public_url=public_url,
        secret_key="a secret for tests only, 32 characters and more",
        mongodb_uri="mongodb://127.0.0.1:1",
        kafka_bootstrap="127.0.0.1:1",
    )
    app = Starlette(routes=[Route("/", show)])
    app.add_middleware(HttpMiddleware, metrics=Metrics("test"), settings=settings)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://proxied") as client:
        answer = await client.get("/", headers={"X-Forwarded-Proto": "http"})
    assert ("Secure" in answer.headers["set-cookie"]) is secure
    assert ("strict-transport-security" in answer.headers) is secure


@pytest.mark.parametrize(
    ("headers", "proxies", "address"),
    [
        ((), 1, "192.0.2.1"),
        (("203.0.113.9",), 0, "192.0.2.1"),
        (("203.0.113.9",), 1, "203.0.113.9"),
        (("made up, 203.0.113.9",), 1, "203.0.113.9"),
        (("made up", "203.0.113.9"), 1, "203.0.113.9"),
        (("made up", "203.0.113.9, 198.51.100.7"), 2, "203.0.113.9"),
        (("made up,", " ,203.0.113.9 , "), 1, "203.0.113.9"),
        (("203.0.113.9",), 2, "192.0.2.1"),
    ],
)
def test_nobody_chooses_the_address_they_are_counted_by(headers: tuple[str, ...], proxies: int, address: str) -> None:
    told = [(b"x-forwarded-for", one.encode()) for one in headers]
    scope = {"type": "http", "headers": told, "client": ("192.0.2.1", 1)}
    assert client_address(Request(scope), proxies) == address


@pytest.mark.parametrize(
    "spellings",
    [
        ("203.0.113.9", "203.0.113.9:4711", "203.0.113.9:4712", "::ffff:203.0.113.9", "[::ffff:203.0.113.9]:80"),
        ("2001:db8::1", "2001:DB8:0:0:ffff::2", "[2001:db8::3]", "[2001:db8::4]:4711", "2001:db8::5%eth0"),
    ],
)
def test_spellings_of_an_address_and_a_household_count_as_one(spellings: tuple[str, ...]) -> None:
    assert len({rate_limit_key(one) for one in spellings}) == 1
    assert rate_limit_key(spellings[0]) != rate_limit_key("2001:db8:0:1::1")
