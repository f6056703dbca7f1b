"""What is not possible with a practice, in words for staff."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chassis.http.problems import FieldError, Problem, invalid
from chassis.text.translations import mark
from services.reporting.domain.practice import PracticeIncomplete, Refusal

MOST_NAMED = 30
"""Of the fields of action, in the sentence about one that is not known."""
UNKNOWN_FIELD = mark("Please choose fields of action of the questionnaire: %(ids)s.")
BEFORE_SUBMITTING = mark("Please fill this in before you submit it.")


def refused(refusal: Refusal) -> Problem:
    code = "".join(f"-{sign.lower()}" if sign.isupper() else sign for sign in type(refusal).__name__).lstrip("-")
    errors = [FieldError(f"/{part}", BEFORE_SUBMITTING) for part in refusal.missing]
    status = 422 if isinstance(refusal, PracticeIncomplete) else 409
    return Problem(status, code, "Not possible in the present state", refusal.sentence, errors)


def unknown_fields(places: Iterable[int], known_fields: Sequence[str]) -> Problem:
    """Refuse fields of action that are not known. `places`: of the fields that are not known, in the list that was sent."""
    ids = ", ".join(known_fields[:MOST_NAMED])
    return invalid(*(FieldError(f"/fields/{place}", UNKNOWN_FIELD, {"ids": ids}) for place in places))
