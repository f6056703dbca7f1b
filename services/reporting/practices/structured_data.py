"""A public practice for search engines: schema.org's `Article` as JSON-LD."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def article(practice: Mapping[str, Any], address: str, language: str, keywords: list[str]) -> dict[str, Any]:
    """Describe a practice for search engines. `practice`: as the library tells it; texts in `language` where there are some, else
    in the first there is."""
    municipality, contact = practice["municipality"], practice["contact"]
    about = {
        "@context": "https://schema.org",
        "@type": "Article",
        "@id": address,
        "url": address,
        "headline": _first_text(practice["title"], language),
        "description": _first_text(practice["goal"], language),
        "articleBody": "\n\n".join(
            passage
            for part in ("start", "steps", "result", "went_wrong")
            if (passage := _first_text(practice[part], language))
        ),
        "inLanguage": language if language in practice["title"] else next(iter(practice["title"])),
        "datePublished": practice["first_published"],
        "dateModified": practice["last_confirmed"],
        "license": LICENCE,
        "isAccessibleForFree": True,
        "keywords": keywords,
        "publisher": {"@type": "Organization", "name": "Weltoffene Kommune"},
    }
    if municipality is not None:
        about["author"] = {
            "@type": "GovernmentOrganization",
            "name": _first_text(municipality["name"], language),
            **({"email": contact["email"], "department": contact["office"]} if contact else {}),
        }
    return {name: value for name, value in about.items() if value not in (None, "", [])}


def _first_text(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or next(iter(texts.values()), "")
