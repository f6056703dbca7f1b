"""What each kind of mail that one can unsubscribe from is called on the public page."""

from __future__ import annotations

from chassis.text.translations import mark

NAMES = {"gathering-thanks": mark("Thanks and questions after a meeting")}
