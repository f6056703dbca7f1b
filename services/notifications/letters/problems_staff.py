"""Error messages of letters, which only staff see."""

from __future__ import annotations

from chassis.text.translations import mark

NOTHING_TO_PRINT = mark("There is no letter that could be printed.")
ALREADY_POSTED = mark("This batch is in the post already.")
NOT_SENT_BY_POST = mark("This message was not sent by post.")
