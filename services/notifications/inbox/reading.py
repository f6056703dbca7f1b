"""Parses a mail from a stranger: sender, subject and words. Pure and bounded; attachments are counted, never opened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parseaddr
from html.parser import HTMLParser

from chassis.text import plain_text

READ_BYTES = 512 * 1024
"""Of a mail only its beginning is read: words come first, attachments behind them."""
PARTS = 50
TEXT, LINE = 10_000, 200
SENDER = 2_000
"""Characters of a header that are looked into for its sender."""
_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,240}>")
_HIDDEN = frozenset(("script", "style", "head", "title"))
_BREAKS = frozenset(("p", "br", "div", "li", "tr", "h1", "h2", "h3", "blockquote"))


@dataclass(frozen=True)
class Letter:
    """`address`: empty where there is no sender one could answer; `automatic`: a program answered; `cut`: there was more."""

    name: str
    address: str
    subject: str
    text: str
    message_id: str
    attachments: int
    automatic: bool
    cut: bool


def read(content: bytes, envelope_sender: str) -> Letter:
    """What can be understood of a mail; never raises, whatever it holds."""
    beginning = content[:READ_BYTES]
    try:
        mail = message_from_bytes(beginning, policy=policy.compat32)
        text, attachments = _words(mail)
    except (MessageError, RecursionError, LookupError, ValueError, AssertionError):
        # Nested without end, or broken: who wrote about what can be said all the same.
        mail, text, attachments = BytesHeaderParser(policy=policy.compat32).parsebytes(beginning), "", 0
    name, address = _sender(mail)
    found = _ID.search(_header(mail, "Message-ID"))
    shown = plain_text.shown(text).strip()
    return Letter(
        _line(name),
        _address(address) or _address(envelope_sender),
        _line(_header(mail, "Subject")),
        shown[:TEXT],
        found[0] if found else "",
        attachments,
        (_header(mail, "Auto-Submitted") or "no").lower() != "no",
        len(content) > READ_BYTES or len(shown) > TEXT,
    )


def _sender(mail: Message) -> tuple[str, str]:
    """Name and address; nothing where its comments are nested without end."""
    try:
        return parseaddr((_header(mail, "Reply-To") or _header(mail, "From"))[:SENDER])
    except RecursionError:
        return "", ""


def _words(mail: Message) -> tuple[str, int]:
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


def _leaves(mail: Message) -> Iterator[Message]:
    waiting, seen = [mail], 0
    while waiting and seen < 4 * PARTS:
        part, seen = waiting.pop(0), seen + 1
        inside = part.get_payload()
        if isinstance(inside, list):
            waiting = [one for one in inside if isinstance(one, Message)] + waiting
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
        self._hidden += tag in _HIDDEN
        if tag in _BREAKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _HIDDEN and self._hidden > 0

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)


def text_of_html(html: str) -> str:
    """The words of a page, nothing fetched and nothing run."""
    reader = _Text()
    reader.feed(html)
    lines = [" ".join(line.split()) for line in "".join(reader.words).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _header(mail: Message, name: str) -> str:
    raw = str(mail.get(name, ""))[:2_000]
    try:
        return str(make_header(decode_header(raw)))
    except (MessageError, LookupError, ValueError):
        return raw


def _line(text: str) -> str:
    return " ".join(plain_text.shown(text).split())[:LINE]


def _address(text: str) -> str:
    kept = text.strip()
    local, at, domain = kept.rpartition("@")
    fit = (
        at and local and "." in domain and len(kept) <= 254 and kept.isprintable() and not set(kept) & set(' <>,;:"()')
    )
    return kept if fit else ""
