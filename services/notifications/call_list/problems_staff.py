"""Error messages of the call list, which only staff see."""

from __future__ import annotations

from chassis.text.translations import mark

NOT_TO_CALL = mark("This message does not stand on the call list (any more). Nothing was changed.")
TAKEN = mark("A colleague is calling this number at the moment.")
NEXT_TIME = mark("Please choose a time that is still to come, within four weeks.")
NOTHING_TO_CANCEL = mark("There is no registration to be cancelled (any more). Nothing was changed.")
