"""Responses that show measures."""

from __future__ import annotations

from datetime import date

from chassis.clock import rfc3339
from services.selfcheck.domain.measure import urgency
from services.selfcheck.measures.documents import HistoryEntry, StoredMeasure
from services.selfcheck.measures.schemas import HistoryResponse, MeasureResponse


def to_response(measure: StoredMeasure, today: date) -> MeasureResponse:
    """Build the response that shows a measure to staff."""
    return {
        "id": measure.id,
        "assessment": measure.assessment,
        "field": measure.field,
        "title": measure.title,
        "owner": measure.owner,
        "due": _iso(measure.due),
        "status": measure.status.value,
        "questions": list(measure.questions),
        "revision": measure.revision,
        "pressing": urgency(measure.state, today),
        "carried_from": measure.carried_from,
        "history": [_shown_entry(one) for one in measure.history],
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _shown_entry(entry: HistoryEntry) -> HistoryResponse:
    return {
        "at": rfc3339(entry.at),
        "status": entry.status.value,
        "due": _iso(entry.due),
        "assessment": entry.assessment,
    }
