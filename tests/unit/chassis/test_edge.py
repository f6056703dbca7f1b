"""What the edge knows of the world in front of it."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from chassis.http.middleware import HttpMiddleware
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
