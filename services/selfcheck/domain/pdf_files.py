"""Whether a PDF is what it seems and does nothing by itself, as far as that can be said without a reader of one's own.

Objects that act are named in the file itself or in compressed streams of objects. So what may hold objects has to be compressed in the one
way that is looked into here.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Literal

Flaw = Literal["file_broken", "file_active"]

_ACTIVE = (
    "JavaScript", "JS", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "XFA", "SubmitForm", "ImportData", "GoToR", "GoToE",
)  # fmt: skip
_OTHER_FILTERS = (
    "ASCIIHexDecode", "ASCII85Decode", "LZWDecode", "RunLengthDecode", "AHx", "A85", "LZW", "RL", "Crypt",
)  # fmt: skip


def _spelt(name: str) -> bytes:
    """A name of a PDF as a pattern: each sign may be written as itself or as its number, `#4A` for J."""
    signs = (rb"(?:%b|#%02X|#%02x)" % (re.escape(sign.encode()), ord(sign), ord(sign)) for sign in name)
    return b"".join(signs)


def _named(*names: str) -> re.Pattern[bytes]:
    """Finds any of these names."""
    return re.compile(rb"/(?:%b)(?![A-Za-z0-9])" % b"|".join(_spelt(name) for name in names))


_ACTIVE_NAME = _named(*_ACTIVE)
_LONGEST_NAME = 1 + 3 * max(map(len, _ACTIVE)) + 1
_LOCKED = _named("Encrypt")
_OBJECTS = _named("ObjStm")
_OTHER_FILTER = _named(*_OTHER_FILTERS)
_CHANGED_BEFORE = _named("DecodeParms", "DP")
_FILTER = _named("Filter")
_TWICE = re.compile(rb"/FlateDecode\s*/FlateDecode|/Filter\s+\d")
_STREAM = re.compile(rb"stream[ \t]*\r?\n?")
"""Readers are lenient in what ends the line."""
_NEAR = 2000
"""Bytes before and behind the name of a stream of objects in which its dictionary stands."""
_INFLATE_AT_MOST = 32 * 1024 * 1024
_STREAMS_AT_MOST = 40_000
_PIECE = 256 * 1024


def pdf_flaw(content: bytes) -> Flaw | None:
    """Why a PDF is not taken; None: it is."""
    if _LOCKED.search(content) or b"%%EOF" not in content[-2048:] or _hides_objects(content):
        return "file_broken"
    if _ACTIVE_NAME.search(content):
        return "file_active"
    before = b""
    try:
        for piece in _inflated(content):
            if _ACTIVE_NAME.search(before + piece):
                return "file_active"
            before = piece[-_LONGEST_NAME:]
    except _TooMuch:
        return "file_broken"
    return None


def _hides_objects(content: bytes) -> bool:
    """Whether streams of objects may be packed in a way that is not looked into: by another filter, twice, or changed before."""
    found = list(_OBJECTS.finditer(content))
    if not found:
        return False
    if _OTHER_FILTER.search(content) or _TWICE.search(content):
        return True
    end = 0
    for one in found:
        around = content[max(end, one.start() - _NEAR) : one.end() + _NEAR]
        before, _, behind = around.partition(one[0])
        dictionary = before.rpartition(b"endobj")[2] + behind.partition(b"stream")[0]
        if _CHANGED_BEFORE.search(dictionary):
            return True
        end = one.end()
    return False


class _TooMuch(Exception):
    pass


def _inflated(content: bytes) -> Iterator[bytes]:
    """The compressed streams of a PDF, where objects may hide, piece by piece; too much of it is refused.

    Every byte is inflated at most once, because the search goes on behind what a stream took.
    """
    whole, at, room = memoryview(content), 0, _INFLATE_AT_MOST
    for _ in range(_STREAMS_AT_MOST):
        found = _STREAM.search(content, at)
        if found is None:
            return
        at = found.end()
        inflate, step = zlib.decompressobj(), 512
        try:
            while not inflate.eof and at < len(content):
                taken = whole[at : at + step]
                plain = inflate.decompress(taken, _PIECE)
                at += len(taken) - len(inflate.unconsumed_tail) - len(inflate.unused_data)
                step = min(2 * step, 64 * 1024)
                room -= len(plain)
                if room <= 0:
                    raise _TooMuch
                if plain:
                    yield plain
        except zlib.error:
            continue  # an image, or compressed in a way that holds no objects
    raise _TooMuch
