"""The frames of pages: the platform's own, and each municipality's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis.pages.brand import Brand
from chassis.text.languages import pick

LEGAL = "/registration/legal"
PLATFORM = Brand(
    "Weltoffene Kommune", accessibility=f"{LEGAL}/accessibility", privacy=f"{LEGAL}/privacy", imprint=f"{LEGAL}/imprint"
)
"""The frame of pages that belong to no municipality."""


def of_tenant(slug: str, facts: Mapping[str, Any]) -> Brand:
    """The frame of a municipality, from the facts every service knows of it (`programme.tenant_registry`): `name` by language,
    `languages` with the default first, and where it has them `phone`, `phone_hours`, `colour`, `crest` and `status`."""
    languages = tuple(facts["languages"])
    name, _ = pick(facts["name"], languages[0])
    return Brand(
        name,
        facts.get("colour") or PLATFORM.colour,
        facts.get("phone") or "",
        languages,
        home=f"/registration/{slug}/",
        accessibility=f"/registration/{slug}/accessibility",
        privacy=f"/registration/{slug}/privacy",
        imprint=f"/registration/{slug}/imprint",
        phone_hours=facts.get("phone_hours"),
        crest=f"/registration/{slug}/crest/{facts['crest']}" if facts.get("crest") else "",
        suspended=facts.get("status") == "suspended",
    )
