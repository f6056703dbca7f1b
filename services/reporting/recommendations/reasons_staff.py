"""Says in words why a practice is recommended."""

from __future__ import annotations

from collections.abc import Callable

from services.reporting.domain.profile import text
from services.reporting.figures import number
from services.reporting.recommendations.recommend import Recommendation
from services.reporting.similar.reasons_staff import sentence

Gettext = Callable[[str], str]


def reasons(one: Recommendation, _: Gettext, language: str) -> list[str]:
    """The own weak field, what both have in common, and what the other says of itself."""
    found = []
    if one.line.total.score is not None:
        reason = _("Your Selbstcheck has %(score)s of 100 points in this field.")
        found.append(reason % {"score": number(one.line.total.score, language)})
    found.append(sentence(one.neighbour.alike, one.own, _, language))
    reason = _("It stands in the upper band of this field (%(wave)s) and says so publicly.")
    return [*found, reason % {"wave": text(one.wave, language, one.mark.wave)}]
