"""What the pages of the desk share: the gathering one works on, the words for its support, the short privacy notice."""

from __future__ import annotations

from typing import Any

from babel import Locale
from fastapi import Response

from chassis.text.languages import LANGUAGES
from services.registration.desk.telephone_notice import NOTICE
from services.registration.page_context import PageContext, with_times


def language_names(reader: str) -> dict[str, str]:
    """Each language by its name in the clerk's own, so that the first letters find it in a list, and in itself."""
    names = {}
    for code, language in LANGUAGES.items():
        name = Locale.parse(code).get_language_name(reader) if "-" not in code else None
        names[code] = language.endonym if name in (None, language.endonym) else f"{name} – {language.endonym}"
    return names


async def gathering_of(page: PageContext, id: str) -> dict[str, Any]:
    """The gathering that the desk works on. Raises Problem 404."""
    return with_times(await page.services.gatherings.get_for_desk(page.scope, id, page.now))


def render(
    page: PageContext,
    template: str,
    gathering: dict[str, Any],
    status: int = 200,
    added_language: str = "",
    **context: Any,
) -> Response:
    """A page about one gathering, with the way to the others of its desk. `added_language`: of the person whom it is about."""
    names, spoken = language_names(page.language), page.spoken(added_language)
    return page.render(
        f"staff/{template}",
        status,
        gathering=gathering,
        here=f"{page.home}desk/{gathering['id']}",
        languages=list(names.items()),
        spoken=[*(dict(page.to_choose(added_language)) | names).items()],
        endonyms=spoken | names,
        labels={offer["id"]: offer["label"] for offer in gathering["support"]},
        **context,
    )


def notices(page: PageContext) -> list[tuple[Any, str]]:
    """The short privacy notice in each language, to be read out."""
    name = page.brand.name
    return [
        (language, page.pages.catalogue(code).gettext(NOTICE) % {"name": name}) for code, language in LANGUAGES.items()
    ]
