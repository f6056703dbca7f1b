"""Applies a gateway's report on a text message: reports come twice, out of order, and after another way was taken."""

from __future__ import annotations

from typing import Literal

Reported = Literal["underway", "delivered", "refused", "unclear"]
"""What a report says of a text: the gateway has it, the telephone has it, nobody will get it, or the gateway cannot say."""
KnownDelivery = Literal["handed_over", "delivered", "refused", "unclear"]
"""What is known about the delivery of a message that was sent."""
ReportEffect = Literal["nothing", "note", "next_channel", "arrived"]
"""`note`: only what is known changes. `next_channel`: it was not delivered, so the next channel is tried. `arrived`: it was delivered after
all, so delivery by another channel ends."""


def apply_report(
    delivery: KnownDelivery | None, reported: Reported, *, settled_by_text: bool, open_elsewhere: bool
) -> tuple[KnownDelivery | None, ReportEffect]:
    """Apply a report: (what is known afterwards, what to do).

    `settled_by_text`: the message was settled by this text. `open_elsewhere`: the message waits for another channel. What was
    delivered stays delivered, whatever comes later; what was refused is refused once.
    """
    if delivery == "delivered":
        return delivery, "nothing"
    if reported == "delivered":
        return "delivered", "arrived" if open_elsewhere else "note"
    if delivery == "refused":
        return delivery, "nothing"
    if reported == "refused":
        return "refused", "next_channel" if settled_by_text else "note"
    if reported == "underway" and delivery in (None, "unclear"):
        return "handed_over", "note"
    return delivery, "nothing"
