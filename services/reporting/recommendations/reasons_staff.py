"""Says in words why a practice is recommended."""

from __future__ import annotations

from collections.abc import Callable

from services.reporting.domain.profile import text
from services.reporting.figures import number
from services.reporting.recommendations.recommend import Recommendation
from services.reporting.similar.reasons_staff import sentence

Gettext = Callable[[str], str]


def reasons(recommendation: Recommendation, _: Gettext, language: str) -> list[str]:
    """The own weak field, what both have in common, and what the other says of itself."""
    sentences = []
    if recommendation.line.total.score is not None:
        template = _("Your Selbstcheck has %(score)s of 100 points in this field.")
        sentences.append(template % {"score": number(recommendation.line.total.score, language)})
    sentences.append(sentence(recommendation.neighbour.alike, recommendation.own, _, language))
    template = _("It stands in the upper band of this field (%(wave)s) and says so publicly.")
    return [*sentences, template % {"wave": text(recommendation.wave, language, recommendation.mark.wave)}]
