"""The questions that every municipality may choose from until it has a set of its own."""

from __future__ import annotations

from typing import Any

from services.registration.questions.standard_needs import NEEDS
from services.registration.questions.standard_opinions import OPINIONS

STANDARD: tuple[dict[str, Any], ...] = (*NEEDS, *OPINIONS)
