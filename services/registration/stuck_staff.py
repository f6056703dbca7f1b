"""What events and scheduled jobs are about, for the pages of what got stuck."""

from __future__ import annotations

from chassis.text.translations import mark

WORDS = {
    "notifications.message": mark("What became of a message"),
    "notifications.": mark("A receipt for an erasure"),
    "selfcheck.": mark("A receipt for an erasure"),
    "reporting.": mark("A receipt for an erasure"),
    "erase": mark("An erasure"),
    "depart": mark("The departure of a municipality"),
}
