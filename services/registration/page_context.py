"""The context of registration's pages: the service, the frame of the municipality, and forms."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Self

from fastapi import Request

from chassis.http.permissions import Caller
from chassis.pages.page_context import PageContext as ChassisPageContext
from chassis.pages.pages import wished_language
from chassis.text.added_languages import AddedLanguage
from chassis.text.languages import LANGUAGES, Language, direction, pick
from chassis.text.translations import mark
from services.registration.legal_texts.legal_texts import STANDARD as CONSENT_VERSION
from services.registration.meetings.timed_meetings import timed
from services.registration.services import Services, get_services

WRITTEN_IN = mark("messages and calls in: %(language)s")


class PageContext(ChassisPageContext[Services]):
    """One request to a page of a municipality; `facts` as `domain.profile.public_facts` gives them."""

    @property
    def languages(self) -> list[str]:
        """The languages of the municipality, its default first; pages for staff are written in fewer (`brand.languages`)."""
        codes: list[str] = self.facts["languages"]
        return codes

    def spoken(self, also: str = "") -> dict[str, str]:
        """What somebody who signs up can choose from, with its name: ours, those that the municipality added, and `also` the one they
        have, though it may have been withdrawn."""
        added = {one["code"]: one["name"] for one in self.facts["added_languages"]}
        ours = {code: language.endonym for code, language in LANGUAGES.items()}
        return ({also: also} if also else {}) | added | ours

    def to_choose(self, also: str = "") -> list[tuple[str, str]]:
        """As `spoken`, for a list to choose from: what the municipality added says in which language its reader is written and spoken
        to, before somebody chooses it who does not read that one."""
        note = self.pages.catalogue(self.reader_language).gettext(WRITTEN_IN)
        falls_back_to = {one["code"]: LANGUAGES[one["falls_back_to"]].endonym for one in self.facts["added_languages"]}
        return [
            (code, f"{name} – {note % {'language': falls_back_to[code]}}" if code in falls_back_to else name)
            for code, name in self.spoken(also).items()
        ]

    def supported_language(self, code: str) -> str:
        """The language in which somebody is written and spoken to who chose this one."""
        added: dict[str, str] = {one["code"]: one["falls_back_to"] for one in self.facts["added_languages"]}
        return added.get(code, code)

    def in_added_language(self, language: AddedLanguage) -> Self:
        """A copy of the page, read in a language that is added; its words are there."""
        others = tuple(one for one in self.brand.added if one.code != language.code)
        brand = self.request.state.brand = replace(self.brand, added=(*others, language))
        return replace(self, brand=brand)

    @property
    def consent_version(self) -> str:
        """The version of the text that people agree to when they sign up."""
        version: str = self.facts["texts"].get("consent", CONSENT_VERSION)
        return version


async def page_context(request: Request, caller: Caller, staff: bool = False) -> PageContext:
    """The frame of the municipality in the path; errors from here on are shown inside it."""
    home = f"/registration/{caller.scope.tenant}/"
    services = get_services(request)
    page = await PageContext.of(request, caller, services, home, staff=staff)
    wished = wished_language(request, page.brand) if page.brand.added else None
    if not isinstance(wished, AddedLanguage):
        return page
    version = next(one["version"] for one in page.facts["added_languages"] if one["code"] == wished.code)
    words = await services.interface_languages.words(page.scope, wished.code, version)
    return page.in_added_language(replace(wished, words=words))


def to_read(text: dict[str, str] | None, language: Language) -> dict[str, Any] | None:
    """A long text as a page shows it: its paragraphs (between empty lines) in the language there is, with its direction."""
    if not text:
        return None
    words, chosen_language = pick(text, language)
    parts = (part.strip() for part in words.replace("\r\n", "\n").split("\n\n"))
    return {
        "paragraphs": [part for part in parts if part],
        "language": chosen_language,
        "direction": direction(chosen_language),
    }


def with_times(gathering: dict[str, Any]) -> dict[str, Any]:
    """Parse the times of a gathering, for templates."""
    times = ("starts_at", "ends_at", "opens_at", "closes_at")
    read = {name: datetime.fromisoformat(gathering[name]) for name in times if gathering.get(name)}
    return {**gathering, **read, "meetings": timed(gathering)}


def offered(gathering: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The same with each kind of support as residents see it: `ask_until`, `closed` (too late), `full`."""
    offers = []
    for offer in gathering["support"]:
        until = datetime.fromisoformat(offer["request_until"]) if offer["request_until"] else None
        full = offer["capacity"] is not None and offer["booked"] >= offer["capacity"]
        offers.append({**offer, "ask_until": until, "closed": until is not None and until <= now, "full": full})
    return {**gathering, "support": offers}
