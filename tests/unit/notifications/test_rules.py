"""The rules of notifications, each by itself: decisions on due messages, times of reminders, confirmed recipients."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.notifications.domain.addresses import NoAddress, address
from services.notifications.domain.delivery import Send, Settle, Situation, Wait, decide
from services.notifications.domain.facts import Contact, Gathering, Group
from services.notifications.domain.messages import CONTENTS, content_of
from services.notifications.domain.quiet_hours import QuietHours
from services.notifications.domain.reminders import half_of_offer, registered_too_late, reminder_at, reminder_schedule
from services.notifications.domain.send_windows import SendWindow
from services.notifications.domain.text_messages import parts
from services.notifications.domain.throttle import is_confirmed, may_be_stranger

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
SOON = Gathering(id="g", starts_at=NOW + timedelta(days=2), ends_at=NOW + timedelta(days=2, hours=2))
MAIL, PHONE, POST = Contact(email="o@example.org"), Contact(phone="04421 1"), Contact(post="Weg 1")
BERLIN = ZoneInfo("Europe/Berlin")


def situation(kind: str = "confirmed", told: Any = None, **more: Any) -> Situation:
    known: dict[str, Any] = {
        "tenant": "w",
        "content": content_of(kind, told),
        "at": NOW,
        "failed": (),
        "waits_by_hand": False,
        "contact": MAIL,
        "gathering_expected": True,
        "gathering": SOON,
        "group": Group(),
    }
    return Situation(**known | more)


@pytest.mark.parametrize(
    ("given", "becomes"),
    [
        (situation(), Send("email")),
        (situation(contact=Contact(erased=True)), Settle("suppressed")),
        (situation(group=Group(status="cancelled")), Settle("suppressed")),
        (situation(at=NOW - timedelta(days=3)), Settle("expired")),
        (situation(contact=None), Wait(NOW + timedelta(seconds=0.05))),
        (situation(gathering=None), Wait(NOW + timedelta(seconds=0.05))),
        (situation("staff-welcome", municipality_known=False), Wait(NOW + timedelta(seconds=0.05))),
        (situation(waits_by_hand=True), Wait(NOW + timedelta(minutes=15))),
        (situation(waits_by_hand=True, group=Group(status="lapsed")), Settle("suppressed")),
        (situation(contact=PHONE), Settle("to_call", "call")),
        (situation(contact=POST), Settle("to_post", "letter")),
        (situation(contact=Contact()), Settle("failed")),
        (situation(contact=Contact(), failed=("email",)), Settle("bounced")),
        (situation(contact=PHONE, takes_text=True), Send("sms")),
        (situation("respondent-reminder", gathering_expected=False, gathering=None, assessment_over=True), Settle("suppressed")),
        (situation("respondent-reminder", not_after=NOW), Settle("expired")),
        (situation("offer-half-over", not_before=NOW + timedelta(hours=1), group=Group(status="offered")), Wait(NOW + timedelta(hours=1))),
        (situation("gathering-reminder", contact=PHONE), Settle("suppressed")),
        (situation("gathering-reminder", contact=PHONE, calls_reminders=True), Settle("to_call", "call")),
        (situation("registered", contact=PHONE, group=Group(by_telephone=True)), Settle("suppressed")),
        (situation("cancelled", contact=PHONE, group=Group(status="cancelled"), cancelled_in_call=True), Settle("suppressed")),
    ],
)  # fmt: skip
def test_a_due_message_is_sent_put_off_handed_on_or_settled(given: Situation, becomes: Any) -> None:
    assert decide(given, NOW) == becomes


def test_a_reminder_is_never_sent_after_its_gathering_began() -> None:
    assert decide(situation("gathering-reminder"), SOON.starts_at) == Settle("expired")
    late = situation("gathering-reminder", at=SOON.starts_at - timedelta(hours=1))
    assert decide(late, SOON.starts_at - timedelta(seconds=1)) == Send("email")


def test_quiet_hours_hold_back_only_what_may_wait() -> None:
    night = datetime(2026, 11, 10, 23, tzinfo=BERLIN)
    far = Gathering(id="g", starts_at=night + timedelta(days=9), ends_at=night + timedelta(days=9))
    quiet = QuietHours(time(21), time(8))
    held = situation(
        "gathering-reminder",
        at=night,
        gathering=far,
        contact=PHONE,
        takes_text=True,
        windows={"sms": SendWindow(quiet=quiet)},
    )
    assert decide(held, night) == Wait(datetime(2026, 11, 11, 8, tzinfo=BERLIN))
    for kind in ("offered", "confirm-by-call"):
        status = {"offered": "offered"}.get(kind, "unconfirmed")
        now = situation(
            kind,
            at=night,
            gathering=far,
            contact=PHONE,
            takes_text=True,
            windows={"sms": SendWindow(quiet=quiet)},
            group=Group(status=status),
        )
        assert decide(now, night) == Send("sms")
    assert quiet.end(datetime(2026, 11, 10, 12, tzinfo=BERLIN)) is None
    assert QuietHours(time(12), time(14)).end(datetime(2026, 11, 10, 13, tzinfo=BERLIN)) == datetime(
        2026, 11, 10, 14, tzinfo=BERLIN
    )


def test_reminders_are_due_in_the_morning_in_germany_also_when_clocks_change() -> None:
    starts = datetime(2027, 3, 29, 18, tzinfo=BERLIN)  # clocks go forward on the 28th
    due = dict(reminder_schedule(starts, None, None))
    assert due == {7: datetime(2027, 3, 22, 9, tzinfo=BERLIN), 1: datetime(2027, 3, 28, 9, tzinfo=BERLIN)}
    assert [days for days, _ in reminder_schedule(starts, (2, 14, 2), (7,))] == [14, 2]
    assert reminder_schedule(starts, (), (7,)) == []
    assert reminder_at(datetime(2027, 3, 29, 7, 30, tzinfo=BERLIN), 1) == datetime(2027, 3, 28, 7, 30, tzinfo=BERLIN)


def test_who_registers_after_a_reminders_time_is_not_reminded_by_it() -> None:
    assert registered_too_late(NOW, NOW)
    assert not registered_too_late(NOW - timedelta(seconds=1), NOW)
    assert not registered_too_late(None, NOW)


def test_an_offer_is_reminded_of_at_half_of_its_time_unless_it_is_short() -> None:
    assert half_of_offer(NOW, NOW + timedelta(hours=24)) == NOW + timedelta(hours=12)
    assert half_of_offer(NOW, NOW + timedelta(hours=1)) is None


@pytest.mark.parametrize(
    ("written", "wire", "utf8"),
    [
        ("info@bücher.example", "info@xn--bcher-kva.example", False),
        ("info@BÜCHER.example", "info@xn--bcher-kva.example", False),
        ("jürgen@example.org", "jürgen@example.org", True),
        ("o@пример.рф", "o@xn--e1afmkfd.xn--p1ai", False),
        ("a" * 64 + "@example.org", "a" * 64 + "@example.org", False),
    ],
)
def test_addresses_are_converted_for_mail_servers(written: str, wire: str, utf8: bool) -> None:
    assert (address(written).wire, address(written).needs_smtputf8) == (wire, utf8)


@pytest.mark.parametrize(
    "wrong",
    ["", "o", "@x.de", "o@", "a" * 65 + "@x.de", "o@x..de\r\n", "a,b@x.de", "o@\u00ad\u200b", "ü" * 33 + "@x.de"],
)
def test_addresses_that_no_server_accepts_are_refused(wrong: str) -> None:
    with pytest.raises(NoAddress):
        address(wrong)


def test_recipients_may_be_strangers_until_they_confirm() -> None:
    fresh, sure, by_staff = Group(), Group(sure=True), Group(sure=True, vouched=True)
    content = content_of("confirm-address", {})
    assert [is_confirmed("email", MAIL, one) for one in (None, fresh, sure, by_staff)] == [False, False, True, False]
    by_phone, both = Contact(phone_e164="+4915123456789"), Contact(email="o@example.org", phone_e164="+4915123456789")
    assert is_confirmed("phone", by_phone, sure)
    assert not is_confirmed("phone", both, sure), "the number beside an address was never asked"
    assert [may_be_stranger("email", content, MAIL, one) for one in (fresh, sure, by_staff)] == [True, False, False]
    assert may_be_stranger("email", content_of("application-received", {}), MAIL, None)
    assert may_be_stranger("email", content_of("respondent-handed-on", {}), MAIL, None)
    assert not may_be_stranger("email", content_of("respondent-invited", {}), MAIL, None)


@pytest.mark.parametrize("address_kind", ["email", "phone"])
def test_only_an_answer_from_a_mailbox_or_telephone_confirms_it(address_kind: Any) -> None:
    content, both = content_of("confirmed", {}), Contact(email="o@example.org", phone="04421 1")
    other = {"email": "phone", "phone": "email"}[address_kind]
    for answered in ("", other):  # staff confirmed the seats, or the group did from elsewhere
        group = Group(sure=True, answered=answered)
        assert not is_confirmed(address_kind, both, group)
        assert may_be_stranger(address_kind, content, both, group)
    group = Group(sure=True, answered=address_kind)
    assert is_confirmed(address_kind, both, group)
    assert not may_be_stranger(address_kind, content, both, group)
    for vouched in (group, Group(sure=True, vouched=True)):  # and then messages went elsewhere, unasked
        moved = Contact(email="victim@example.org", phone="04421 2", answered={address_kind: False})
        assert not is_confirmed(address_kind, moved, vouched)
        assert may_be_stranger(address_kind, content, moved, vouched)
    answering = Contact(email="new@example.org", phone="04421 2", answered={address_kind: True})
    assert is_confirmed(address_kind, answering, Group(sure=True, vouched=True))


@pytest.mark.parametrize(
    ("text", "alphabet", "count"),
    [("a" * 160, "GSM-7", 1), ("a" * 161, "GSM-7", 2), ("a" * 306, "GSM-7", 2), ("a" * 307, "GSM-7", 3), ("€" * 80, "GSM-7", 1),
     ("€" * 81, "GSM-7", 2), ("ß" * 160, "GSM-7", 1), ("ş" * 70, "UCS-2", 1), ("ş" * 71, "UCS-2", 2), ("ж" * 134, "UCS-2", 2), ("ж" * 135, "UCS-2", 3),
     ("🎉" * 35, "UCS-2", 1), ("🎉" * 66, "UCS-2", 2), ("🎉" * 67, "UCS-2", 3)],
)  # fmt: skip
def test_a_text_takes_as_many_parts_as_its_alphabet_needs(text: str, alphabet: str, count: int) -> None:
    """The last one: 67 units hold 33 emoji, since none is cut in two."""
    found = parts(text)
    assert (found.alphabet, found.parts) == (alphabet, count)


def test_every_kind_reads_its_stored_content() -> None:
    for kind in CONTENTS:
        assert content_of(kind, {}).kind == kind
        assert content_of(kind, None) == content_of(kind, {"of an older release": 1})
