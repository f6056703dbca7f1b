"""What is not possible with an action plan, in words for staff."""

from __future__ import annotations

from chassis.http.problems import Problem
from chassis.text.translations import mark
from services.reporting.domain import action_plan as rules

UNKNOWN_MEASURE = mark("This measure is not one of this field. Look at the plan anew.")
SENTENCES: dict[type[rules.PlanRefusal], tuple[str, str]] = {
    rules.TooManyVersions: ("too-many-versions", mark("There are very many versions of this plan already.")),
    rules.FieldChanged: (
        "field-changed",
        mark("Somebody else has changed this field of the plan meanwhile. Look at it first."),
    ),
    rules.NothingPublished: ("no-version", mark("Please publish a version first: it is what the page shows.")),
}


def refused(refusal: rules.PlanRefusal) -> Problem:
    code, sentence = SENTENCES[type(refusal)]
    return Problem(409, code, "Not possible in the present state", sentence)
