"""Says in a sentence why two municipalities are alike."""

from __future__ import annotations

from collections.abc import Callable

from babel.numbers import format_decimal

from chassis.text.languages import LANGUAGES
from services.reporting.domain.rounding import half_up
from services.reporting.domain.similarity import Alike, Place

Gettext = Callable[[str], str]


def sentence(alike: Alike, own: Place, _: Gettext, language: str) -> str:
    """What both have in common; where they differ much in everything, that they do."""
    locale = LANGUAGES[language].locale
    there = alike.place
    values = {
        "people": format_decimal(there.population, locale=locale),
        "own_people": format_decimal(own.population, locale=locale),
        "density": format_decimal(half_up(there.density), locale=locale),
        "own_density": format_decimal(half_up(own.density), locale=locale),
    }
    said = {
        "population": _("about as many people (%(people)s, here %(own_people)s)"),
        "density": _("about as densely populated (%(density)s people per km², here %(own_density)s)"),
        "urbanisation": _("the same degree of urbanisation"),
        "kind": _("the same kind of municipality"),
        "state": _("the same federal state"),
    }
    reasons = [said[feature] % values for feature in alike.reasons()]
    if not reasons:
        return _("Unlike in every feature; nobody else is nearer.")
    return _("In common: %(reasons)s.") % {"reasons": "; ".join(reasons)}
