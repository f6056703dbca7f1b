"""QR codes as pictures, for pages, mails and paper."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import segno


INLINE = {"xmldecl": False, "svgns": False, "nl": False}
"""Options of a picture that stands within a page."""


def qr_svg(content: str, **options: Any) -> str:
    """The code of `content` as SVG. `options` are segno's: `border` and `scale` (modules), `title`, `light`, …"""
    drawn = io.BytesIO()
    _code(content).save(drawn, kind="svg", **options)
    return drawn.getvalue().decode()


def qr_png(content: str, scale: int, border: int = 4, mask: int | None = None) -> bytes:
    """The code of `content` as a PNG. `scale`: pixels per module; `mask`: the same content always gives the same picture."""
    drawn = io.BytesIO()
    _code(content, mask).save(drawn, kind="png", scale=scale, border=border)
    return drawn.getvalue()


def qr_data_uri(content: str, **options: Any) -> str:
    """The code of `content` as a `data:` address of an SVG; `options` as for `qr_svg`."""
    return str(_code(content).svg_data_uri(**options))


def _code(content: str, mask: int | None = None) -> segno.QRCode:
    """Correction level M: a quarter of it may be dirty. Never a Micro QR code, which few telephones read."""
    import segno

    return segno.make_qr(content, error="m", mask=mask)
