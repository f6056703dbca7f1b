"""How many examples hypothesis tries: the full number in `make test`, the same part of each in `make check`."""

from __future__ import annotations

from hypothesis import settings

USUAL = 100
"""What hypothesis tries where nobody says a number."""


def examples(full: int) -> int:
    """`full` in `make test`; fewer in the same proportion where the profile says fewer."""
    return max(1, full * settings.default.max_examples // USUAL)  # type: ignore[union-attr]
