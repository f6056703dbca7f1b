"""Error messages of the settings, which say how to correct the entry."""

from chassis.text.translations import mark

COLOUR = mark("Please write the colour like #1f5f6b.")
