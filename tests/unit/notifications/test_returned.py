"""Parsing mails that came back: reports, vacation replies, servers' own wording, and arbitrary content."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.ids import Secrets
from services.notifications.domain.returned import SOFT_RETRY_PAUSES, Returned, classify_status
from services.notifications.messages.documents import Attempt, OutboundMessage
from services.notifications.returned.process import return_change
from services.notifications.returned.reading import Complaint, NotReturned, ReturnContent, Unclear, excerpt, read_return
from services.notifications.returned.tokens import BounceAddresses

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
SECRETS = Secrets("a secret for tests only, 32 characters and more")


def report(action: str, status: str, diagnostic: str = "smtp; 550 5.1.1 no such user") -> bytes:
    return f"""From: MAILER-DAEMON@mx.example.org
To: bounce@example.org
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/plain

This is the mail system.

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
Arrival-Date: Sun, 29 Nov 2026 10:00:00 +0000

Final-Recipient: rfc822; olena@example.org
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.org
Diagnostic-Code: {diagnostic}

--x
Content-Type: message/rfc822

From: town@example.org
Subject: hello

text
--x--
""".replace("\n", "\r\n").encode()


COMPLAINT = b"""From: feedback@example.org
Subject: a complaint
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="x"

--x
Content-Type: text/plain

This is an email abuse report.

--x
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1

--x
Content-Type: message/rfc822

From: town@example.org
Subject: hello

text
--x--
""".replace(b"\n", b"\r\n")
VACATION = b"From: olena@example.org\r\nSubject: I am away\r\nAuto-Submitted: auto-replied\r\n\r\nBack on Monday. user unknown\r\n"
EXIM = b"""From: Mail Delivery System <Mailer-Daemon@mx.example.org>
To: bounce@example.org
Subject: Mail delivery failed: returning message to sender
X-Failed-Recipients: olena@example.org

This message was created automatically by mail delivery software.
"""


@pytest.mark.parametrize(
    ("content", "read"),
    [
        (report("failed", "5.1.1"), Returned("hard", "no-mailbox", "5.1.1")),
        (report("Failed (final)", "5.1.2"), Returned("hard", "no-domain", "5.1.2")),
        (report("failed", "5.2.2"), Returned("soft", "full", "5.2.2")),
        (report("failed", "4.4.7"), Returned("soft", "not-reached", "4.4.7")),
        (report("failed", "5.7.1", "smtp; 554 5.7.1 spam"), Returned("refused", "blocked", "5.7.1")),
        (report("failed", "5.0.0"), Returned("hard", "no-mailbox", "5.1.1")),
        (report("failed", "5.0.0", "smtp; 550 no"), Returned("refused", "other", "")),
        (report("delayed", "4.4.1"), NotReturned("delayed")),
        (report("delivered", "2.0.0"), NotReturned("delivered")),
        (report("swallowed", "5.1.1"), Unclear()),
        (VACATION, NotReturned("automatic")),
        (VACATION.replace(b"auto-replied", b"auto-replied (vacation)"), NotReturned("automatic")),
        (EXIM, Returned("hard", "no-mailbox")),
        (EXIM.replace(b"X-Failed", b"Auto-Submitted: auto-replied\nX-Failed"), Returned("hard", "no-mailbox")),
        (
            report(
                "failed", "5.1.10", "smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP address lookup"
            ),
            Returned("hard", "no-mailbox", "5.1.10"),
        ),
        (report("failed", "5.1.10", "smtp; 556 5.1.10 null MX"), Returned("hard", "no-domain", "5.1.10")),
        (b"From: somebody@example.org\r\nSubject: Re: your mail\r\n\r\nWhat is this?\r\n", Unclear()),
        (b"From: " + b"(" * 1_900 + b"\r\nSubject: x\r\n\r\nx\r\n", Unclear()),
        (b"", Unclear()),
    ],
)
def test_returned_mails_are_classified(content: bytes, read: ReturnContent) -> None:
    assert read_return(content) == read


@given(st.binary(max_size=3_000))
def test_any_returned_content_is_classified(content: bytes) -> None:
    assert isinstance(read_return(content), Returned | NotReturned | Unclear)
    assert len(excerpt(content)) <= 2_000


@given(st.integers(0, 200), st.data())
def test_a_damaged_report_is_read(at: int, data: st.DataObject) -> None:
    whole = report("failed", "5.1.1")
    read_return(whole[:at] + data.draw(st.binary(max_size=40)) + whole[at + data.draw(st.integers(0, 300)) :])


def test_a_status_without_a_code_says_nothing_of_the_address() -> None:
    assert classify_status("550 ").weight == "refused"
    assert classify_status("550 5.1.1").weight == "hard"
    assert classify_status("").reason == "other"


@given(st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=52, max_size=52))
def test_only_signed_bounce_addresses_are_accepted(forged: str) -> None:
    addresses = BounceAddresses(SECRETS, "bounce.example.org")
    true = addresses.address_for("wilhelmshaven", "m-1")
    assert addresses.read(true) == addresses.reference("wilhelmshaven", "m-1")
    assert addresses.read(true.upper()) is not None
    assert len(true.partition("@")[0]) <= 64
    assert addresses.reference("wilhelmshaven", "m-1") != addresses.reference("wolfsburg", "m-1")
    assert addresses.read(f"bounce+{forged}@bounce.example.org") is None
    assert addresses.read(true.replace("bounce.example.org", "example.org")) is None
    assert BounceAddresses(SECRETS, "").address_for("wilhelmshaven", "m-1") == ""


def _sent(*attempts: Attempt) -> OutboundMessage:
    return OutboundMessage(
        id="m", tenant="w", version=2, kind="confirmed", contact="c", status="sent", at=NOW, attempts=list(attempts)
    )


def test_soft_returns_are_retried_with_growing_pauses_before_the_next_channel() -> None:
    attempts = [Attempt(NOW, "sent", "email")]
    soft = Returned("soft", "full", "5.2.2")
    for pause in SOFT_RETRY_PAUSES:
        change = return_change(_sent(*attempts), soft, NOW)
        assert change is not None
        assert change.set["due_at"] == NOW + pause
        assert "failed" not in change.set
        attempts += [Attempt(NOW, "returned", "email"), Attempt(NOW, "sent", "email")]
    change = return_change(_sent(*attempts), soft, NOW)
    assert change is not None
    assert change.set["failed"] == ["email"]
    assert timedelta() < SOFT_RETRY_PAUSES[0] < SOFT_RETRY_PAUSES[-1]


def test_a_repeated_or_late_return_changes_nothing() -> None:
    hard = Returned("hard", "no-mailbox", "5.1.1")
    assert return_change(_sent(Attempt(NOW, "sent", "email"), Attempt(NOW, "returned", "email")), hard, NOW) is None
    assert return_change(_sent(Attempt(NOW, "sent", "email"), Attempt(NOW, "reached", "call")), hard, NOW) is None
    assert return_change(_sent(), hard, NOW) is None


def test_a_complaint_is_told_from_other_feedback() -> None:
    assert read_return(COMPLAINT) == Complaint()
    assert read_return(COMPLAINT.replace(b"Feedback-Type: abuse", b"Feedback-Type: auth-failure")) == Unclear()
