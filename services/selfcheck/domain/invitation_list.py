"""A pasted list of people to invite: one line each, an address, then perhaps perspective, label and language.

    amt50@stadt.example; Verwaltung; Sozialamt
    vorstand@verein.example; civil_society; Sportverein; uk

Separators are semicolons, tabs or commas. A perspective is named by its id or by its title in any language, in capitals
or not; without one the line belongs to the perspective that was chosen for the whole list, if one was.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from chassis.text.plain_text import NotText, address, is_visible

MAX_LINES = 500
_SEPARATOR = re.compile(r"[;\t,]")
_ADDRESS = re.compile(r"[^\s@<>()\[\]\\,;:\"]+@[^\s@<>()\[\]\\,;:\"]+\.[^\s@<>()\[\]\\,;:\".]+")


@dataclass(frozen=True)
class Line:
    """One person. `number`: of the line, from 1."""

    number: int
    email: str
    perspective: str
    label: str
    language: str


@dataclass(frozen=True)
class Wrong:
    """Mistake in a line. `code`: address, label, twice, perspective, missing (no perspective), language, or long."""

    number: int
    code: str


def _without_unseen_signs(email: str) -> str:
    """The address without unseen signs that were copied with it; what is no text stays, and is then no address."""
    try:
        return address(email)
    except NotText:
        return email


def read(
    text: str, perspectives: Mapping[str, Collection[str]], chosen: str, languages: Collection[str], language: str
) -> tuple[list[Line], list[Wrong]]:
    """Read a list into (lines, mistakes). `perspectives`: the titles of each id; `chosen`: the perspective of lines that name
    none, or empty; `language`: likewise."""
    names = {title.casefold(): id for id, titles in perspectives.items() for title in titles}
    names |= {id.casefold(): id for id in perspectives}
    lines: list[Line] = []
    wrong: list[Wrong] = []
    listed_emails: set[str] = set()
    for number, raw in enumerate(text.splitlines(), 1):
        if not raw.strip():
            continue
        email, perspective, label, line_language = ([part.strip() for part in _SEPARATOR.split(raw, 3)] + [""] * 4)[:4]
        email = _without_unseen_signs(email)
        if not _ADDRESS.fullmatch(email) or len(email) > 254:
            wrong.append(Wrong(number, "address"))
        elif label and not is_visible(label):
            wrong.append(Wrong(number, "label"))
        elif email.casefold() in listed_emails:
            wrong.append(Wrong(number, "twice"))
        elif perspective and perspective.casefold() not in names:
            wrong.append(Wrong(number, "perspective"))
        elif not (perspective or chosen):
            wrong.append(Wrong(number, "missing"))
        elif line_language and line_language not in languages:
            wrong.append(Wrong(number, "language"))
        elif len(lines) >= MAX_LINES:
            wrong.append(Wrong(number, "long"))
            break
        else:
            perspective_id = names[perspective.casefold()] if perspective else chosen
            lines.append(Line(number, email, perspective_id, label[:200], line_language or language))
        listed_emails.add(email.casefold())
    return lines, wrong
