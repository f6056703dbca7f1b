"""Names of events and scheduled jobs for the pages of dead letters and failed jobs."""

from __future__ import annotations

from chassis.text.translations import mark

WORDS = {
    "contacts.": mark("How somebody can be reached"),
    "registration.gathering": mark("A meeting"),
    "registration.participant": mark("A registration"),
    "registration.municipality": mark("A municipality"),
    "registration.person": mark("An erasure"),
    "registration.people": mark("An erasure"),
    "registration.staff": mark("A role of somebody who works here"),
    "registration.support": mark("Support at a meeting"),
    "selfcheck.": mark("A Selbstcheck"),
    "reporting.practice": mark("A practice"),
    "deliver-webhooks": mark("A delivery to a webhook"),
    "deliver": mark("A message"),
    "announce": mark("News for all who take part"),
    "remind": mark("A reminder"),
    "check-senders": mark("The check of a sender"),
    "erase": mark("An erasure"),
}
