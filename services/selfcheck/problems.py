"""The domain's refusals as problems."""

from __future__ import annotations

from chassis.http.problems import FieldError, Problem, conflict, forbidden, invalid, not_found
from services.selfcheck.domain.errors import Invalid, Refused


def flawed(error: Invalid, *prefix: str) -> Problem:
    """Turn `Invalid` into a problem that names each flaw's place in the body; `prefix`: where in the body the document stands."""
    before = "".join(f"/{part}" for part in prefix)
    return invalid(*(FieldError(before + flaw.pointer, flaw.detail) for flaw in error.flaws))


def refused(error: Refused) -> Problem:
    """Turn `Refused` into a problem: 404 for what is not there, 403 for a wrong resume code, else 409: not possible in the present state."""
    match error.code:
        case "assessment_unknown":
            return not_found("assessment")
        case "joint_unknown":
            return not_found("joint self-check")
        case "evidence_unknown":
            return not_found("evidence")
        case "resume_code_wrong":
            return forbidden(error.detail)
        case _:
            return conflict(error.code.replace("_", "-"), error.detail)
