"""Calendar files say things in the form that programs read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from chassis.text.calendars import Entry, Method, calendar, calendar_for

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def test_how_often_to_look_again_is_a_duration() -> None:
    feed = calendar([], datetime(2026, 11, 1, tzinfo=UTC), name="Wilhelmshaven").decode()
    assert "X-PUBLISHED-TTL:PT1H\r\n" in feed
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in feed


moments = st.integers(0, 10**7).map(lambda seconds: NOW + timedelta(seconds=seconds))


@given(st.integers(0, 10**6), moments, st.integers(1, 10**5), st.none() | moments, st.booleans())
def test_programs_read_which_entry_it_is_and_how_new(
    sequence: int, starts_at: datetime, minutes: int, changed_at: datetime | None, cancelled: bool
) -> None:
    """What Outlook, Google and Apple go by (RFC 5546): the same UID, a higher SEQUENCE, and STATUS for what was called off."""
    ends_at = starts_at + timedelta(minutes=minutes)
    entry = Entry(
        "g1", sequence, starts_at, ends_at, "Dialog; ein Abend, zwei", cancelled=cancelled, changed_at=changed_at
    )
    (event,) = Calendar.from_ical(calendar([entry], NOW)).walk("VEVENT")
    assert (event["UID"], event["SEQUENCE"]) == ("g1@weltoffene-kommune", sequence)
    assert event["STATUS"] == ("CANCELLED" if cancelled else "CONFIRMED")
    assert (event["DTSTART"].dt, event["DTEND"].dt, event["DTSTAMP"].dt) == (starts_at, ends_at, NOW)
    assert (event["LAST-MODIFIED"].dt if "LAST-MODIFIED" in event else None) == changed_at


def test_a_cancellation_is_said_by_the_method_as_well() -> None:
    entry = Entry("g1", 3, NOW, NOW + timedelta(hours=2), "Dialog", changed_at=NOW)
    methods: tuple[Method, ...] = ("PUBLISH", "REQUEST", "CANCEL")
    for method in methods:
        found = Calendar.from_ical(calendar([entry], NOW, method))
        assert found["METHOD"] == method
        assert found.walk("VEVENT")[0]["STATUS"] == ("CANCELLED" if method == "CANCEL" else "CONFIRMED")


@given(st.integers(1, 120), st.sampled_from("aü"))
def test_an_entry_for_one_person_reads_as_one_made_whole_however_long_their_address_is(length: int, sign: str) -> None:
    entry = Entry("g", 1, NOW, NOW + timedelta(hours=2), "Dialog")
    attendee = sign * length + "@example.org"
    made = calendar_for(entry, NOW, "REQUEST", "post@stadt.example", attendee)
    whole = calendar([entry], NOW, "REQUEST", organizer="post@stadt.example", attendee=attendee)
    assert Calendar.from_ical(made) == Calendar.from_ical(whole)
    assert max(len(line) for line in made.split(b"\r\n")) <= 75
