"""What an uploaded catalogue holds: each translation held against the sentence it is of. Pure: no clock, no storage.

Nothing in the file is carried out or believed: its plural rule is not read, markup is refused and would be escaped, placeholders are
those of the source. What is wrong is said with the line, all of it at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chassis.text import plain_text
from chassis.text.added_languages import Words, plural_of
from chassis.text.plain_text import NotText
from services.registration.interface_languages.mistakes_staff import (
    CONTROL,
    FORMS,
    MARKUP,
    NO_PLACEHOLDERS,
    NOT_UTF8,
    OTHER_LANGUAGE,
    PERCENT,
    PLACEHOLDERS,
    TOO_LONG,
    TOO_MANY,
    TWICE,
    UNREADABLE,
)
from services.registration.interface_languages.template import Sentence

if TYPE_CHECKING:
    from babel.messages import Message

    from services.registration.interface_languages.uploaded_catalogue import UploadedCatalogue

LARGEST = 600_000
"""Characters; the longest of ours has a quarter of that."""
MOST_SENTENCES = 3000
"""Several times as many as there are of ours: files of an older template hold others too."""
MOST_MISTAKES = 50
"""More are not told at once: who has more mends these first."""


_LINE = re.compile(r'(?:(?:msgid|msgid_plural|msgctxt|msgstr|msgstr\[[0-9]{1,2}\]) +)?"(?:[^"\\]|\\.)*"')
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
_LANGUAGE = re.compile(r"^Language:[ \t]*([A-Za-z]{2,3})(?:[_@.-].*)?$", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong on a line of the file; `message` is a sentence of the catalogue, with places for `values`."""

    line: int
    message: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with an uploaded catalogue. `missing`: sentences without a translation, `fuzzy`: those that a translator still
    has to confirm, which count as missing; `unknown`: how many of the file's are none of ours."""

    words: Words
    missing: tuple[str, ...]
    fuzzy: int
    unknown: int


def _is_refused(line: str) -> bool:
    """Whether a line holds what is no text, such as control characters."""
    try:
        plain_text.document(line)
    except NotText:
        return True
    return False


def without_placeholders(text: str) -> str:
    return _PLACEHOLDER.sub("", text)


def decoded(content: bytes) -> str:
    """Decode a file. Raises `WrongFile`."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongFile(_mistake(content.count(b"\n", 0, error.start) + 1, NOT_UTF8)) from None
    if len(text) > LARGEST:
        raise WrongFile(_mistake(text.count("\n", 0, LARGEST) + 1, TOO_MANY))
    try:
        document: str = plain_text.document(text)
        return document
    except NotText:
        lines = [number for number, line in enumerate(text.split("\n"), 1) if _is_refused(line)]
        raise WrongFile(*(_mistake(number, CONTROL) for number in lines)) from None


class WrongFile(ValueError):
    """A file that is refused, with everything that is wrong with it."""

    def __init__(self, *mistakes: Mistake) -> None:
        super().__init__(len(mistakes))
        self.mistakes = mistakes[:MOST_MISTAKES]


def check(text: str, tag: str, sentences: Mapping[str, Sentence]) -> Checked:
    """Read and check the translations in a file, in the language `tag`. Raises `WrongFile`."""
    number, expression = plural_of(tag)
    uploaded = _parsed(text, number)
    mistakes = [_mistake(line, TWICE) for line in uploaded.twice]
    header_language = _LANGUAGE.search(uploaded.head)
    if header_language and header_language.group(1).lower() != tag.partition("-")[0]:
        mistakes.append(_mistake(uploaded.head_line, OTHER_LANGUAGE, found=header_language.group(1), wanted=tag))
    messages: dict[str, tuple[str, ...]] = {}
    fuzzy = unknown = 0
    for message in uploaded:
        source = sentences.get(message.id if isinstance(message.id, str) else message.id[0]) if message.id else None
        if source is None or message.context:
            unknown += bool(message.id)
            continue
        forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        if not any(forms):
            continue
        if message.fuzzy:
            fuzzy += 1
            continue
        message_mistakes = [*_mistakes(message, forms, source, number)]
        mistakes += message_mistakes
        if not message_mistakes:
            messages[source.message] = tuple(plain_text.prose(form) for form in forms)
    if mistakes:
        raise WrongFile(*sorted(mistakes, key=lambda one: one.line))
    missing = tuple(message for message in sentences if message not in messages)
    return Checked(Words(messages, expression), missing, fuzzy, unknown)


def _mistakes(message: Message, forms: tuple[str, ...], source: Sentence, number: int) -> Iterator[Mistake]:
    line = message.lineno or 1
    if len(forms) != (1 if source.many is None else number) or not all(forms):
        yield _mistake(line, FORMS, number=1 if source.many is None else number)
        return
    placeholders = {name for text in source.sources for name in _PLACEHOLDER.findall(text)}
    most = 200 + 3 * max(len(text) for text in source.sources)
    for place, form in enumerate(forms):
        try:
            plain_text.prose(form)
        except NotText:
            yield _mistake(line, CONTROL)
        if len(form) > most:
            yield _mistake(line, TOO_LONG, most=most)
        if "<" in form or ">" in form:
            yield _mistake(line, MARKUP)
        if "%" in without_placeholders(form).replace("%%", ""):
            yield _mistake(line, PERCENT)
        # "One" may be a word where something is counted; the last form is the one that stands for any number.
        used, is_last = set(_PLACEHOLDER.findall(form)), place == len(forms) - 1
        if (used != placeholders) if is_last else not used <= placeholders:
            yield (
                _mistake(line, PLACEHOLDERS, names=" ".join(sorted(placeholders)))
                if placeholders
                else _mistake(line, NO_PLACEHOLDERS)
            )


def _parsed(text: str, number: int) -> UploadedCatalogue:
    from babel.messages.pofile import PoFileError, PoFileParser

    from services.registration.interface_languages.uploaded_catalogue import UploadedCatalogue

    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    relevant = [_relevant(line.strip()) for line in lines]
    unreadable = [
        line_number
        for line_number, line in enumerate(relevant, 1)
        if line and line[0] != "#" and not _LINE.fullmatch(line)
    ]
    if unreadable:
        raise WrongFile(*(_mistake(line_number, UNREADABLE) for line_number in unreadable))
    beginnings = [line_number for line_number, line in enumerate(relevant, 1) if line.startswith("msgid ")]
    if len(beginnings) > MOST_SENTENCES:
        raise WrongFile(_mistake(beginnings[MOST_SENTENCES], TOO_MANY))
    uploaded = UploadedCatalogue(number)
    try:
        PoFileParser(uploaded, ignore_obsolete=True, abort_invalid=True).parse(relevant)
    except PoFileError as error:
        line = (error.lineno or 0) + 1
        forms = "num_plurals" in str(error)
        raise WrongFile(_mistake(line, FORMS, number=number) if forms else _mistake(line, UNREADABLE)) from None
    except (ValueError, IndexError, AttributeError, AssertionError, TypeError):
        # Keywords in an order that makes no message, such as a plural before its singular.
        raise WrongFile(_mistake(1, UNREADABLE)) from None
    return uploaded


def _relevant(line: str) -> str:
    """A line as far as it matters: comments do not, but for the flags of a message; an empty one stands for each, so that lines count."""
    return line if not line.startswith("#") or line.startswith("#,") else ""


def _mistake(line: int, message: str, **values: Any) -> Mistake:
    return Mistake(line, message, {"line": line, **values})
