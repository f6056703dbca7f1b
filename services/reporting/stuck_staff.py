"""What events and scheduled jobs are about, for the pages of what got stuck."""

from __future__ import annotations

from chassis.text.translations import mark

WORDS = {
    "registration.municipality": mark("A municipality"),
    "registration.gathering": mark("A meeting"),
    "registration.": mark("News of the registration"),
    "selfcheck.": mark("A Selbstcheck"),
    "notifications.": mark("What became of a message"),
    "erase": mark("An erasure"),
    "depart": mark("The departure of a municipality"),
}
