"""Digests come at the time that was chosen, also when clocks change, and what is urgent never waits."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.digests import KINDS, Rhythm, effective_choice
from services.notifications.domain.german_time import BERLIN
from services.notifications.domain.messages import CONTENTS

moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
rhythms = st.builds(
    Rhythm, st.times().map(lambda at: at.replace(microsecond=0, tzinfo=None)), st.sets(st.integers(1, 7), min_size=1)
)


@given(moments, rhythms)
def test_the_next_digest_is_the_first_slot_on_a_chosen_day(now: datetime, rhythm: Rhythm) -> None:
    slot = rhythm.next(now)
    assert now < slot <= now + timedelta(days=8)
    assert slot.astimezone(BERLIN).isoweekday() in rhythm.days
    assert rhythm.next(slot) > slot
    assert rhythm.next(slot - timedelta(seconds=1)) == slot


def test_a_time_skipped_by_the_clock_change_comes_once() -> None:
    rhythm = Rhythm(time(2, 30), {7})
    slot = rhythm.next(datetime(2027, 3, 27, 12, tzinfo=UTC))
    assert slot == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert rhythm.next(slot) == datetime(2027, 4, 4, 0, 30, tzinfo=UTC)


def test_urgent_messages_never_wait_and_unwanted_ones_are_not_sent() -> None:
    rhythm = Rhythm(time(7), {1})
    for kind in KINDS:
        content = CONTENTS[kind]
        assert effective_choice(content, {}, None) == "at_once"
        assert effective_choice(content, {}, rhythm) == ("at_once" if content.urgent else "together")
        assert effective_choice(content, {kind: "never"}, rhythm) == "never"
        assert effective_choice(content, {kind: "together"}, None) == "at_once"
