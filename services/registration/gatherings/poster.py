"""A poster of a gathering to hang up: what, when, where, the telephone number large, and a code that leads to signing up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from textwrap import shorten
from typing import Any

from chassis.documents.qr_codes import qr_svg
from chassis.documents.typeset import Template
from chassis.http.problems import FieldError, invalid
from chassis.pages import brand as colours
from chassis.pages.brand import Brand
from chassis.text.languages import LANGUAGES, format_period, pick
from chassis.text.translations import mark
from services.registration.meetings.in_words import dates_in_words
from services.registration.meetings.timed_meetings import timed

TEMPLATE = Template(Path(__file__).with_name("poster.typ"))
MOST_LANGUAGES = 4
"""More don't fit on one page in letters that can be read from a distance."""
SIZES = {1: 17, 2: 15, 3: 13, 4: 11.5}
"""Points by number of languages."""
TITLE, LINE, MANY = 80, 140, 470
"""Letters: what is longer is cut; from so many in all on they become smaller, so that it stays one page."""
_INK, _PAPER = (28, 27, 25), (255, 255, 255)

BY_CODE_OR_PHONE = mark("To sign up, scan the code with your phone or call us:")
BY_CODE = mark("To sign up, scan the code with your phone.")
ONLINE = mark("online – you get the way in after signing up")
THERE_IS = mark("There is")
CODE = mark("Code of your invitation")


def poster(content: dict[str, Any]) -> bytes:
    """Set the poster (`shown_on_poster`) as a PDF/UA-1 of one page. Takes some 0.3 s of processor time: call it in a thread."""
    return TEMPLATE.pdf(content)


def chosen_languages(entries: Sequence[str] | None) -> list[str]:
    """The languages that an address names: `?languages=uk,ar`. Raises Problem 422."""
    codes = list(dict.fromkeys(code for entry in entries or () for code in entry.split(",") if code))
    if not set(codes) <= set(LANGUAGES) or len(codes) > MOST_LANGUAGES:
        words = mark("Please choose up to %(most)s languages.")
        raise invalid(FieldError("/languages", words, {"most": MOST_LANGUAGES}))
    return codes


def shown_on_poster(
    gathering: dict[str, Any],
    brand: Brand,
    languages: Sequence[str],
    address: str,
    say: Callable[[str, str], str],
    code: str = "",
) -> dict[str, Any]:
    """All that a poster shows. `languages`: up to MOST_LANGUAGES, the first one largest. `address`: where one signs up.
    `say(language, message)`: the catalogues. `code`: of the invitation that this is, to be typed or read out on the telephone."""
    blocks = [_block(gathering, language, bool(brand.phone), partial(say, language)) for language in languages]
    # Titles are about twice as large as the rest.
    letters = sum(
        4 * len(block["title"]) + sum(len(block[name]) for name in ("where", "support", "dates")) for block in blocks
    )
    size = min(SIZES[len(blocks)], SIZES[1] * (MANY / letters) ** 0.5)
    colour = colours.parse(brand.colour)
    ink = max((_INK, _PAPER), key=lambda one: colours.contrast(one, colour))
    strong, share = colour, 1.0
    while colours.contrast(strong, _PAPER) < 4.5:
        share -= 0.05
        strong = colours.mix(colour, _INK, share)
    return {
        "title": blocks[0]["title"],
        "language": blocks[0]["language"],
        "municipality": brand.name,
        "phone": brand.phone,
        "address": address,
        "blocks": blocks,
        "size": size,
        "colour": brand.colour,
        "ink": _hex(ink),
        "strong": _hex(strong),
        "qr": qr_svg(address, border=2),
        "qr_words": f"QR: {address}",
        "code": code,
    }


def _block(gathering: dict[str, Any], code: str, by_phone: bool, say: Callable[[str], str]) -> dict[str, str]:
    where = [gathering["place"]] if gathering.get("place") and gathering["mode"] != "online" else []
    where += [say(ONLINE)] if gathering["mode"] != "onsite" else []
    when, *dates = _when(gathering, code)
    offers = [pick(offer["label"], code)[0] for offer in gathering["support"]]
    return {
        "language": code.partition("-")[0],
        "title": shorten(pick(gathering["title"], code)[0], TITLE, placeholder="…"),
        "when": when,
        "dates": "\n".join(dates),
        "where": shorten(" · ".join(where), LINE, placeholder="…"),
        "support": shorten(f"{say(THERE_IS)}: {' · '.join(offers)}", LINE, placeholder="…") if offers else "",
        "how": say(BY_CODE_OR_PHONE if by_phone else BY_CODE),
        "code": say(CODE),
    }


def _when(gathering: dict[str, Any], language: str) -> list[str]:
    meetings = [one for one in timed(gathering) if not one["cancelled"]]
    if meetings:
        return dates_in_words(meetings, language)
    starts, ends = (datetime.fromisoformat(gathering[name]) for name in ("starts_at", "ends_at"))
    return [format_period(starts, ends, language)]


def _hex(colour: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
