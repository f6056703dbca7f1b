"""The frames of pages: the platform's own, and each municipality's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis.pages.brand import Brand
from chassis.text.added_languages import AddedLanguage, locale_of
from chassis.text.languages import LANGUAGES, pick

LEGAL = "/registration/legal"
PLATFORM = Brand(
    "Weltoffene Kommune", accessibility=f"{LEGAL}/accessibility", privacy=f"{LEGAL}/privacy", imprint=f"{LEGAL}/imprint"
)
"""The frame of pages that belong to no municipality."""


def of_tenant(slug: str, facts: Mapping[str, Any]) -> Brand:
    """The frame of a municipality, from the facts every service knows of it (`programme.tenant_registry`): `name` by language,
    `languages` with the default first, and where it has them `phone`, `phone_hours`, `colour`, `crest`, `status` and `added_languages`."""
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
        added=tuple(added_language(one) for one in facts.get("added_languages") or ()),
    )


def added_language(facts: Mapping[str, Any]) -> AddedLanguage:
    """A language that a municipality added, without its words."""
    fallback = LANGUAGES[facts["falls_back_to"]]
    return AddedLanguage(
        facts["code"],
        facts["name"],
        locale_of(facts["code"]) or fallback.locale,
        facts["direction"],
        everywhere=False,
        falls_back_to=fallback.code,
        digest=facts["digest"],
    )
