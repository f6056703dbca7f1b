"""What is refused about trainings, in words for staff."""

from __future__ import annotations

from chassis.text.translations import mark

TWICE = mark("Please name each office once.")
EACH_LINE = mark("Please write one in each line, as in the example.")
