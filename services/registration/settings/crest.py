"""A municipality's crest as it was uploaded: only what is a small picture and nothing else gets through, written anew.

SVG: elements and attributes of shapes and colours alone; no scripts, styles, links, text, animation or anything from
elsewhere (SVG 2, chapters 9–13). PNG: unpacked and packed again, so that nothing but its pixels is left.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from xml.etree import ElementTree

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

MAX_BYTES = 64 * 1024
MAX_PIXELS = 1024
TOO_LARGE = "The picture is too large. Use one of at most 1024 by 1024 pixels."
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
    try:
        root = fromstring(text, forbid_dtd=True)
    except DefusedXmlException:
        raise NotACrest("The SVG file brings a document type. Save it again as plain SVG.") from None
    except ElementTree.ParseError:
        raise NotACrest("The SVG file is damaged. Save it again as plain SVG.") from None
    if root.tag != f"{{{_SVG}}}svg":
        raise NotACrest("Only SVG and PNG pictures can be used.")
    _clean(root, 0, [0])
    if "viewBox" not in root.attrib and not {"width", "height"} <= set(root.attrib):
        raise NotACrest("The SVG file does not say how large it is. Save it with a viewBox.")
    ElementTree.register_namespace("", _SVG)
    cleaned: bytes = ElementTree.tostring(root, encoding="utf-8")
    return cleaned


def _clean(element: ElementTree.Element, depth: int, counter: list[int]) -> None:
    """Keep shapes; drop what drawing programs note for themselves; refuse what could do something."""
    counter[0] += 1
    if depth > _MAX_DEPTH or counter[0] > _MAX_ELEMENTS:
        raise NotACrest("The SVG file is too complicated. Simplify it or use a PNG picture.")
    for name, value in list(element.attrib.items()):
        foreign = name.startswith("{") or name.startswith(("data-", "aria-")) or name in ("class", "role")
        if foreign and not name.endswith("href"):
            del element.attrib[name]
        elif name not in _ATTRIBUTES or not _is_harmless(name, value):
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
            _clean(child, depth + 1, counter)


def _is_harmless(name: str, value: str) -> bool:
    if name == "style":
        parts = [part.partition(":") for part in value.split(";") if part.strip()]
        return all(key.strip() in _STYLES and _is_harmless(key.strip(), words) for key, _, words in parts)
    remainder = _LOCAL.sub("", value)
    return not any(
        sign in remainder.lower()
        for sign in ("url", "script", "data:", "http", "//", "\\", "@", "/*", "expression", "&")
    )


def _png(content: bytes) -> bytes:
    from PIL import Image  # loaded when somebody uploads a crest, which is seldom

    try:
        picture = Image.open(io.BytesIO(content), formats=("PNG",))
        if max(picture.size) > MAX_PIXELS:  # known from the head, before anything is unpacked
            raise NotACrest(TOO_LARGE)
        picture.load()
    except NotACrest:
        raise
    except Image.DecompressionBombError:
        raise NotACrest(TOO_LARGE) from None
    except (OSError, SyntaxError, ValueError, EOFError, zlib.error, struct.error):  # what its reader raises for damage
        raise NotACrest("The PNG file is damaged. Save it again.") from None
    written = io.BytesIO()
    bare = Image.frombytes(picture.mode, picture.size, picture.tobytes())
    if picture.palette is not None:
        bare.putpalette(picture.palette.palette, picture.palette.mode)
    transparency = picture.info.get("transparency")
    bare.save(written, "PNG", **({} if transparency is None else {"transparency": transparency}))
    return written.getvalue()
