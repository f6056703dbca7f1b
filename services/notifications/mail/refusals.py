"""Whom a refusal of `RCPT` by a municipality's own mail server is about: who sends, the recipient, or perhaps either of them."""

from __future__ import annotations

from typing import Literal

from services.notifications.mail.smtp_session import Answer

Refers = Literal["sender", "recipient", "either"]

REFERS_TO: dict[str, Refers] = {
    "1.7": "sender",  # bad syntax of the sender's address; said at RCPT by servers that answer late
    "1.8": "sender",  # the sender's domain does not exist
    "7.0": "either",  # a policy, without saying which
    "7.1": "either",  # not authorized: "relay access denied" for everybody, "sender not allowed", or a recipient who is blocked
    "7.2": "recipient",  # a mailing list that does not take this
    "7.8": "sender",  # credentials invalid
    "7.9": "sender",  # authentication too weak
    "7.10": "recipient",  # the recipient's policy wants encryption
    "7.11": "sender",  # encryption wanted to log in
    "7.12": "sender",  # password has to be changed
    "7.13": "sender",  # account disabled
    "7.14": "sender",  # no trust between the two servers
    "7.17": "recipient",  # the mailbox changed hands (RFC 7293)
    "7.18": "recipient",  # the domain changed hands (RFC 7293)
    "7.27": "sender",  # the sender's domain takes no mail (RFC 7505)
}
"""Subject and detail of enhanced status codes (RFC 3463, and the registry that RFC 5248 began) of what is refused for good."""
WITHOUT_STATUS: dict[int, Refers] = {550: "either", 551: "either", 553: "either", 554: "either"}
"""Codes alone: Exim says `550 relay not permitted` as it says `550 no such user`."""


def refers_to(answer: Answer) -> Refers:
    """Find out whom a refusal of `RCPT` is about. What is not in the tables is said of the recipient; of a policy (`5.7.x`), perhaps of either."""
    kind, _, rest = answer.status.partition(".")
    if not kind:
        return WITHOUT_STATUS.get(answer.code, "recipient")
    if kind != "5":
        return "recipient"
    return REFERS_TO.get(rest, "either" if rest.startswith("7.") else "recipient")
