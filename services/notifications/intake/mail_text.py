"""Extracts the text of a mail from a stranger: nothing is fetched, run or opened. Pure; bounded by its caller (`bounded.py`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from html.parser import HTMLParser

PARTS = 50
_HIDDEN = frozenset(("script", "style", "head", "title"))
_BREAKS = frozenset(("p", "br", "div", "li", "tr", "h1", "h2", "h3", "blockquote"))


def text_and_attachments(mail: Message) -> tuple[str, int]:
    """The text of a mail, and how many attachments it has; they are never opened."""
    plain, html, attachments = "", "", 0
    for number, part in enumerate(_leaves(mail)):
        if number >= PARTS:
            break
        kind = part.get_content_type()
        if part.get_filename() or part.get_content_disposition() == "attachment" or not kind.startswith("text/"):
            attachments += 1
        elif kind == "text/plain" and not plain:
            plain = _decoded(part)
        elif kind == "text/html" and not html:
            html = _decoded(part)
    return plain if plain.strip() else text_of_html(html), attachments


def header_of(mail: Message, name: str) -> str:
    """A header in words; empty where there is none."""
    raw = str(mail.get(name, ""))[:2_000]
    try:
        return str(make_header(decode_header(raw)))
    except (MessageError, LookupError, ValueError):
        return raw


def _leaves(mail: Message) -> Iterator[Message]:
    """The parts that hold content rather than other parts, in their order; it stops after a bounded number of parts of either sort."""
    unvisited, visited = [mail], 0
    while unvisited and visited < 4 * PARTS:
        part, visited = unvisited.pop(0), visited + 1
        payload = part.get_payload()
        if isinstance(payload, list):
            unvisited = [inner for inner in payload if isinstance(inner, Message)] + unvisited
        else:
            yield part


def _decoded(part: Message) -> str:
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    try:
        return raw.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # The ends of what stands before the body may be left out.
        self._hidden = 0 if tag == "body" else self._hidden + (tag in _HIDDEN)
        if tag in _BREAKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _HIDDEN and self._hidden > 0

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)


def text_of_html(html: str) -> str:
    """The text of an HTML document; nothing is fetched or run."""
    reader = _Text()
    reader.feed(html)
    lines = [" ".join(line.split()) for line in "".join(reader.words).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
