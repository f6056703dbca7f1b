"""The parts of a mail (RFC 2045, 2046, 2387), written as they go out.

By hand: the email package parses the headers of each part again whenever it looks at them, which took four fifths of the time of a mail.
The tests read with it what is written here.
"""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Iterable

CRLF = b"\r\n"
LINE = 76
"""Signs of base64 on a line (RFC 2045, section 6.8)."""


def text(kind: str, words: str, parameters: str = "", *headers: str) -> bytes:
    """A text part of the subtype `kind`."""
    return _part(f'text/{kind}; charset="utf-8"{parameters}', words.encode(), headers)


def picture(kind: str, content: bytes, *headers: str) -> bytes:
    """A part that is a picture."""
    return _part(f"image/{kind}", content, headers)


def join_parts(kind: str, parts: Iterable[bytes]) -> bytes:
    """Join parts into one multipart part. The boundary has a sign that base64, of which they are made, has not, and is another one for each kind,
    which may stand in each other."""
    boundary = f"=_{kind}"
    between = b"--" + boundary.encode()
    head = f'Content-Type: multipart/{kind};\r\n boundary="{boundary}"\r\n\r\n'.encode()
    return head + CRLF.join([between + CRLF + part for part in parts]) + CRLF + between + b"--" + CRLF


def _part(kind: str, content: bytes, headers: Iterable[str]) -> bytes:
    head = "".join(
        f"{header}\r\n" for header in (f"Content-Type: {kind}", "Content-Transfer-Encoding: base64", *headers)
    )
    written = b2a_base64(content, newline=False)
    lines = [written[at : at + LINE] for at in range(0, len(written), LINE)]
    return head.encode() + CRLF + CRLF.join([*lines, b""])
