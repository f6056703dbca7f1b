"""Practices for tests: what a municipality writes, and how one gets into the library."""

from __future__ import annotations

import re
from typing import Any

from tests.service.reporting.towns import BASE, Reporting

LIBRARY = "/reporting/v1/practices"


BODY: dict[str, Any] = {
    "title": "Dolmetschende auf Abruf",
    "fields": ["f1"],
    "start": "In den Ämtern verstand man sich oft nicht.",
    "goal": "Wer ein Amt besucht, wird verstanden.",
    "steps": "Ein Pool von Sprachmittlern wurde aufgebaut und geschult.",
    "result": "400 Einsätze im Jahr.",
    "went_wrong": "Am Anfang kannte ihn niemand.",
    "cost": {"from": 10_000, "to": 20_000},
    "contact": {"office": "Fachstelle Integration", "email": "integration@stadt.example"},
    "named": False,
    "public": False,
}


WHOLE: dict[str, Any] = BODY | {
    "title": {"de": "Dolmetschende auf Abruf", "uk": "Перекладачі на виклик"},
    "languages": ["uk", "ar"],
    "documents": [{"title": "Konzept", "url": "https://stadt.example/konzept.pdf"}],
    "named": True,
}


async def published(reporting: Reporting, **changes: Any) -> str:
    async with reporting.client("wilhelmshaven") as town, reporting.client("-", "programme_office") as office:
        made = await town.post(f"{BASE}/practices", json=BODY | changes)
        assert made.status_code == 201, made.text
        id = str(made.json()["id"])
        assert (await town.post(f"{BASE}/practices/{id}/submission")).status_code == 200
        assert (await office.post(f"{LIBRARY}/{id}/publication")).status_code == 200
    return id


def token(page: str) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', page)
    assert found, page
    return found[1]
