"""Words that several events of reporting share."""

from typing import Literal

TOPIC = "reporting.v1"

Standing = Literal["waiting", "open", "hidden"]
"""Of a question or an answer: read by the programme office first, seen, taken away by it."""
