"""Message catalogues: English sentences in the sources, one `.po` per language beside them, read without a build step."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from chassis.text.languages import LANGUAGES

CHASSIS_LOCALE = Path(__file__).parents[1] / "locale"
SOURCE_LANGUAGE = "en"


def mark(message: str) -> str:
    """Mark a sentence for the catalogues where it is written but not shown, such as the detail of a problem."""
    return message


def load(*folders: Path) -> dict[str, NullTranslations]:
    """The messages of each language from the chassis and `folders` (later ones win).

    Leichte Sprache falls back to German message by message; everything falls back to the English source.
    """
    loaded = {code: _read(code, (CHASSIS_LOCALE, *folders)) for code in LANGUAGES}
    loaded["de-simple"].add_fallback(loaded["de"])
    return loaded


def _read(code: str, folders: tuple[Path, ...]) -> NullTranslations:
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
    return merged
