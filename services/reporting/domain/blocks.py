"""A document as a sequence of blocks, before it is set as PDF or written as DOCX. Texts are final, in the document's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a document. `level` 2 or 3: the title of the document is level 1."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of plain text."""

    text: str
    lead: bool = False
    """The one sentence that is read if nothing else is."""


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list with bullets."""

    items: Sequence[str]


@dataclass(frozen=True, slots=True)
class Facts:
    """Label and value, line by line."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a document. `numbers`: all columns but the first hold figures."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a document. `svg` as text; `alt` says in words what it shows. Only the PDF draws it: a table beside it holds the
    same figures."""

    svg: str
    alt: str


@dataclass(frozen=True, slots=True)
class TwoColumns:
    """Two columns on paper, one after the other where there is no room; read left first."""

    left: Sequence[Block]
    right: Sequence[Block]


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page."""


Block: TypeAlias = Heading | Paragraph | Bullets | Facts | Table | Picture | TwoColumns | PageBreak


@dataclass(frozen=True, slots=True)
class Document:
    """A document as blocks, before it is set as PDF, DOCX or slides. `above`: a line over the title, as a rule the municipality;
    `footer`: under every page; `made_at`: stands in the file's properties, so that the same content gives the same file."""

    title: str
    above: str
    language: str
    footer: str
    made_at: datetime
    blocks: Sequence[Block]
    large: bool = False
    """Letters that can be read at arm's length, for what is meant to be one page."""
