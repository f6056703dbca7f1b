"""The room's link as a picture to scan: for the moderator to show, and on the wall for phones that come later."""

from __future__ import annotations

from markupsafe import Markup

from chassis.documents.qr_codes import INLINE, qr_svg


def room_code(url: str) -> Markup:
    """Draw the link as an SVG, with the link as its title."""
    return Markup(qr_svg(url, scale=6, title=url, omitsize=True, **INLINE))  # noqa: S704 - made by the library, which escapes the title
