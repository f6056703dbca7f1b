"""Error messages of what the programme office and coordinators enter of a municipality, which say how to correct the entry."""

from chassis.text.translations import mark

OFFICIAL_KEY = mark("Please write the eight digits of the official key.")
