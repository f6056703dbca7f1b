"""Parses a mail that came back: a report (RFC 3464), a vacation reply, a mail server's own wording, or something unclear.

Pure, and bounded by its caller: what strangers send is never larger than `MOST_BYTES`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import Message
from email.utils import parseaddr
from typing import Literal

from flufl.bounce import all_failures

from services.notifications.domain.returned import Returned, classify_status
from services.notifications.intake.bounded import bounded
from services.notifications.intake.mail_text import header_of, text_and_attachments

MOST_BYTES = 2 * 1024 * 1024
GUESSED_LINES = 1_000
"""Most lines that are searched for a server's own wording; a dozen detectors try each line."""
PARTS = 50
EXCERPT = 2_000
"""Characters of a mail that are shown to a clerk."""
SENDER = 300
"""Characters of a header that are looked into for its sender: comments may be nested, and each takes a step deeper."""
SERVERS = ("mailer-daemon", "postmaster", "microsoftexchange")
"""How addresses begin that mail servers write from; some of them mark their reports as automatic replies."""
_AUTOMATIC = ("auto-replied", "auto-generated")


@dataclass(frozen=True)
class NotReturned:
    """A mail that is no bounce. `delivered`: the message arrived. `delayed`: their server goes on trying. `automatic`: an automatic reply."""

    kind: Literal["delivered", "delayed", "automatic"]


@dataclass(frozen=True)
class Unclear:
    """A mail that cannot be understood; an excerpt is kept for a person to read."""


@dataclass(frozen=True)
class Complaint:
    """A report (RFC 5965) that the recipient took the mail for one that they never wanted."""


ReturnContent = Returned | NotReturned | Unclear | Complaint


def read_return(content: bytes) -> ReturnContent:
    """Parse a mail to a bounce address."""
    try:
        mail = message_from_bytes(bounded(content), policy=policy.compat32)
        reports = [block for part in _parts(mail, "message/delivery-status") for block in _blocks(part)]
    except (MessageError, ValueError, LookupError, RecursionError):
        return Unclear()
    if any(_is_complaint(part) for part in _parts(mail, "message/feedback-report")):
        return Complaint()
    if reports:
        return _worst([_classify_block(block) for block in reports])
    if _is_automatic(mail):
        return NotReturned("automatic")
    return _guessed(message_from_bytes(bounded(content, GUESSED_LINES), policy=policy.compat32))


def excerpt(content: bytes) -> str:
    """The subject and the first words of a mail, for a person to read."""
    try:
        mail = message_from_bytes(bounded(content), policy=policy.compat32)
        text, _ = text_and_attachments(mail)
        text = "\n".join(filter(str.strip, (header_of(mail, "Subject"), text)))
    except (MessageError, ValueError, LookupError, RecursionError, AssertionError):
        text = ""
    text = text or content[: 4 * EXCERPT].decode("utf-8", "replace")
    return "".join(sign for sign in text[: 2 * EXCERPT] if sign.isprintable() or sign == "\n")[:EXCERPT]


def _is_complaint(report: Message) -> bool:
    """Other feedback than abuse is about authentication and the like, and says nothing of the recipient."""
    payload = report.get_payload()
    if isinstance(payload, list):
        fields = payload[0]
    else:
        fields = message_from_bytes(str(payload).encode(), policy=policy.compat32)
    return isinstance(fields, Message) and str(fields["Feedback-Type"] or "").strip().lower() == "abuse"


def _parts(mail: Message, kind: str) -> list[Message]:
    parts: list[Message] = []
    for number, part in enumerate(mail.walk()):
        if number >= PARTS:
            break
        if part.get_content_type() == kind:
            parts.append(part)
    return parts


def _blocks(part: Message) -> Iterator[Message]:
    """The blocks of fields about each recipient of a report."""
    blocks = part.get_payload()
    if isinstance(blocks, list):
        for block in blocks:
            if isinstance(block, Message) and (block["Action"] or block["Status"]):
                yield block


def _classify_block(block: Message) -> ReturnContent:
    action = str(block["Action"] or "").split("(")[0].strip().lower()
    if action in ("delivered", "relayed", "expanded"):
        return NotReturned("delivered")
    if action == "delayed":
        return NotReturned("delayed")
    if action not in ("failed", ""):
        return Unclear()
    diagnostic = str(block["Diagnostic-Code"] or "")
    by_status = classify_status(str(block["Status"] or ""))
    if by_status.reason == "no-domain" and "recipientnotfound" in diagnostic.lower():
        # Exchange gives 5.1.10 another meaning than RFC 7505 does.
        return Returned(by_status.weight, "no-mailbox", by_status.status)
    # Some servers write 5.0.0 and say only in their own words what it was.
    return classify_status(diagnostic) if by_status.reason == "other" and diagnostic else by_status


def _worst(contents: list[ReturnContent]) -> ReturnContent:
    """What is worst for the address; where nothing came back, the first."""
    order = {"hard": 0, "refused": 1, "soft": 2}
    returned = [content for content in contents if isinstance(content, Returned)]
    return min(returned, key=lambda content: order[content.weight]) if returned else contents[0]


def _is_automatic(mail: Message) -> bool:
    # A parameter or a comment may follow the word: `auto-replied (vacation)`.
    submitted = re.split(r"[;(]", str(mail["Auto-Submitted"] or ""))[0].strip().lower()
    bulk = str(mail["Precedence"] or "").strip().lower() == "auto_reply"
    away = any(mail[name] is not None for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress"))
    sender = parseaddr(str(mail["From"] or "")[:SENDER])[1].lower()
    by_a_server = sender.startswith(SERVERS) or mail["X-Failed-Recipients"] is not None
    return not by_a_server and (submitted in _AUTOMATIC or bulk or away)


def _guessed(mail: Message) -> ReturnContent:
    """Classify a mail by the wording that known mail servers use."""
    try:
        for_now, for_good = all_failures(mail)
    except Exception:  # noqa: BLE001 - its detectors meet what nobody ever wrote before
        return Unclear()
    if for_good:
        return Returned("hard", "no-mailbox")
    return Returned("soft", "not-reached") if for_now else Unclear()
