"""What the pages of the desk share: the gathering one works on, the words for its support, the short privacy notice."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from chassis.languages import LANGUAGES
from services.registration.frame import Frame, moments
from services.registration.notice import NOTICE

CHOICES = [(code, language.endonym) for code, language in LANGUAGES.items()]


async def gathering_of(page: Frame, id: str) -> dict[str, Any]:
    """Raises Problem 404."""
    return moments(await page.parts.gatherings.at_desk(page.scope, id, page.now))


def render(page: Frame, template: str, found: dict[str, Any], status: int = 200, **context: Any) -> Response:
    """A page about one gathering, with the way to the others of its desk."""
    return page.render(
        f"staff/{template}", status, gathering=found, here=f"{page.home}desk/{found['id']}", languages=CHOICES,
        endonyms=dict(CHOICES), labels={offer["id"]: offer["label"] for offer in found["support"]}, **context,
    )  # fmt: skip


def notices(page: Frame) -> list[tuple[Any, str]]:
    """The short privacy notice in each language, to be read out."""
    name = page.brand.name
    return [
        (language, page.pages.catalogue(code).gettext(NOTICE) % {"name": name}) for code, language in LANGUAGES.items()
    ]
