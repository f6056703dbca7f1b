"""A tenant's branding on pages, and readable colours derived from its crest."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from chassis.text.added_languages import AddedLanguage
from chassis.text.languages import EVERYWHERE, LANGUAGES, Language

_HEX = re.compile(r"#[0-9a-f]{6}")
_WHITE, _INK = (255, 255, 255), (28, 27, 25)
_PAPER = (250, 248, 245)
"""The page's background in chassis.css; the darkest ground that brand-coloured text stands on is the tint."""
_TEXT_CONTRAST = 4.6
"""WCAG 2.2 asks for 4.5:1 (1.4.3); a little more, because screens round."""
_ON_BRAND_CONTRAST = 4.5

STAFF_LANGUAGES = ("de", "en")
Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Brand:
    """What the frame of a page needs to know of a tenant. `languages[0]` is its default; `colour` is `#rrggbb`."""

    name: str
    colour: str = "#1f5f6b"
    phone: str = ""
    languages: tuple[str, ...] = EVERYWHERE
    home: str = "/"
    accessibility: str = "/"
    privacy: str = "/"
    imprint: str = "/"
    phone_hours: Mapping[str, str] | None = None
    crest: str = ""
    """Address of its picture."""
    suspended: bool = False
    """Closed for the moment: staff may read and change nothing."""
    added: tuple[AddedLanguage, ...] = ()
    """Languages of its own, for pages that are written in them."""

    def __post_init__(self) -> None:
        if not _HEX.fullmatch(self.colour):
            raise ValueError("a colour is written #rrggbb, in lower case")
        if not self.languages or not set(self.languages) <= set(LANGUAGES):
            raise ValueError(f"languages are some of {', '.join(LANGUAGES)}")

    def without_partial_languages(self) -> Brand:
        """The frame of pages that are not written in languages meant for residents' pages alone."""
        languages = tuple(code for code in self.languages if code in EVERYWHERE)
        return replace(self, languages=languages or STAFF_LANGUAGES, added=())

    def for_staff(self) -> Brand:
        """The frame of pages for staff, which are written in fewer languages (`templates/staff`)."""
        languages = tuple(code for code in self.languages if code in STAFF_LANGUAGES)
        return replace(self, languages=languages or STAFF_LANGUAGES, added=())

    @property
    def choices(self) -> list[Language]:
        """What its readers can choose from; a language of its own comes before one of ours under the same tag."""
        added = {one.code: one for one in self.added}
        return [LANGUAGES[code] for code in self.languages if code not in added] + [*added.values()]


def contrast(one: Rgb, other: Rgb) -> float:
    """Contrast ratio, 1 to 21 (WCAG 2.2, definition of "contrast ratio")."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def stylesheet(colour: str) -> str:
    """CSS custom properties for a crest colour `#rrggbb`, each readable where chassis.css uses it.

    brand: the colour itself, for surfaces; on-brand: text on it; brand-strong: the colour darkened until it reads as
    text on paper and on the tint, with on-brand-strong upon it; brand-tint: a breath of it, for backgrounds.
    """
    brand = parse(colour)
    tint = mix(brand, _WHITE, 0.08)
    strong, share = brand, 1.0
    while min(contrast(strong, ground) for ground in (_PAPER, tint, _WHITE)) < _TEXT_CONTRAST:
        share -= 0.02
        strong = mix(brand, _INK, share)
    on_brand = max((_WHITE, _INK), key=lambda ink: contrast(ink, brand))
    properties = {
        "brand": brand,
        "on-brand": on_brand,
        "brand-strong": strong,
        "brand-tint": tint,
        "brand-line": mix(brand, _WHITE, 0.3),
    }
    return ":root{" + "".join(f"--{name}:{_text(value)};" for name, value in properties.items()) + "}\n"


def readable(brand: Rgb) -> str:
    """The colour `#rrggbb`, darkened as little as is needed for white or dark text on it to reach 4.5:1 (WCAG 2.2, 1.4.3)."""
    colour, share = brand, 1.0
    while max(contrast(colour, ink) for ink in (_WHITE, _INK)) < _ON_BRAND_CONTRAST:
        share -= 0.02
        colour = mix(brand, _INK, share)
    return _text(colour)


def parse(colour: str) -> Rgb:
    """Read a colour: `#rrggbb` as three numbers 0–255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(colour: Rgb, ground: Rgb, share: float) -> Rgb:
    """Mix a colour with the ground it stands on: `share` of the colour, the rest of the ground."""
    red, green, blue = (round(a * share + b * (1 - share)) for a, b in zip(colour, ground, strict=True))
    return red, green, blue


def _text(colour: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _luminance(colour: Rgb) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2, definition of "relative luminance")."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
