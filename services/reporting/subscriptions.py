"""Events become rows, one per gathering, group of participants, questionnaire version and assessment.

Every row keeps `at`, the time of the last event that formed it: the `as_of` of what is summed over it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import orjson

from chassis.messaging.projection import Handler, Replace, Upsert, Write
from chassis.storage.erasure_receipts import asked
from chassis.storage.mongo import Document
from contracts import registration as r
from contracts import selfcheck as s
from contracts.envelope import Envelope


def _gathering(envelope: Envelope, event: r.GatheringPublished | r.GatheringChanged) -> Iterable[Write]:
    g = event.gathering
    fields: Document = {
        "title": g.title,
        "kind": g.kind,
        "starts_at": g.starts_at,
        "capacity": g.capacity,
        "support": [{"id": one.id, "label": one.label, "capacity": one.capacity} for one in g.support],
    }
    if isinstance(event, r.GatheringPublished):
        fields["status"] = "published"
    yield Upsert("gatherings", g.gathering_id, {**fields, "at": envelope.occurred_at})


def _gathering_cancelled(envelope: Envelope, event: r.GatheringCancelled) -> Iterable[Write]:
    yield Upsert("gatherings", event.gathering_id, {"status": "cancelled", "at": envelope.occurred_at})


def _attended(envelope: Envelope, event: r.GatheringAttended) -> Iterable[Write]:
    attended = {
        "groups": event.groups,
        "people": event.people,
        "missed_groups": len(event.missed),
        "missed_people": event.missed_people,
    }
    yield Upsert("gatherings", event.gathering_id, {"attended": attended, "at": envelope.occurred_at})


def _registered(envelope: Envelope, event: r.ParticipantRegistered) -> Iterable[Write]:
    yield Upsert(
        "participants",
        event.registration_id,
        {
            "gathering": event.gathering_id,
            "status": event.status,
            "size": event.size,
            "language": event.language,
            "support": list(event.support),
            "channel": event.channel,
            "at": envelope.occurred_at,
        },
    )


def _changed(envelope: Envelope, event: r.ParticipantChanged) -> Iterable[Write]:
    fields = {"size": event.size, "language": event.language, "support": list(event.support)}
    yield Upsert("participants", event.registration_id, {**fields, "at": envelope.occurred_at})


def _becomes(status: r.SeatStatus) -> Handler:
    def handle(envelope: Envelope, event: Any) -> Iterable[Write]:
        yield Upsert("participants", event.registration_id, {"status": status, "at": envelope.occurred_at})

    return handle


def _questionnaire(envelope: Envelope, event: s.QuestionnairePublished) -> Iterable[Write]:
    fields = [{"id": field.id, "title": field.title} for field in event.fields]
    questions = [
        {"id": one.id, "field": one.field, "title": one.title, "weight": one.weight or 1.0, "continues": one.continues}
        for one in event.questions
    ]
    yield Upsert(
        "questionnaires",
        f"{event.questionnaire_id}:{event.version}",
        {
            "title": event.title,
            "fields": fields,
            "questions": questions,
            "rules": event.rules,
            "follows": f"{event.questionnaire_id}:{event.follows}" if event.follows else None,
            "at": envelope.occurred_at,
        },
    )


def _created(envelope: Envelope, event: s.AssessmentCreated) -> Iterable[Write]:
    yield Upsert(
        "assessments",
        event.assessment_id,
        {
            "title": event.title,
            "questionnaire": f"{event.questionnaire_id}:{event.version}",
            "status": "open",
            "perspectives": [{"id": one.id, "title": one.title} for one in event.perspectives],
            "minimum_group": event.minimum_group,
            "repeats": event.repeats,
            "at": envelope.occurred_at,
        },
    )


def _revealed(envelope: Envelope, event: s.AssessmentRevealed) -> Iterable[Write]:
    yield Upsert("assessments", event.assessment_id, {"status": "revealed", "at": envelope.occurred_at})


def _closed(envelope: Envelope, event: s.AssessmentClosed) -> Iterable[Write]:
    # As text: its keys are ids of questions, which may hold what MongoDB reads as a path.
    yield Upsert(
        "assessments",
        event.assessment_id,
        {
            "status": "closed",
            "result": orjson.dumps(event.result).decode(),
            "closed_at": envelope.occurred_at,
            "at": envelope.occurred_at,
        },
    )


def _deleted(envelope: Envelope, event: s.AssessmentDeleted) -> Iterable[Write]:
    # The row stays, without what it held, so that an event that comes late finds it further on.
    yield Replace("assessments", event.assessment_id, {"status": "deleted", "at": envelope.occurred_at})


def _measure(envelope: Envelope, event: s.MeasureAgreed) -> Iterable[Write]:
    yield Upsert(
        "measures",
        event.measure_id,
        {
            "assessment": event.assessment_id,
            "field": event.field,
            "title": event.title,
            "status": event.status,
            "due": event.due.isoformat() if event.due else None,
            "carried_from": event.carried_from,
            "at": envelope.occurred_at,
        },
    )


def _measure_deleted(envelope: Envelope, event: s.MeasureDeleted) -> Iterable[Write]:
    yield Replace(
        "measures",
        event.measure_id,
        {"assessment": event.assessment_id, "status": "deleted", "at": envelope.occurred_at},
    )


def _erased(envelope: Envelope, event: r.PersonErased) -> Iterable[Write]:
    yield asked(envelope, event.person_id, [event.person_id])


def _many_erased(envelope: Envelope, event: r.PeopleErased) -> Iterable[Write]:
    yield asked(envelope, event.erasure_id, event.person_ids)


HANDLERS: dict[str, Callable[[Envelope, Any], Iterable[Write]]] = {
    r.PersonErased.event_type: _erased,
    r.PeopleErased.event_type: _many_erased,
    r.GatheringPublished.event_type: _gathering,
    r.GatheringChanged.event_type: _gathering,
    r.GatheringCancelled.event_type: _gathering_cancelled,
    r.ParticipantRegistered.event_type: _registered,
    r.ParticipantChanged.event_type: _changed,
    r.ParticipantConfirmed.event_type: _becomes("confirmed"),
    r.ParticipantWaiting.event_type: _becomes("waiting"),
    r.ParticipantOffered.event_type: _becomes("offered"),
    r.ParticipantLapsed.event_type: _becomes("lapsed"),
    r.ParticipantReleased.event_type: _becomes("lapsed"),
    r.ParticipantCancelled.event_type: _becomes("cancelled"),
    r.GatheringAttended.event_type: _attended,
    r.ParticipantArrived.event_type: _becomes("arrived"),
    r.ParticipantArrivalUndone.event_type: _becomes("confirmed"),
    s.QuestionnairePublished.event_type: _questionnaire,
    s.AssessmentCreated.event_type: _created,
    s.AssessmentRevealed.event_type: _revealed,
    s.AssessmentClosed.event_type: _closed,
    s.AssessmentDeleted.event_type: _deleted,
    s.MeasureAgreed.event_type: _measure,
    s.MeasureDeleted.event_type: _measure_deleted,
}
