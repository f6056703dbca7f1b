"""The room's link as a picture to scan: for the moderator to show, and on the wall for phones that come later."""

from __future__ import annotations

import segno
from markupsafe import Markup


def room_code(url: str) -> Markup:
    """SVG with the link as its title."""
    return Markup(segno.make(url, error="m").svg_inline(scale=6, title=url, omitsize=True))  # noqa: S704 - made by the library, which escapes the title
