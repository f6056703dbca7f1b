"""Two deployments that are asked for the same things in the same moment, to see whether they answer alike."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime

from fastapi.routing import APIRoute

from chassis.clock import SystemClock
from chassis.service import Service

VARYING = re.compile(r'(name="form_token" value="|nonce="|nonce-|"form_token":")[^"\']+')
"""What differs between two looks at the same page."""
MADE_AT = re.compile(r"(<dcterms:(?:created|modified)[^>]*>)[^<]+")
"""When a workbook, as they all say of themselves, was made."""
NOW = datetime.now(UTC).replace(second=0, microsecond=0)


class StandingClock(SystemClock):
    """Both live in the same moment."""

    def now(self) -> datetime:
        return NOW


def got_paths(service: Service) -> list[str]:
    """The path of every GET route of the service, as it is declared."""
    routes = (route for router in service.definition.routers for route in router.routes)
    return [route.path for route in routes if isinstance(route, APIRoute) and "GET" in (route.methods or ())]


def as_text(content: bytes) -> str:
    """What a body says, without what differs at every look; workbooks and archives file by file."""
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return "\n".join(f"{name}\n{as_text(packed.read(name))}" for name in packed.namelist())
    return MADE_AT.sub("", VARYING.sub("", content.decode("latin-1")))
