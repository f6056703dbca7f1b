"""No message goes out after its expiry, whatever the clock does: it jumps, changes with daylight saving, or the worker slept a weekend."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from services.notifications.domain.delivery import GIVE_UP, Send, Settle, Situation, Wait, decide
from services.notifications.domain.facts import Contact, Gathering
from services.notifications.domain.german_time import BERLIN
from services.notifications.domain.messages import CONTENTS, content_of
from services.notifications.domain.quiet_hours import QuietHours
from services.notifications.domain.send_windows import SendWindow

AUTUMN, SPRING = datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2027, 3, 28, 1, tzinfo=UTC)
"""The moments at which German clocks are put back and forward."""
around = st.one_of(
    st.builds(
        lambda change, minutes: change + timedelta(minutes=minutes),
        st.sampled_from([AUTUMN, SPRING]),
        st.integers(-180, 180),
    ),
    st.datetimes(datetime(2026, 9, 1), datetime(2027, 6, 1)).map(lambda one: one.replace(tzinfo=UTC, microsecond=0)),
)
spans = st.timedeltas(timedelta(0), timedelta(days=10))
times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
hours = st.one_of(st.none(), st.builds(QuietHours, times, times))
any_days = st.frozensets(st.integers(1, 7), min_size=1)
EVERY_DAY = frozenset(range(1, 8))
contact = Contact(id="c", email="olena@example.org", phone="04421 1", post="Weg 1", new_email="new@example.org")


def _kinds() -> list[str]:
    """Kinds whose facts all have defaults: what they say does not matter here."""
    found = []
    for kind in sorted(CONTENTS):
        try:
            content_of(kind, {})
        except Exception:  # noqa: BLE001 - msgspec says which facts are missing
            continue
        found.append(kind)
    return found


@given(
    st.sampled_from(_kinds()),
    around,
    spans,
    spans,
    spans,
    hours,
    any_days,
    st.lists(st.timedeltas(-timedelta(days=3), timedelta(days=5)), max_size=8),
)
@example(
    "confirmed",
    AUTUMN - timedelta(minutes=30),
    timedelta(0),
    timedelta(hours=1),
    timedelta(days=5),
    QuietHours(time(2, 30), time(2, 30)),
    EVERY_DAY,
    [timedelta(hours=1)],
)
@example(
    "gathering-reminder",
    SPRING,
    timedelta(0),
    timedelta(hours=2),
    timedelta(days=2),
    QuietHours(time(22), time(2, 30)),
    EVERY_DAY,
    [timedelta(hours=2)] * 3,
)
def test_nothing_goes_out_after_its_expiry_or_its_gathering(
    kind: str,
    at: datetime,
    wait: timedelta,
    lasts: timedelta,
    begins: timedelta,
    quiet: QuietHours | None,
    days: frozenset[int],
    jumps: list[timedelta],
) -> None:
    """The worker looks when it is told to, or at any other moment to which the clock jumped, forward or back."""
    starts_at = at + begins
    gathering = Gathering(id="g", starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))
    window = SendWindow(days, quiet)
    situation = Situation(
        tenant="w", content=content_of(kind, {}), at=at, failed=(), waits_by_hand=False, contact=contact, gathering_expected=True,
        gathering=gathering, not_before=at + wait, not_after=at + wait + lasts, windows={"email": window, "sms": window, "call": window},
    )  # fmt: skip
    assert situation.not_before is not None
    assert situation.not_after is not None
    now = at
    for jump in [timedelta(0), *jumps]:
        now += jump
        decision = decide(situation, now)
        if isinstance(decision, Send):
            assert situation.not_before <= now < situation.not_after
            assert now <= gathering.ends_at or situation.content.after_the_end
            given_up = situation.not_before + GIVE_UP
            assert now <= (window.opens_at(given_up) or given_up - GIVE_UP) + GIVE_UP
            if kind == "gathering-reminder":
                assert now < starts_at
        elif isinstance(decision, Wait):
            assert decision.until > now  # it does not look again and again
            now = decision.until
    assert decide(situation, max(now, situation.not_after)) == Settle("expired") or decide(
        situation, max(now, situation.not_after)
    ) == Settle("suppressed")


@given(hours.filter(bool), around)
@example(QuietHours(time(2), time(2, 1)), AUTUMN)
@example(QuietHours(time(22), time(2, 30)), AUTUMN + timedelta(minutes=10))
@example(QuietHours(time(22), time(2, 30)), SPRING - timedelta(minutes=10))
def test_quiet_hours_end_and_are_over_then(quiet: QuietHours, now: datetime) -> None:
    """Also at 02:30 of the night in which that time comes twice, or never."""
    end = quiet.end(now)
    if end is not None:
        assert now < end <= now + timedelta(hours=26)
        assert end.astimezone(BERLIN).utcoffset() is not None


def test_a_worker_that_slept_a_weekend_sends_nothing_late() -> None:
    friday = datetime(2026, 10, 23, 16, tzinfo=UTC)  # and the clocks change in that night
    reminder = Situation(
        tenant="w", content=content_of("gathering-reminder", {}), at=friday, failed=(), waits_by_hand=False, contact=contact,
        gathering_expected=True, gathering=Gathering(id="g", starts_at=friday + timedelta(days=1), ends_at=friday + timedelta(days=1, hours=2)),
        not_before=friday, not_after=friday + timedelta(hours=12),
    )  # fmt: skip
    assert decide(reminder, friday + timedelta(days=2, hours=15)) == Settle("expired")
