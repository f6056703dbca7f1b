"""selfcheck's events become rows: a questionnaire version, a self-check.

Every row keeps `at`, the time of the last event that formed it: the `as_of` of what is told from it.
"""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from chassis.messaging.projection import Handler, Replace, Upsert, Write
from contracts import selfcheck as s
from contracts.envelope import Envelope
from services.reporting.results.documents import FIRST_RULES


def _store_questionnaire(envelope: Envelope, event: s.QuestionnairePublished) -> Iterable[Write]:
    questions = [
        {"id": one.id, "field": one.field, "title": one.title, "weight": one.weight or 1.0, "continues": one.continues}
        for one in event.questions
    ]
    yield Upsert(
        "questionnaires",
        f"{event.questionnaire_id}:{event.version}",
        {
            "title": event.title,
            "fields": [{"id": field.id, "title": field.title} for field in event.fields],
            "questions": questions,
            "rules": event.rules,
            "follows": f"{event.questionnaire_id}:{event.follows}" if event.follows else None,
            "at": envelope.occurred_at,
        },
    )


def _store_translation(envelope: Envelope, event: s.QuestionnaireTranslated) -> Iterable[Write]:
    """Further languages of its names. `at` stays: by it the version that was published last is found."""
    fields = [{"id": field.id, "title": field.title} for field in event.fields]
    yield Upsert(
        "questionnaires", f"{event.questionnaire_id}:{event.version}", {"title": event.title, "fields": fields}
    )


def _store_assessment(envelope: Envelope, event: s.AssessmentCreated) -> Iterable[Write]:
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


def _store_revealing(envelope: Envelope, event: s.AssessmentRevealed) -> Iterable[Write]:
    yield Upsert("assessments", event.assessment_id, {"status": "revealed", "at": envelope.occurred_at})


def _store_result(envelope: Envelope, event: s.AssessmentClosed) -> Iterable[Write]:
    # As text: its keys are ids of questions, which may hold what MongoDB reads as a path.
    yield Upsert(
        "assessments",
        event.assessment_id,
        {
            "status": "closed",
            "result": orjson.dumps(event.result).decode(),
            "across": orjson.dumps(event.across).decode() if event.across else None,
            "rules": str(event.result.get("disclosure_rule") or FIRST_RULES),
            "closed_at": envelope.occurred_at,
            "at": envelope.occurred_at,
        },
    )


def _forget(envelope: Envelope, event: s.AssessmentDeleted) -> Iterable[Write]:
    # The row stays, without what it held, so that an event that comes late finds it further on.
    yield Replace("assessments", event.assessment_id, {"status": "deleted", "at": envelope.occurred_at})


HANDLERS: dict[str, Handler] = {
    s.QuestionnairePublished.event_type: _store_questionnaire,
    s.QuestionnaireTranslated.event_type: _store_translation,
    s.AssessmentCreated.event_type: _store_assessment,
    s.AssessmentRevealed.event_type: _store_revealing,
    s.AssessmentClosed.event_type: _store_result,
    s.AssessmentDeleted.event_type: _forget,
}
