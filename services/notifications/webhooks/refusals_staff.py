"""Error messages of webhooks, which say how to correct the entry."""

from chassis.text.translations import mark

WRONG_URL = mark("Please write an address that begins with https://.")
