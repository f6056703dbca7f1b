"""Only small pictures become crests; whatever could do more is refused or left out."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from services.registration.settings.crest import MAX_BYTES, NotACrest, checked

OPEN = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"'
GOOD = f'<?xml version="1.0" encoding="UTF-8"?>{OPEN}><g fill="#f00"><path d="M0 0h8v8z"/></g></svg>'


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(
    width: int = 2, height: int = 2, raw: bytes | None = None, extra: bytes = b"", interlaced: int = 0, end: bool = True
) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, interlaced)
    data = zlib.compress(raw if raw is not None else (b"\0" + b"\x10\x20\x30" * width) * height)
    tail = chunk(b"IEND", b"") if end else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", data) + tail


def huge() -> bytes:
    """A picture that says it has ten thousand million pixels."""
    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def test_a_plain_svg_stays_what_it_looks_like() -> None:
    picture, kind = checked(GOOD.encode())
    assert kind == "svg"
    assert b'<path d="M0 0h8v8z"' in picture
    assert checked(picture) == (picture, "svg"), "writing it anew changes nothing more"


def test_notes_of_drawing_programs_are_left_out() -> None:
    noted = GOOD.replace(
        "<g ", '<metadata><a/></metadata><x:y xmlns:x="urn:x"/><g class="a" xmlns:i="urn:i" i:label="Private" '
    )
    assert checked(noted.encode())[0] == checked(GOOD.encode())[0]


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<g onload="alert(1)"/>',
        '<a href="https://evil.example"/>',
        '<image href="data:x"/>',
        "<foreignObject/>",
        "<style>*{}</style>",
        '<animate attributeName="x"/>',
        '<use href="#a"/>',
        '<rect fill="url(https://evil.example)"/>',
        '<rect style="fill:url(//evil.example)"/>',
        '<rect style="behavior:x"/>',
        '<rect fill="url(#a) url(http://b)"/>',
        '<g xmlns:l="http://www.w3.org/1999/xlink" l:href="javascript:alert(1)"/>',
        '<rect style="fill:u\\72l(x)"/>',
        "<text>hello</text>",
    ],
)
def test_an_svg_that_could_do_something_is_refused(inside: str) -> None:
    with pytest.raises(NotACrest):
        checked(f"{OPEN}>{inside}</svg>".encode())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"<html><svg></svg></html>",
        f"{OPEN}>".encode(),
        GOOD.encode("utf-16"),
        b"<svg/>",
        f'<!DOCTYPE svg [<!ENTITY a "b">]>{OPEN}/>'.encode(),
        (OPEN + ">" + "<g>" * 40 + "</g>" * 40 + "</svg>").encode(),
        b"<svg>" + b" " * MAX_BYTES,
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        (OPEN + ">" + "<g/>" * 6000 + "</svg>").encode(),
    ],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(NotACrest):
        checked(content)


def test_a_png_keeps_its_pixels_and_loses_its_notes() -> None:
    noted = png(extra=chunk(b"tEXt", b"Author\0Somebody") + chunk(b"eXIf", b"place"))
    bare, kind = checked(png())
    assert kind == "png"
    assert pixels(bare) == pixels(png())
    assert checked(noted) == (bare, "png")


@pytest.mark.parametrize(
    "content",
    [
        png() + b"<script>",
        png(raw=(b"\0" + b"\x10\x20\x30" * 2) * 2 + b"<script>" * 1000),
        png(end=False) + b"<script>",
        png()[:-3],
        png(extra=chunk(b"ABCD", b"<script>")),
    ],
    ids=["behind the end", "behind the pixels", "no end", "half an end", "of a kind unknown"],
)
def test_nothing_but_pixels_gets_through(content: bytes) -> None:
    assert checked(content)[0] == checked(png())[0]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_keeps_its_colours(mode: str) -> None:
    drawn = Image.new("RGBA", (4, 4), (200, 30, 40, 128)).convert(mode if mode != "I;16" else "L")
    drawn = Image.new("I;16", (4, 4), 40_000) if mode == "I;16" else drawn
    stored = BytesIO()
    drawn.save(stored, "PNG", **({"transparency": 0} if mode == "P" else {}))
    assert pixels(checked(stored.getvalue())[0]) == pixels(stored.getvalue())


def pixels(content: bytes) -> bytes:
    return Image.open(BytesIO(content)).convert("RGBA").tobytes()


@pytest.mark.parametrize(
    "content",
    [
        png(width=5000),
        huge(),
        png(raw=b"\0"),
        png(interlaced=1),
        png()[:20],
        png().replace(b"IDAT", b"IDAX"),
        b"\x89PNG\r\n\x1a\n" + chunk(b"IDAT", b""),
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"short"),
    ],
    ids=range(8),
)
def test_a_png_that_is_none_is_refused(content: bytes) -> None:
    with pytest.raises(NotACrest):
        checked(content)


@given(st.binary(max_size=200), st.integers(0, 60))
def test_any_damage_is_refused_or_harmless(noise: bytes, at: int) -> None:
    whole = png()
    for content in (whole[:at] + noise + whole[at:], noise, OPEN.encode() + b">" + noise + b"</svg>"):
        try:
            picture, _ = checked(content)
        except NotACrest:
            continue
        assert checked(picture)[0] == picture
