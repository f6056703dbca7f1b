"""Says in a sentence why two municipalities are alike."""

from __future__ import annotations

from collections.abc import Callable

from chassis.text.numbers import format_number
from services.reporting.domain.similarity import Place, SimilarMunicipality

Gettext = Callable[[str], str]


def sentence(alike: SimilarMunicipality, own: Place, _: Gettext, language: str) -> str:
    """Say what both have in common; where they differ much in everything, that they do."""
    other = alike.place
    values = {
        "people": format_number(other.population, language),
        "own_people": format_number(own.population, language),
        "density": format_number(other.density, language),
        "own_density": format_number(own.density, language),
        "foreigners": format_number(other.foreigners or 0, language, 1),
        "own_foreigners": format_number(own.foreigners or 0, language, 1),
        "euros": format_number(other.fiscal_strength or 0, language),
        "own_euros": format_number(own.fiscal_strength or 0, language),
    }
    features = {
        "population": _("about as many people (%(people)s, here %(own_people)s)"),
        "density": _("about as densely populated (%(density)s people per km², here %(own_density)s)"),
        "urbanisation": _("the same degree of urbanisation"),
        "foreigners": _("about the same share of foreign nationals (%(foreigners)s %%, here %(own_foreigners)s %%)"),
        "fiscal_strength": _("about as strong fiscally (%(euros)s euros for each person, here %(own_euros)s)"),
        "kind": _("the same kind of municipality"),
        "state": _("the same federal state"),
    }
    reasons = [features[feature] % values for feature in alike.reasons()]
    if not reasons:
        return _("Unlike in every feature; nobody else is nearer.")
    return _("In common: %(reasons)s.") % {"reasons": "; ".join(reasons)}
