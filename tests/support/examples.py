"""How much is tried: everything in `make test`, a part of it in `make check`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import settings

USUAL = 100
"""What hypothesis tries where nobody says a number."""


def examples(full: int) -> int:
    """`full` in `make test`; fewer in the same proportion where the profile says fewer."""
    return max(1, full * settings.default.max_examples // USUAL)  # type: ignore[union-attr]


def all_but_slow(values: Iterable[str], quick: Iterable[str]) -> list[Any]:
    """Parameters of a walk over everything: `make check` goes to the `quick` ones, and `make test` to all."""
    values, quick = list(values), set(quick)
    assert quick <= set(values), quick - set(values)
    return [value if value in quick else pytest.param(value, marks=pytest.mark.slow) for value in values]
