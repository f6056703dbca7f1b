"""Checks that a PDF is what it seems and does nothing by itself, as far as that can be said without a reader of one's own.

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
    "JavaScript", "Rendition", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "XFA", "SubmitForm", "ImportData", "GoToR", "GoToE",
)  # fmt: skip
"""What acts is called so. `JS`, which says where the script of one of the first two is, is looked for outside of streams alone: in
four megabytes of a scan these three bytes stand by chance in every fifth file."""
_OTHER_FILTERS = (
    "ASCIIHexDecode", "ASCII85Decode", "LZWDecode", "RunLengthDecode", "AHx", "A85", "LZW", "Crypt",
)  # fmt: skip
_SHORT_FILTER = "RL"


def _name_pattern(name: str) -> bytes:
    """A name of a PDF as a pattern: each sign may be written as itself or as its number, `#4A` for J."""
    signs = (rb"(?:%b|#%02X|#%02x)" % (re.escape(sign.encode()), ord(sign), ord(sign)) for sign in name)
    return b"".join(signs)


def _names_pattern(*names: str) -> re.Pattern[bytes]:
    """Finds any of these names; most others are passed over by their first sign."""
    first = "".join(sorted({name[0] for name in names})).encode()
    return re.compile(rb"/(?=[#%b])(?:%b)(?![A-Za-z0-9])" % (first, b"|".join(_name_pattern(name) for name in names)))


_ACTIVE_NAME = _names_pattern(*_ACTIVE)
_LONGEST_NAME = 1 + 3 * max(map(len, _ACTIVE)) + 1
_SCRIPT = _names_pattern("JS")
_LOCKED = _names_pattern("Encrypt")
_OBJECTS = _names_pattern("ObjStm")
_OTHER_FILTER = _names_pattern(*_OTHER_FILTERS)
_RUN_LENGTHS = _names_pattern(_SHORT_FILTER)
_CHANGED_BEFORE = _names_pattern("DecodeParms", "DP")
_FILTER = _names_pattern("Filter")
_TWICE = re.compile(rb"/FlateDecode\s*/FlateDecode|/Filter\s+\d")
_STREAM = re.compile(rb"stream[ \t]*\r?\n?")
"""Readers are lenient in what ends the line."""
_NEAR = 2000
"""Bytes before and behind the name of a stream of objects in which its dictionary stands."""
_INFLATE_AT_MOST = 32 * 1024 * 1024
_STREAMS_AT_MOST = 40_000
_PIECE = 256 * 1024
_GAP = rb"(?:[\0\s]|%[^\r\n]{0,200}+[\r\n]){0,50}+"
"""What may stand between two parts of an object, a remark among it."""
_ON_OPENING = re.compile(rb"/%b%b(?:(<<.{0,2000})|(\d{1,10})\s+\d+\s+R)" % (_name_pattern("OpenAction"), _GAP), re.S)
_ON_TURNING_TO = re.compile(rb"/%b%b(?:<<|\d{1,10}\s+\d+\s+R)" % (_name_pattern("AA"), _GAP))
"""Actions of a page, a field or the document that happen without anybody's doing; few documents need any."""
_TO_AN_ADDRESS = re.compile(rb"/(?:S|#53)%b/%b(?![A-Za-z0-9])" % (_GAP, _name_pattern("URI")))
_INDEX_OF_OBJECTS = re.compile(rb"\s*(?:\d{1,10}\s+\d{1,10}\s+)+")
_ACTION_AT_MOST = 2000


def pdf_flaw(content: bytes) -> Flaw | None:
    """Why a PDF is not taken; None: it is."""
    if _LOCKED.search(content) or b"%%EOF" not in content[-2048:] or _hides_objects(content):
        return "file_broken"
    if _ACTIVE_NAME.search(content) or _names_a_script(content) or _ON_TURNING_TO.search(content):
        return "file_active"
    if content[content.rindex(b"%%EOF") + 5 :].lstrip()[:2] == b"PK":
        return "file_broken"
    before, opens = b"", _ON_OPENING.search(content) is not None
    try:
        for piece, _ in _inflated(content):
            window = before + piece
            if _ACTIVE_NAME.search(window) or _ON_TURNING_TO.search(window):
                return "file_active"
            opens = opens or _ON_OPENING.search(window) is not None
            before = piece[-_LONGEST_NAME:]
        return "file_active" if opens and _opens_an_address(content) else None
    except _TooMuch:
        return "file_broken"


