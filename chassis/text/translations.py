"""Message catalogues: English sentences in the sources, one `.po` per language beside them, read without a build step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from chassis.text.languages import LANGUAGES

if TYPE_CHECKING:
    from babel.support import NullTranslations

CHASSIS_LOCALE = Path(__file__).parents[1] / "locale"
SOURCE_LANGUAGE = "en"


def mark(message: str) -> str:
    """Mark a sentence for the catalogues where it is written but not shown, such as the detail of a problem."""
    return message


class Messages(Mapping[str, "NullTranslations"]):
    """The messages of each language from the chassis and `folders` (later ones win), each read when it is first wanted.

    A form of a language falls back to it message by message (Leichte Sprache to German, Dari to Farsi); everything falls back to
    the English source.
    """

    def __init__(self, *folders: Path) -> None:
        self._folders = (CHASSIS_LOCALE, *folders)
        self._catalogues: dict[str, NullTranslations] = {}

    def __getitem__(self, code: str) -> NullTranslations:
        if code not in self._catalogues:
            self._catalogues[code] = _read(code, self._folders)
        return self._catalogues[code]

    def __iter__(self) -> Iterator[str]:
        return iter(LANGUAGES)

    def __len__(self) -> int:
        return len(LANGUAGES)


@cache
def _read(code: str, folders: tuple[Path, ...]) -> NullTranslations:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po
    from babel.support import NullTranslations, Translations

    if code not in LANGUAGES:
        raise KeyError(code)
    merged: NullTranslations = NullTranslations()
    for folder in folders:
        file = folder / f"{code}.po"
        if not file.exists():
            continue
        with file.open("rb") as source:
            catalogue = read_po(source, locale=LANGUAGES[code].locale, domain="messages", abort_invalid=True)
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        translations = Translations(compiled)
        merged = merged.merge(translations) if isinstance(merged, Translations) else translations
    if (base := LANGUAGES[code].base) != code:
        merged.add_fallback(_read(base, folders))
    return merged
