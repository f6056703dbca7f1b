"""The template catalogue: the sentences of residents' pages with their German and English text, and what is translated already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from chassis.text.added_languages import plural_of
from chassis.text.translations import CHASSIS_LOCALE
from programme import FOLDER

_LOCALES = (CHASSIS_LOCALE, FOLDER / "locale", Path(__file__).parents[1] / "locale")
_COMPLETE = "uk"
"""A language that has what residents read and nothing more: what only staff see is in German and English alone."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A message of ours, in English. `many`: its other form, where it counts something; `german`: its forms in German."""

    message: str
    many: str | None
    german: tuple[str, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.message,) if self.many is None else (self.message, self.many)


@cache
def sentences() -> Mapping[str, Sentence]:
    """Everything that residents read on registration's pages, by its English message."""
    return {one.message: one for one in _read()}


def _read() -> Iterator[Sentence]:
    german = {message: forms for message, _, forms in _messages("de")}
    for singular, many, _ in _messages(_COMPLETE):
        yield Sentence(singular, many, german[singular])


def _messages(code: str) -> Iterator[tuple[str, str | None, tuple[str, ...]]]:
    """Each message of ours in a language: singular, plural if it has one, and its forms."""
    from babel.messages.pofile import read_po  # loaded when first needed: a start reads no catalogue

    for folder in _LOCALES:
        with (folder / f"{code}.po").open("rb") as file:
            for message in read_po(file, abort_invalid=True):
                if message.id:
                    singular, *plurals = (message.id,) if isinstance(message.id, str) else message.id
                    forms = message.string or ""
                    yield (
                        singular,
                        plurals[0] if plurals else None,
                        (forms,) if isinstance(forms, str) else tuple(forms),
                    )


def template(tag: str, translated: Mapping[str, tuple[str, ...]]) -> bytes:
    """Write the file that somebody translates, or goes on translating, into the language `tag`."""
    from babel.messages import Catalog
    from babel.messages.pofile import write_po

    number, expression = plural_of(tag)
    catalogue = Catalog()
    catalogue.mime_headers = [("Plural-Forms", f"nplurals={number}; plural={expression}")]
    for sentence in sentences().values():
        forms = translated.get(sentence.message, ("",) * (number if sentence.many is not None else 1))
        catalogue.add(
            sentence.message if sentence.many is None else sentence.sources,
            forms[0] if sentence.many is None else forms,
            auto_comments=[f"Deutsch: {line}" for form in sentence.german for line in form.splitlines()],
        )
    body = BytesIO()
    write_po(body, catalogue, width=110, no_location=True, omit_header=True)
    head = (
        f"Language: {tag}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n"
        f"Plural-Forms: nplurals={number}; plural={expression};\n"
    )
    lines = "".join(f'"{line}\\n"\n' for line in head.splitlines())
    return f'msgid ""\nmsgstr ""\n{lines}\n'.encode() + body.getvalue()
