"""Serves `security.txt` (RFC 9116): how to report a vulnerability; the proxy serves it as `/.well-known/security.txt`."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse

from chassis.clock import Clock
from chassis.http.permissions import Permission
from chassis.http.routing import APIRouter
from chassis.settings import Settings

VALID_FOR = timedelta(days=180)
PATH = "/.well-known/security.txt"


def security_txt_router(service: str, settings: Settings, clock: Clock) -> APIRouter:
    """The route, under the prefix of the service that answers it."""
    router = APIRouter(include_in_schema=False)
    contact = settings.security_contact or f"mailto:security@{urlsplit(settings.public_url).hostname}"

    @router.get(f"/{service}/security.txt", dependencies=[Permission(public=True)])
    async def get_security_txt() -> PlainTextResponse:
        expires = (clock.now() + VALID_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
        lines = {
            "Contact": contact,
            "Expires": f"{expires:%Y-%m-%dT%H:%M:%SZ}",
            "Preferred-Languages": "de, en",
            "Canonical": f"{settings.public_url}{PATH}",
        }
        return PlainTextResponse("".join(f"{name}: {value}\n" for name, value in lines.items()))

    return router
