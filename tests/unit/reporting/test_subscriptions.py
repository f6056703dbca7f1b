"""Handlers: pure functions from events to rows."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson
import pytest

from chassis.messaging.projection import Upsert
from contracts import registration as r
from contracts import selfcheck as s
from contracts.envelope import Envelope, Event
from services.reporting.event_handlers import HANDLERS

TIME = "2026-11-01T10:00:00.000Z"
AT = datetime(2026, 11, 1, 10, tzinfo=UTC)


def put(event: Event) -> Upsert:
    envelope = Envelope("e1", event.event_type, "registration", TIME, "g1", "wilhelmshaven", 3, b"{}")
    [write] = HANDLERS[event.event_type](envelope, event)
    assert isinstance(write, Upsert)
    return write


def test_a_registered_group_becomes_a_row() -> None:
    event = r.ParticipantRegistered(
        gathering_id="g1",
        registration_id="p1",
        status="confirmed",
        size=2,
        language="uk",
        channel="web",
        support=("interpreter.uk",),
    )
    assert put(event) == Upsert(
        "participants",
        "p1",
        {
            "gathering": "g1",
            "status": "confirmed",
            "size": 2,
            "language": "uk",
            "support": ["interpreter.uk"],
            "channel": "web",
            "at": AT,
        },
        new=True,
    )


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (r.ParticipantConfirmed(gathering_id="g", registration_id="p", by="address"), "confirmed"),
        (r.ParticipantWaiting(gathering_id="g", registration_id="p", position=1), "waiting"),
        (r.ParticipantOffered(gathering_id="g", registration_id="p", offer_expires_at=AT), "offered"),
        (r.ParticipantLapsed(gathering_id="g", registration_id="p", was="offered"), "lapsed"),
        (r.ParticipantCancelled(gathering_id="g", registration_id="p", by="holder"), "cancelled"),
        (r.ParticipantArrived(gathering_id="g", registration_id="p"), "arrived"),
    ],
)
def test_what_happens_to_a_group_changes_only_its_status(event: Event, status: str) -> None:
    assert put(event) == Upsert("participants", "p", {"status": status, "at": AT})


def test_a_changed_registration_keeps_its_status() -> None:
    event = r.ParticipantChanged(gathering_id="g", registration_id="p", size=3, language="ar")
    assert put(event).fields == {"size": 3, "language": "ar", "support": [], "at": AT}


def test_a_result_is_kept_whole_whatever_its_ids_hold() -> None:
    result = {"questions": {"a.b:$c": {"score": 50.0}}}
    row = put(s.AssessmentClosed(assessment_id="a1", result=result))
    assert row.fields["status"] == "closed"
    assert orjson.loads(row.fields["result"]) == result


def test_versions_of_a_questionnaire_are_rows_of_their_own() -> None:
    field = s.Titled(id="f1", title={"de": "Bildung"})
    published = {
        "questionnaire_id": "q",
        "title": {"de": "Q"},
        "content_hash": "0",
        "fields": (field,),
        "questions": (),
    }
    first, second = (put(s.QuestionnairePublished(version=version, **published)) for version in "12")
    assert (first.id, second.id) == ("q:1", "q:2")
    assert first.fields["fields"] == [{"id": "f1", "title": {"de": "Bildung"}}]


def test_names_in_further_languages_leave_the_rest_of_a_version_as_it_is() -> None:
    """The version that was published last is found by `at`."""
    field = s.Titled(id="f1", title={"de": "Bildung", "fa": "آموزش"})
    write = put(s.QuestionnaireTranslated(questionnaire_id="q", version="1", title={"de": "Q"}, fields=(field,)))
    named = [{"id": "f1", "title": {"de": "Bildung", "fa": "آموزش"}}]
    assert write == Upsert("questionnaires", "q:1", {"title": {"de": "Q"}, "fields": named})


def test_nothing_is_taken_from_the_topic_of_contacts() -> None:
    assert not [name for name in HANDLERS if name.startswith("contacts.")]
