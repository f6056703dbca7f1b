"""Whoever finds a fault finds whom to tell, as RFC 9116 says it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from chassis.http.security_txt import PATH
from chassis.service import Service
from chassis.settings import Settings
from kommune.http import combine_services
from kommune.services import build


def told(text: str) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in text.splitlines())


@pytest.mark.parametrize(
    ("contact", "expected"),
    [(None, "mailto:security@weltoffen.example"), ("https://bug.example/", "https://bug.example/")],
)
async def test_it_is_where_it_is_looked_for(settings: Settings, contact: str | None, expected: str) -> None:
    changed = settings.model_copy(update={"public_url": "https://weltoffen.example", "security_contact": contact})
    service: Service = build("registration", changed)
    transport = httpx.ASGITransport(combine_services([service], works=False))
    async with httpx.AsyncClient(transport=transport, base_url="http://one.test", follow_redirects=True) as client:
        answer = await client.get(PATH)
    await service.context.database.close()
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    fields = told(answer.text)
    assert fields["Contact"] == expected
    assert fields["Canonical"] == "https://weltoffen.example/.well-known/security.txt"
    expires = datetime.fromisoformat(fields["Expires"])
    assert timedelta(days=150) < expires - datetime.now(UTC) < timedelta(days=365), "less than a year, as the RFC asks"