def _names_a_script(content: bytes) -> bool:
    return any(_SCRIPT.search(part.partition(b"stream")[0]) for part in content.split(b"endstream"))


def _opens_an_address(content: bytes) -> bool:
    """Whether opening the file leads to an address, without anybody following a link."""
    packed = list(_whole_streams(content))
    for text in (content, *packed):
        for opening in _ON_OPENING.finditer(text):
            if opening[1]:
                if _TO_AN_ADDRESS.search(opening[1].partition(b"endobj")[0]):
                    return True
            elif any(_TO_AN_ADDRESS.search(body) for body in _bodies(int(opening[2]), content, packed)):
                return True
    return False


def _bodies(number: int, content: bytes, packed: list[bytes]) -> Iterator[bytes]:
    """The bodies that the file gives to the object of this number."""
    for heading in re.finditer(rb"(?<!\d)0*%d\s+\d+\s+obj" % number, content):
        yield content[heading.end() : heading.end() + _ACTION_AT_MOST].partition(b"endobj")[0]
    for text in packed:
        index = _INDEX_OF_OBJECTS.match(text)
        numbers = [int(one) for one in index[0].split()] if index else []
        places = sorted(numbers[1::2])
        for object_number, place in zip(numbers[::2], numbers[1::2], strict=False):
            if object_number == number and index:
                behind = next((one for one in places if one > place), len(text))
                yield text[index.end() + place : index.end() + min(behind, place + _ACTION_AT_MOST)]


def _whole_streams(content: bytes) -> Iterator[bytes]:
    """Compressed streams that may be streams of objects."""
    pieces: list[bytes] = []
    for piece, first in _inflated(content):
        if first and pieces:
            yield b"".join(pieces)
        pieces = [] if first else pieces
        if pieces or (first and piece.lstrip()[:1].isdigit()):
            pieces.append(piece)
    yield b"".join(pieces)


def _hides_objects(content: bytes) -> bool:
    """Whether streams of objects may be packed in a way that is not looked into: by another filter, twice, or changed before."""
    names = list(_OBJECTS.finditer(content))
    if not names:
        return False
    if _OTHER_FILTER.search(content) or _TWICE.search(content) or _filters_run_lengths(content):
        return True
    end = 0
    for name in names:
        around = content[max(end, name.start() - _NEAR) : name.end() + _NEAR]
        before, _, behind = around.partition(name[0])
        dictionary = before.rpartition(b"endobj")[2] + behind.partition(b"stream")[0]
        if _CHANGED_BEFORE.search(dictionary):
            return True
        end = name.end()
    return False


def _filters_run_lengths(content: bytes) -> bool:
    """Whether a dictionary names the filter that is too short to be looked for everywhere."""
    for part in content.split(b"stream"):
        filter_name = _FILTER.search(part)
        if filter_name and _RUN_LENGTHS.search(part, filter_name.end()):
            return True
    return False


class _TooMuch(Exception):
    pass


def _inflated(content: bytes) -> Iterator[tuple[bytes, bool]]:
    """The compressed streams of a PDF, where objects may hide, piece by piece, and which begins one; too much of it is refused.

    Every byte is inflated at most once, because the search goes on behind what a stream took.
    """
    whole, at, room = memoryview(content), 0, _INFLATE_AT_MOST
    for _ in range(_STREAMS_AT_MOST):
        stream = _STREAM.search(content, at)
        if stream is None:
            return
        at = stream.end()
        inflate, step, first = zlib.decompressobj(), 512, True
        try:
            while not inflate.eof and at < len(content):
                chunk = whole[at : at + step]
                plain = inflate.decompress(chunk, _PIECE)
                at += len(chunk) - len(inflate.unconsumed_tail) - len(inflate.unused_data)
                step = min(2 * step, 64 * 1024)
                room -= len(plain)
                if room <= 0:
                    raise _TooMuch
                if plain:
                    yield plain, first
                    first = False
        except zlib.error:
            continue  # an image, or compressed in a way that holds no objects
    raise _TooMuch
