"""Keeping catalogues complete: what is marked in a folder's templates and Python, against its `.po` files.

`python -m chassis.text.catalogues services/registration` adds new messages, empty, to every catalogue of the folder and
drops those no longer used; a test fails as long as one is empty, fuzzy or has other placeholders than its source.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from chassis.pages.brand import STAFF_LANGUAGES
from chassis.text.languages import EVERYWHERE, LANGUAGES
from chassis.text.translations import CHASSIS_LOCALE, SOURCE_LANGUAGE

_KEYWORDS: dict[str, Any] = {"_": None, "gettext": None, "ngettext": (1, 2), "mark": None}
_MARKING = re.compile(rb"\b(?:" + "|".join(_KEYWORDS).encode() + rb")\s*\(")
_GLUED = re.compile(r"[^\W\d_A-Z][.!?][A-ZÄÖÜÉÀА-ЯЄІЇİÇ][^\W\d_]")
"""A sentence that begins right behind the end of another one, as where two versions of a text were put together."""
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
TRANSLATED = [code for code in EVERYWHERE if code != SOURCE_LANGUAGE]
"""Messages are English sentences, so English needs no catalogue."""
PARTIAL = [code for code in LANGUAGES if code not in EVERYWHERE]
"""Of these a folder has a catalogue or none; what is new reads in the language they fall back to until it is translated."""


def messages(folder: Path, code: str = "de") -> Catalog:
    """All messages marked below `folder` that a language needs, without those the chassis already translates into it.

    What only staff see (`templates/staff/`, `staff_*.py`, `*_staff.py`) is written in `STAFF_LANGUAGES`.
    """
    catalogue = Catalog()
    chassis_ids = _ids(messages(CHASSIS_LOCALE.parent, code)) if folder.resolve() != CHASSIS_LOCALE.parent else set()
    for file in sorted(folder.rglob("*")):
        if file.suffix not in (".py", ".html", ".txt") or not file.is_file():
            continue
        if code not in STAFF_LANGUAGES and ("staff" in file.parts or "staff" in file.stem.split("_")):
            continue
        for message in _marked(file, file.stat().st_mtime_ns):
            if (message if isinstance(message, str) else message[0]) not in chassis_ids:
                catalogue.add(message)
    return catalogue


@cache
def _marked(file: Path, changed: int) -> tuple[Any, ...]:
    """The messages marked in a file as it stands since `changed`."""
    content = file.read_bytes()
    if file.suffix != ".py":
        extracted = extract("jinja2", BytesIO(content), _KEYWORDS, options={"trimmed": "true", "silent": "false"})
    elif _MARKING.search(content):
        extracted = extract("python", BytesIO(content), _KEYWORDS)
    else:
        return ()  # most files, and reading them token by token takes seconds
    return tuple(message for _, message, *_ in extracted)


def read(folder: Path, code: str) -> Catalog:
    """The catalogue of a folder in a language; an empty one when there is no file."""
    file = folder / "locale" / f"{code}.po"
    if not file.exists():
        return Catalog(locale=LANGUAGES[code].locale)
    with file.open("rb") as source:
        return read_po(source, locale=LANGUAGES[code].locale, abort_invalid=True)


def flaws(folder: Path) -> Iterator[str]:
    """Lists what is wrong with a folder's catalogues, one sentence each; `PARTIAL` ones may lack messages."""
    for code in PARTIAL:
        for message in read(folder, code):
            if message.id and message.string:
                yield from (f"{folder.name}/{code}: {_singular(message)!r} {flaw}" for flaw in _flaws(message, message))
    needed: dict[bool, Catalog] = {}
    for code in TRANSLATED:
        for_staff = code in STAFF_LANGUAGES
        if for_staff not in needed:
            needed[for_staff] = messages(folder, code)
        expected, catalogue = needed[for_staff], read(folder, code)
        for message in expected:
            if message.id:
                translated = catalogue.get(_singular(message))
                yield from (
                    f"{folder.name}/{code}: {_singular(message)!r} {flaw}" for flaw in _flaws(message, translated)
                )
        for unused in _ids(catalogue) - _ids(expected):
            yield f"{folder.name}/{code}: {unused!r} is used nowhere"


def share(folder: Path, code: str) -> float:
    """What share of a folder's messages is translated, 0–1; 1 where the folder has no catalogue of the language."""
    if not (folder / "locale" / f"{code}.po").exists():
        return 1.0
    catalogue = read(folder, code)
    translations = [catalogue.get(_singular(message)) for message in messages(folder, code) if message.id]
    return (
        sum(bool(translation and translation.string) for translation in translations) / len(translations)
        if translations
        else 1.0
    )


def _flaws(message: Message, translated: Message | None) -> Iterator[str]:
    if translated is None:
        yield "is missing"
        return
    forms = translated.string if isinstance(translated.string, list | tuple) else (translated.string,)
    if not all(forms):
        yield "is not translated"
    elif translated.fuzzy:
        yield "is fuzzy"
    elif any(_GLUED.search(str(form)) for form in forms):
        yield "goes on without a blank"
    elif message.pluralizable:
        placeholders = _placeholders(*message.id)
        # "one", "two" may be words; the last form is the one that stands for any number.
        if not isinstance(translated.id, list | tuple) or _placeholders(forms[-1]) != placeholders:
            yield "has other placeholders"
        elif any(not _placeholders(form) <= placeholders for form in forms):
            yield "has an unknown placeholder"
    elif _placeholders(str(message.id)) != _placeholders(forms[0]):
        yield "has other placeholders"


def _placeholders(*texts: str | None) -> set[str]:
    return {name for text in texts for name in _PLACEHOLDER.findall(text or "")}


def _singular(message: Message) -> str:
    return str(message.id if isinstance(message.id, str) else message.id[0])


def _ids(catalogue: Catalog) -> set[str]:
    return {_singular(message) for message in catalogue if message.id}


def update(folder: Path) -> None:
    """Bring the catalogues of a folder to its present messages; translations are kept, none is guessed."""
    (folder / "locale").mkdir(exist_ok=True)
    for code in (*TRANSLATED, *(code for code in PARTIAL if (folder / "locale" / f"{code}.po").exists())):
        catalogue = read(folder, code)
        catalogue.update(messages(folder, code), no_fuzzy_matching=True)
        write(folder, code, catalogue)


def write(folder: Path, code: str, catalogue: Catalog) -> None:
    """Write a catalogue, with a header that holds no dates or names, so that only messages make differences."""
    catalogue.obsolete.clear()
    header = f"Language: {code}\nContent-Type: text/plain; charset=utf-8\nPlural-Forms: {catalogue.plural_forms}\n"
    lines = "".join(f'"{line}\\n"\n' for line in header.splitlines())
    body = BytesIO()
    write_po(body, catalogue, width=110, no_location=True, omit_header=True)
    text = f'# {LANGUAGES[code].endonym}\nmsgid ""\nmsgstr ""\n{lines}\n'
    (folder / "locale" / f"{code}.po").write_bytes(text.encode() + body.getvalue())


if __name__ == "__main__":
    for name in sys.argv[1:]:
        update(Path(name))
