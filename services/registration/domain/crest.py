"""A municipality's crest as it was uploaded: only what is a small picture and nothing else gets through, written anew.

SVG: elements and attributes of shapes and colours alone; no scripts, styles, links, text, animation or anything from
elsewhere (SVG 2, chapters 9–13). PNG: the chunks that make up the image (PNG 1.2, sections 4.1 and 5), without metadata.
"""

from __future__ import annotations

import re
import struct
import zlib
from xml.etree import ElementTree

MAX_BYTES = 64 * 1024
MAX_PIXELS = 1024
_SVG = "http://www.w3.org/2000/svg"
_ELEMENTS = frozenset(
    {
        "svg",
        "g",
        "defs",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "linearGradient",
        "radialGradient",
        "stop",
        "clipPath",
        "title",
        "desc",
    }
)
_ATTRIBUTES = frozenset(
    {
        "id",
        "viewBox",
        "width",
        "height",
        "preserveAspectRatio",
        "version",
        "transform",
        "d",
        "x",
        "y",
        "x1",
        "y1",
        "x2",
        "y2",
        "cx",
        "cy",
        "fx",
        "fy",
        "r",
        "rx",
        "ry",
        "points",
        "fill",
        "fill-rule",
        "fill-opacity",
        "stroke",
        "stroke-width",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-miterlimit",
        "stroke-dasharray",
        "stroke-dashoffset",
        "stroke-opacity",
        "opacity",
        "color",
        "offset",
        "stop-color",
        "stop-opacity",
        "gradientUnits",
        "gradientTransform",
        "spreadMethod",
        "clip-path",
        "clip-rule",
        "clipPathUnits",
        "style",
    }
)
_STYLES = frozenset(name for name in _ATTRIBUTES if name in {"fill", "stroke", "opacity", "color"} or "-" in name)
_LOCAL = re.compile(r"url\(\s*#[\w.-]+\s*\)")
_MAX_ELEMENTS, _MAX_DEPTH = 5_000, 30
_COLOUR_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


class NotACrest(ValueError):
    """The file can't be used; the message says why and what to do."""


def checked(content: bytes) -> tuple[bytes, str]:
    """The picture as it may be shown, and its file name extension.

    Raises:
        NotACrest: with a sentence for people.
    """
    if len(content) > MAX_BYTES:
        raise NotACrest("The file is too large. Use a picture of at most 64 kilobytes.")
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(content), "png"
    if b"<svg" in content[:4096]:
        return _svg(content), "svg"
    raise NotACrest("Only SVG and PNG pictures can be used.")


def _svg(content: bytes) -> bytes:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotACrest("The SVG file is not written in UTF-8. Save it again as plain SVG.") from None
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise NotACrest("The SVG file brings a document type. Save it again as plain SVG.")
    try:
        # Without a document type there are no entities, which are what makes this parser dangerous.
        root = ElementTree.fromstring(text)  # noqa: S314
    except ElementTree.ParseError:
        raise NotACrest("The SVG file is damaged. Save it again as plain SVG.") from None
    if root.tag != f"{{{_SVG}}}svg":
        raise NotACrest("Only SVG and PNG pictures can be used.")
    _clean(root, 0, [0])
    if "viewBox" not in root.attrib and not {"width", "height"} <= set(root.attrib):
        raise NotACrest("The SVG file does not say how large it is. Save it with a viewBox.")
    ElementTree.register_namespace("", _SVG)
    written: bytes = ElementTree.tostring(root, encoding="utf-8")
    return written


def _clean(element: ElementTree.Element, depth: int, seen: list[int]) -> None:
    """Keep shapes; drop what drawing programs note for themselves; refuse what could do something."""
    seen[0] += 1
    if depth > _MAX_DEPTH or seen[0] > _MAX_ELEMENTS:
        raise NotACrest("The SVG file is too complicated. Simplify it or use a PNG picture.")
    for name, value in list(element.attrib.items()):
        foreign = name.startswith("{") or name.startswith(("data-", "aria-")) or name in ("class", "role")
        if foreign and not name.endswith("href"):
            del element.attrib[name]
        elif name not in _ATTRIBUTES or not _harmless(name, value):
            raise NotACrest(
                "The SVG file holds more than shapes and colours. Save it as plain SVG, without scripts, links and style sheets."
            )
    for child in list(element):
        namespace, _, name = str(child.tag)[1:].partition("}")
        if namespace != _SVG or name == "metadata":
            element.remove(child)  # editors' own notes
        elif name not in _ELEMENTS:
            raise NotACrest(
                "The SVG file holds more than shapes and colours. Save it as plain SVG, without scripts, links and style sheets."
            )
        else:
            _clean(child, depth + 1, seen)


def _harmless(name: str, value: str) -> bool:
    if name == "style":
        parts = [part.partition(":") for part in value.split(";") if part.strip()]
        return all(_own(key.strip()) and _harmless(key.strip(), words) for key, _, words in parts)
    rest = _LOCAL.sub("", value)
    return not any(
        sign in rest.lower() for sign in ("url", "script", "data:", "http", "//", "\\", "@", "/*", "expression", "&")
    )


def _own(key: str) -> bool:
    return key in _STYLES


def _png(content: bytes) -> bytes:
    damaged = NotACrest("The PNG file is damaged. Save it again.")
    at, kept, data, ended = 8, [content[:8]], b"", False
    width = height = depth = colour = 0
    while at < len(content) and not ended:
        if at + 12 > len(content):
            raise damaged
        (length,) = struct.unpack(">I", content[at : at + 4])
        kind, body = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        whole = content[at : at + 12 + length]
        if len(whole) != 12 + length or struct.unpack(">I", whole[-4:])[0] != zlib.crc32(kind + body):
            raise damaged
        if (kind == b"IHDR") != (at == 8):
            raise damaged
        if kind == b"IHDR":
            if length != 13:
                raise damaged
            width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
            if not (0 < width <= MAX_PIXELS and 0 < height <= MAX_PIXELS):
                raise NotACrest("The picture is too large. Use one of at most 1024 by 1024 pixels.")
            if interlaced or colour not in _COLOUR_CHANNELS or depth not in (1, 2, 4, 8, 16):
                raise NotACrest("This kind of PNG can't be used. Save it without interlacing.")
        if kind == b"IDAT":
            data += body
        if kind in (b"IHDR", b"PLTE", b"tRNS", b"sRGB", b"gAMA", b"IDAT", b"IEND"):
            kept.append(whole)
        elif kind[:1].isupper():
            raise damaged  # something critical that we don't know
        at, ended = at + 12 + length, kind == b"IEND"
    size = height * (1 + (width * depth * _COLOUR_CHANNELS.get(colour, 0) + 7) // 8)
    inflater = zlib.decompressobj()
    try:
        pixels = inflater.decompress(data, size + 1)
    except zlib.error:
        raise damaged from None
    if not ended or len(pixels) != size:
        raise damaged
    return b"".join(kept)
