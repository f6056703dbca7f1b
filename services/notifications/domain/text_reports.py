"""Applies a gateway's report on a text message: reports come twice, out of order, and after another way was taken."""

from __future__ import annotations

from typing import Literal

Reported = Literal["underway", "delivered", "refused", "unclear"]
"""What a report says of a text: the gateway has it, the telephone has it, nobody will get it, or the gateway cannot say."""
Known = Literal["handed_over", "delivered", "refused", "unclear"]
"""What is known of a message that went out; nothing more is promised."""
Step = Literal["nothing", "note", "another_way", "told"]
"""`note`: only what is known changes. `another_way`: nobody was told, so the next way is taken. `told`: it arrived after all, so
what is still to be done on another way is not done any more."""


def after_report(
    known: Known | None, reported: Reported, *, settled_by_text: bool, open_elsewhere: bool
) -> tuple[Known | None, Step]:
    """Applies a report: what is known afterwards, and what to do.

    `settled_by_text`: the text was the last word on the message. `open_elsewhere`: the message waits for another way. What was
    delivered stays delivered, whatever comes later; what was refused is refused once.
    """
    if known == "delivered":
        return known, "nothing"
    if reported == "delivered":
        return "delivered", "told" if open_elsewhere else "note"
    if known == "refused":
        return known, "nothing"
    if reported == "refused":
        return "refused", "another_way" if settled_by_text else "note"
    if reported == "underway" and known in (None, "unclear"):
        return "handed_over", "note"
    return known, "nothing"
