"""Names of events and scheduled jobs in words, for the pages of what got stuck."""

from __future__ import annotations

from chassis.text.translations import mark

WORDS = {
    "registration.municipality": mark("A municipality"),
    "registration.staff": mark("A role of somebody who works here"),
    "registration.person": mark("An erasure"),
    "registration.": mark("News of the registration"),
    "erase": mark("An erasure"),
    "depart": mark("The departure of a municipality"),
}
