"""Error message for hosts that may not be used, which only staff see."""

from __future__ import annotations

from chassis.text.translations import mark

PRIVATE_HOST = mark("This host cannot be used: it is not known, or its address is a private one.")
