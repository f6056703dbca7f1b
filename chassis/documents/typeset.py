"""Sets documents as PDF, whatever text they are given. Every document of every service is made here.

Every document is tagged (PDF/UA-1) and fit for archives (PDF/A-2a). PDF/UA-1 refuses a sign that no font has and a control character; a person's name must not keep a document from being
made. So control characters are removed before, and signs that turn out to have no glyph are shown as □.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from chassis.operations.logs import get_logger

if TYPE_CHECKING:
    import typst

log = get_logger()

REPLACEMENT = "□"
"""What stands for a sign that can't be shown; Typst brings a font that has it."""
FONT_PACKAGES = ("manimgx_fonts", "manimgx_fonts_cjk")
"""Python packages that hold nothing but fonts, for machines without Debian's; used where they are installed."""
ATTEMPTS = 6
"""Each attempt names all signs that are still missing; marks and their bases may take one each."""
_MISSING = re.compile(
    r'the text `"(.*?)"` could not be displayed|(?:disallowed|the PDF contains the) codepoint `"(.*?)"`'
)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")


class NotTypeset(Exception):
    """The document could not be made, with any text: its template or its data is wrong."""


@dataclass(frozen=True, slots=True)
class Typeset:
    """A finished PDF."""

    pdf: bytes
    missing: frozenset[str] = frozenset()
    """Signs of the data that no font has; each is shown as `REPLACEMENT`."""


@dataclass(frozen=True, slots=True)
class Template:
    """A `.typ` file that reads its data as JSON from `sys.inputs.data`."""

    path: Path

    def typeset(self, data: Mapping[str, Any] | list[Any], at: datetime | None = None) -> Typeset:
        """The document made of `data`. Takes 0.1 to 0.3 s of processor time: call it in a thread.

        `at`: the time that an archive finds in the file's properties; the same content gives the same file. Not given: today.

        Raises:
            NotTypeset: it can't be made, not even with plain Latin letters.
        """
        moment = at or datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        cleaned = map_texts(data, without_controls)
        missing: set[str] = set()
        for _ in range(ATTEMPTS):
            try:
                return Typeset(self._as_pdf(cleaned, moment), frozenset(missing))
            except _UnknownSigns as error:
                cleaned = map_texts(cleaned, error.replaced)
                missing |= error.signs
        # More kinds of signs than attempts: better a letter with boxes than none.
        log.warning("document_reduced_to_latin", template=self.path.name)
        cleaned = map_texts(cleaned, _latin)
        try:
            return Typeset(self._as_pdf(cleaned, moment), frozenset(missing))
        except _UnknownSigns as error:
            raise NotTypeset(f"{self.path.name}: {error}") from error

    def picture(self, data: Mapping[str, Any] | list[Any], dots_per_inch: int = 60) -> bytes:
        """The first page as PNG, to look at before it is printed.

        Raises:
            NotTypeset: it can't be made.
        """
        pages = self._compile(map_texts(data, without_controls), format="png", ppi=dots_per_inch)
        return pages[0] if isinstance(pages, list) else pages

    def pdf(self, data: Mapping[str, Any] | list[Any], at: datetime | None = None) -> bytes:
        """Like `typeset`, where nobody needs to know which signs are missing."""
        return self.typeset(data, at).pdf

    def _as_pdf(self, data: Any, at: datetime) -> bytes:
        pdf = self._compile(data, format="pdf", pdf_standards=["a-2a", "ua-1"], timestamp=int(at.timestamp()))
        assert isinstance(pdf, bytes)
        return pdf

    def _compile(self, data: Any, **options: Any) -> bytes | list[bytes]:
        import typst  # loaded when the first document is made: most processes make none

        try:
            compiler = typst.Compiler(_source(self.path), font_paths=fonts())
            document = compiler.compile(sys_inputs={"data": orjson.dumps(data).decode()}, **options)
        except typst.TypstError as error:
            # All faults stand in `diagnostic`, the message has the first one only.
            message = str(getattr(error, "diagnostic", error))
            signs = {_unescaped(text or point) for text, point in _MISSING.findall(message)}
            if signs:
                raise _UnknownSigns(frozenset("".join(signs))) from error
            raise NotTypeset(f"{self.path.name}: {error}") from error
        assert document is not None
        return document


class _UnknownSigns(Exception):
    def __init__(self, named_signs: frozenset[str]) -> None:
        # A letter is named together with a mark that its font lacks ("1" of a keycap): without the mark it can be shown.
        marks = frozenset(sign for sign in named_signs if unicodedata.category(sign)[0] == "M" or _invisible(sign))
        self.signs = marks or named_signs
        super().__init__(", ".join(f"U+{ord(sign):04X}" for sign in sorted(self.signs)))

    def replaced(self, text: str) -> str:
        return "".join(_stand_in(sign) if sign in self.signs else sign for sign in text)


def map_texts(data: Any, change: Callable[[str], str]) -> Any:
    """Change all texts of a value: `data` with every text in it changed, at any depth; the keys stay."""
    if isinstance(data, str):
        return change(data)
    if isinstance(data, Mapping):
        return {key: map_texts(value, change) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [map_texts(value, change) for value in data]
    return data


def without_controls(text: str) -> str:
    """Clean a text for documents: `text` without what XML and PDF forbid: controls other than line breaks, lone surrogates,
    noncharacters.

    A text of nothing but these shows `REPLACEMENT`: a heading must not be empty.
    """
    kept = "".join(map(_allowed, text.replace("\r\n", "\n").replace("\r", "\n")))
    return kept if kept.strip() or not text.strip(" \n") else REPLACEMENT


def _allowed(sign: str) -> str:
    if sign == "\n":
        return sign
    if sign in "\t\v\f\x85\u2028\u2029":
        return " "
    category = unicodedata.category(sign)
    if category == "Cs" or ord(sign) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(sign) <= 0xFDEF:
        return REPLACEMENT
    return "" if category == "Cc" else sign


def _stand_in(sign: str) -> str:
    return "" if _invisible(sign) or unicodedata.category(sign) == "Me" else REPLACEMENT


def _invisible(sign: str) -> bool:
    return unicodedata.category(sign) == "Cf" or 0xFE00 <= ord(sign) <= 0xFE0F or 0xE0100 <= ord(sign) <= 0xE01EF


def _latin(text: str) -> str:
    return "".join(sign if sign < "\u0250" or sign in "–—‘’“”„…□•" else REPLACEMENT for sign in text)


def _unescaped(message: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)) if match[1] else match[2], message)


@cache
def _source(path: Path) -> bytes:
    return path.read_bytes()


@cache
def fonts() -> typst.Fonts:
    """The machine's fonts, those of `FONT_PACKAGES`, and those that Typst brings; looked for once."""
    import typst

    specs = (find_spec(name) for name in FONT_PACKAGES)
    folders = [folder for spec in specs if spec for folder in spec.submodule_search_locations or ()]
    return typst.Fonts(font_paths=[Path(folder) for folder in folders])
