"""Reads the size of an image from its header: whatever shows the image makes room for all of that."""

from __future__ import annotations

import struct

PIXELS_AT_MOST = 50_000_000
_ALONE = frozenset((0x01, *range(0xD0, 0xD9)))
"""Markers of a JPEG without a length."""
_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def is_too_large(content: bytes) -> bool:
    """Whether a PNG or JPEG says that it has more pixels than anybody's camera takes."""
    size = _png(content) if content.startswith(b"\x89PNG") else _jpeg(content)
    return size > PIXELS_AT_MOST


def _png(content: bytes) -> int:
    if len(content) < 24:
        return 0
    width, height = struct.unpack_from(">II", content, 16)
    return int(width * height)


def _jpeg(content: bytes) -> int:
    """The greatest of its frames; an image inside its notes (a preview) is none of them."""
    at, most = 2, 0
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _ALONE:
            at += 2
        elif marker == 0xDA:
            break
        else:
            if marker in _FRAME:
                height, width = struct.unpack_from(">HH", content, at + 5)
                most = max(most, height * width)
            at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return most
