"""A change is announced with its values before and now, in every language; calendar entries follow it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import msgspec
import pytest
from icalendar import Calendar

from chassis.messaging.projection import InsertIfAbsent
from chassis.text.languages import LANGUAGES, format_period
from contracts import registration as r
from contracts.envelope import Envelope
from services.notifications.domain.changes import Changes, merge_changes
from services.notifications.event_handlers import HANDLERS
from services.notifications.gatherings.event_handlers import changes_of
from tests.support.message_samples import compose_mail

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
BEFORE = r.Gathering(
    gathering_id="g",
    title={"de": "Dialog"},
    description={"de": "Wir reden."},
    kind="dialogue",
    starts_at=NOW + timedelta(days=3),
    ends_at=NOW + timedelta(days=3, hours=2),
    mode="onsite",
    place="Rathaus",
    capacity=20,
    party_max=2,
    allocation="first_come",
    offer_hours=24,
    confirm_minutes=60,
)
ROW: dict[str, Any] = {
    "title": BEFORE.title,
    "starts_at": BEFORE.starts_at,
    "ends_at": BEFORE.ends_at,
    "place": "Rathaus",
    "revision": 4,
}


def _event(*changed: str, **to: Any) -> r.GatheringChanged:
    return r.GatheringChanged(gathering=BEFORE.model_copy(update=to), changed=changed or tuple(to), before=BEFORE)


def _stored(event: r.GatheringChanged) -> Any:
    return msgspec.to_builtins(changes_of(event), builtin_types=(datetime,))


def _mail(kind: str, language: str, status: str = "confirmed", told: Any = None, **row: Any) -> Any:
    intent = {"_id": "m", "tenant": "w", "kind": kind, "contact": "r1", "gathering": "g", "told": told or {}}
    contact = {"name": "Olena", "language": language, "email": "o@example.org", "codes": {"manage": "c0de"}}
    participant = {"status": status, "entry": status == "confirmed"} | row
    mail = compose_mail(intent, contact, ROW, participant, "https://k.example", "Kommune <n@k.example>", NOW)
    return message_from_bytes(mail.content, policy=policy.default)


def _calendar(mail: Any) -> tuple[str, Any] | None:
    for part in mail.walk():
        if part.get_content_type() == "text/calendar":
            found = Calendar.from_ical(part.get_payload(decode=True))
            assert part.get_param("method") == found["METHOD"]
            return str(found["METHOD"]), found.walk("VEVENT")[0]
    return None


@pytest.mark.parametrize("language", LANGUAGES)
def test_old_and_new_stand_in_the_mail_in_every_language(language: str) -> None:
    later = BEFORE.starts_at + timedelta(days=1), BEFORE.ends_at + timedelta(days=1)
    event = _event(starts_at=later[0], ends_at=later[1], place="Bürgerhaus", mode="hybrid", has_join_url=True)
    mail = _mail("gathering-changed", language, told={"changes": _stored(event)})
    assert mail["Content-Language"] == ("de" if language == "de-simple" else language)
    for part in ("plain", "html"):
        text = mail.get_body((part,)).get_content()
        told = [
            format_period(BEFORE.starts_at, BEFORE.ends_at, language),
            format_period(*later, language),
            "Rathaus",
            "Bürgerhaus",
        ]
        places = [text.index(one) for one in told]
        assert places == sorted(places)
        assert "https://k.example/registration/w/my/r1/c0de/join" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reason_of_a_cancellation_is_told(language: str) -> None:
    reason = {"de": "Die Halle ist gesperrt.", language: f"Because ({language})"}
    mail = _mail("gathering-cancelled", language, told={"reason": reason})
    assert f"Because ({language})" in mail.get_body(("plain",)).get_content()
    assert str(mail["Content-Language"]) == ("de" if language == "de-simple" else language)


def test_groups_without_a_seat_are_not_sent_the_meeting_link() -> None:
    told = {"changes": _stored(_event("mode", "place", mode="online", place=None, has_join_url=True))}
    assert "/join" not in _mail("gathering-changed", "en", "waiting", told).get_body(("plain",)).get_content()
    assert "online" in _mail("gathering-changed", "en", "waiting", told).get_body(("plain",)).get_content()


def test_a_new_meeting_link_concerns_only_groups_with_a_seat() -> None:
    online = BEFORE.model_copy(update={"mode": "online", "has_join_url": True})
    found = changes_of(r.GatheringChanged(gathering=online, changed=("join_url",), before=online))
    assert found == Changes(way_in="new")
    assert found.concern_group("confirmed")
    assert not found.concern_group("waiting")


@pytest.mark.parametrize(
    "field", [{"capacity": 30}, {"description": {"de": "Anders gesagt."}}, {"title": {"de": "Dialog!"}}]
)
def test_an_unimportant_change_is_announced_to_nobody(field: dict[str, Any]) -> None:
    event = _event(**field)
    envelope = Envelope("e1", event.event_type, "registration", "2026-11-01T12:00:00Z", "g", "w", 1, None)
    assert not [write for write in HANDLERS[event.event_type](envelope, event) if isinstance(write, InsertIfAbsent)]


def test_calendars_enter_change_and_remove_the_entry() -> None:
    told = {"changes": _stored(_event(starts_at=BEFORE.starts_at + timedelta(minutes=5)))}
    entered, changed, removed = (
        _calendar(_mail(*args))
        for args in (("confirmed", "de"), ("gathering-changed", "de", "confirmed", told), ("gathering-cancelled", "de"))
    )
    assert entered
    assert changed
    assert removed
    assert [one[0] for one in (entered, changed, removed)] == ["REQUEST", "REQUEST", "CANCEL"]
    assert {str(one[1]["UID"]) for one in (entered, changed, removed)} == {"g@weltoffene-kommune"}
    assert [str(one[1]["STATUS"]) for one in (entered, changed, removed)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert {int(one[1]["SEQUENCE"]) for one in (entered, changed, removed)} == {4}
    assert str(changed[1]["ATTENDEE"]) == "mailto:o@example.org"


def test_a_waiting_group_gets_no_calendar_entry_and_none_removed() -> None:
    for kind in ("gathering-changed", "gathering-cancelled", "cancelled", "waiting"):
        assert _calendar(_mail(kind, "de", "waiting")) is None
    assert _calendar(_mail("cancelled", "de", "cancelled", entry=True)) is not None


def test_merged_changes_lead_from_the_first_before_to_the_last_after() -> None:
    first = changes_of(_event(place="Bürgerhaus", mode="hybrid", has_join_url=True))
    second = Changes(where=("Bürgerhaus", "Stadthalle"), way_in="new")
    assert merge_changes(first, second) == Changes(
        where=("Rathaus", "Stadthalle"), how=("onsite", "hybrid"), way_in="first"
    )
    back = Changes(where=("Bürgerhaus", "Rathaus"), how=("hybrid", "onsite"))
    assert merge_changes(first, back) == Changes()
    assert not Changes().concern_group("confirmed")


WEEK = timedelta(days=7)
EVENINGS = tuple(
    r.Meeting(id=f"e{week}", starts_at=BEFORE.starts_at + week * WEEK, ends_at=BEFORE.ends_at + week * WEEK)
    for week in range(3)
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_meeting_called_off_moved_or_added_is_announced_in_every_language(language: str) -> None:
    course = BEFORE.model_copy(update={"meetings": EVENINGS, "ends_at": EVENINGS[-1].ends_at})
    moved = EVENINGS[1].model_copy(update={"place": "Aula"})
    new = r.Meeting(id="e3", starts_at=BEFORE.starts_at + 3 * WEEK, ends_at=BEFORE.ends_at + 3 * WEEK)
    off = EVENINGS[2].model_copy(update={"cancelled": True})
    now = course.model_copy(update={"meetings": (EVENINGS[0], moved, off, new), "ends_at": new.ends_at})
    event = r.GatheringChanged(gathering=now, changed=("ends_at", "meetings"), before=course)
    assert [one.id for one in changes_of(event).meetings] == ["e1", "e2", "e3"]
    assert changes_of(event).when is None
    assert changes_of(event).concern_group("arrived")
    text = _mail("gathering-changed", language, told={"changes": _stored(event)}).get_body(("plain",)).get_content()
    told = [
        "Aula",
        format_period(off.starts_at, off.ends_at, language),
        format_period(new.starts_at, new.ends_at, language),
    ]
    assert [text.index(one) for one in told] == sorted(text.index(one) for one in told)
    again = r.GatheringChanged(gathering=course, changed=("ends_at", "meetings"), before=now)
    assert not [one for one in merge_changes(changes_of(event), changes_of(again)).meetings if one.id != "e3"]


def test_a_course_is_a_file_with_an_entry_for_each_evening(monkeypatch: pytest.MonkeyPatch) -> None:
    meetings = [one.model_dump() for one in EVENINGS]
    meetings[1]["cancelled"] = True
    monkeypatch.setitem(ROW, "meetings", meetings)
    mail = _mail("confirmed", "de")
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    found = Calendar.from_ical(part.get_payload(decode=True))
    assert found["METHOD"] == "PUBLISH"
    entries = [(str(one["UID"]), str(one["STATUS"])) for one in found.walk("VEVENT")]
    assert entries == [
        ("g-e0@weltoffene-kommune", "CONFIRMED"),
        ("g-e1@weltoffene-kommune", "CANCELLED"),
        ("g-e2@weltoffene-kommune", "CONFIRMED"),
    ]
    text = mail.get_body(("plain",)).get_content()
    assert "Alle Termine:" in text
    assert format_period(EVENINGS[2].starts_at, EVENINGS[2].ends_at, "de") in text
