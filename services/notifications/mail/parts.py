"""The parts of a mail (RFC 2045, 2046, 2387), written as they go out.

By hand: the email package parses the headers of each part again whenever it looks at them, which took four fifths of the time of a mail.
The tests read with it what is written here.
"""

from __future__ import annotations

from base64 import encodebytes
from collections.abc import Iterable
from hashlib import blake2b

CRLF = b"\r\n"


def text(kind: str, words: str, parameters: str = "", *headers: str) -> bytes:
    """A part of text, `kind` being its subtype."""
    return _part(f'text/{kind}; charset="utf-8"{parameters}', words.encode(), headers)


def picture(kind: str, content: bytes, *headers: str) -> bytes:
    """A part that is a picture."""
    return _part(f"image/{kind}", content, headers)


def together(kind: str, parts: Iterable[bytes]) -> bytes:
    """Parts as one. What separates them is made of them, so the same mail is the same bytes whenever it is sent."""
    parts = list(parts)
    boundary = "=_" + blake2b(kind.encode() + b"".join(parts), digest_size=16).hexdigest()
    between = b"--" + boundary.encode()
    head = f'Content-Type: multipart/{kind};\r\n boundary="{boundary}"\r\n\r\n'.encode()
    return head + CRLF.join([between + CRLF + part for part in parts]) + CRLF + between + b"--" + CRLF


def _part(kind: str, content: bytes, headers: Iterable[str]) -> bytes:
    head = "".join(
        f"{header}\r\n" for header in (f"Content-Type: {kind}", "Content-Transfer-Encoding: base64", *headers)
    )
    return head.encode() + CRLF + encodebytes(content).replace(b"\n", CRLF)
