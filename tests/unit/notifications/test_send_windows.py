"""Send windows: days and hours at which messages that may wait are sent, also when clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.notifications.domain.delivery import Send, Settle, Situation, Wait, decide
from services.notifications.domain.facts import Contact, Gathering, Group
from services.notifications.domain.german_time import BERLIN
from services.notifications.domain.messages import content_of
from services.notifications.domain.quiet_hours import QuietHours
from services.notifications.domain.send_windows import SendWindow

WORKDAYS = SendWindow(frozenset(range(1, 6)), QuietHours(time(20), time(8)))
AUTUMN, SPRING = datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2027, 3, 28, 1, tzinfo=UTC)
"""The moments, both on a Sunday, at which German clocks are put back and forward."""
moments = st.builds(
    lambda change, minutes: change + timedelta(minutes=minutes),
    st.sampled_from([AUTUMN, SPRING]),
    st.integers(-4000, 4000),
)
times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
windows = st.builds(
    SendWindow, st.frozensets(st.integers(1, 7), min_size=1), st.one_of(st.none(), st.builds(QuietHours, times, times))
)


def berlin(day: int, hour: int, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=BERLIN).astimezone(UTC)


@given(windows, moments)
@example(SendWindow(frozenset({7}), QuietHours(time(3), time(2))), SPRING)
@example(SendWindow(frozenset({7}), QuietHours(time(2, 30), time(2))), AUTUMN)
@example(SendWindow(frozenset({1}), QuietHours(time(0, 1), time(0))), AUTUMN)
def test_a_window_opens_within_a_fortnight_and_is_open_then(window: SendWindow, now: datetime) -> None:
    """Where its only opening is the hour that does not exist in a spring night, it opens a week later."""
    opens = window.opens_at(now)
    if opens is None:
        assert now.astimezone(BERLIN).isoweekday() in window.days
        assert window.quiet is None or window.quiet.end(now) is None
    else:
        assert now < opens <= now + timedelta(days=15)
        assert window.opens_at(opens) is None
        between = (now + (opens - now) * part / 7 for part in range(7))
        assert all(window.opens_at(moment) == opens for moment in between), "not open in between"


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (berlin(13, 12), None),
        (berlin(13, 21), berlin(16, 8)),
        (berlin(14, 12), berlin(16, 8)),
        (berlin(16, 7), berlin(16, 8)),
        (berlin(25, 12, 10), berlin(26, 8, 10)),
        (berlin(28, 12, 3, 2027), berlin(29, 8, 3, 2027)),
    ],
    ids=["friday noon", "friday night", "saturday", "monday morning", "sunday in autumn", "sunday in spring"],
)
def test_a_window_closed_over_a_weekend_opens_on_the_next_workday_after_the_quiet_hours(
    now: datetime, opens: datetime | None
) -> None:
    assert WORKDAYS.opens_at(now) == opens


PHONE = Contact(id="c", phone="0151", phone_e164="+4915123456789")
SATURDAY = berlin(14, 12)


def _owed(kind: str, at: datetime = SATURDAY, starts: timedelta = timedelta(days=9), **more: object) -> Situation:
    begins = at + starts
    facts: dict[str, object] = {
        "contact": PHONE,
        "takes_text": True,
        "group": Group(status="offered" if kind == "offered" else "confirmed"),
        "windows": {"sms": WORKDAYS, "call": WORKDAYS, "email": WORKDAYS},
        **more,
    }
    return Situation(
        tenant="w", content=content_of(kind, {}), at=at, failed=(), waits_by_hand=False, gathering_expected=True,
        gathering=Gathering(id="g", starts_at=begins, ends_at=begins + timedelta(hours=2)), **facts,  # type: ignore[arg-type]
    )  # fmt: skip


def test_on_a_closed_day_only_messages_that_may_wait_are_held_back() -> None:
    monday = berlin(16, 8)
    assert decide(_owed("support-granted"), SATURDAY) == Wait(monday)
    assert decide(_owed("registered"), SATURDAY) == Send("sms"), "a confirmation"
    assert decide(_owed("offered"), SATURDAY) == Send("sms")
    assert decide(_owed("gathering-cancelled"), SATURDAY) == Send("sms")
    assert decide(_owed("support-granted", starts=timedelta(hours=23)), SATURDAY) == Send("sms"), "within a day"
    by_mail = Contact(id="c", email="olena@example.org")
    assert decide(_owed("support-granted", contact=by_mail), SATURDAY) == Send("email"), "what people need, by mail"
    assert decide(_owed("gathering-reminder", contact=by_mail), SATURDAY) == Wait(monday), "nothing depends on the hour"
    near = _owed("gathering-reminder", contact=by_mail, starts=timedelta(hours=23))
    assert decide(near, SATURDAY) == Send("email")


def test_on_a_closed_day_people_are_called_only_about_urgent_messages() -> None:
    assert decide(_owed("support-granted", takes_text=False), SATURDAY) == Settle("to_call", "call", berlin(16, 8))
    assert decide(_owed("offered", takes_text=False), SATURDAY) == Settle("to_call", "call")


def test_messages_do_not_expire_while_their_channel_is_closed() -> None:
    mondays = {"sms": SendWindow(frozenset({1}), QuietHours(time(20), time(8)))}
    owed = _owed("support-granted", at=berlin(10, 12), windows=mondays)
    assert decide(owed, berlin(10, 12)) == Wait(berlin(16, 8))
    assert decide(owed, berlin(16, 8)) == Send("sms")
    assert decide(owed, berlin(19, 12)) == Settle("expired"), "it was open, and is too late now"
