"""The comparison groups that the office can choose from: fixed ones, by public facts."""

from __future__ import annotations

from services.reporting.domain.wave import Group, Rule, Span

_SIZES = (
    ("size-1", None, 5_000, "unter 5.000 Menschen", "under 5,000 people"),
    ("size-2", 5_000, 20_000, "5.000 bis unter 20.000 Menschen", "5,000 to under 20,000 people"),
    ("size-3", 20_000, 100_000, "20.000 bis unter 100.000 Menschen", "20,000 to under 100,000 people"),
    ("size-4", 100_000, None, "ab 100.000 Menschen", "100,000 people and more"),
)
_KINDS = (
    ("city", "Städte", "Cities and towns"),
    ("municipality", "Gemeinden", "Municipalities that are no towns"),
    ("district", "Landkreise", "Districts"),
)
_DENSITIES = (
    (
        "density-1",
        None,
        100,
        "dünn besiedelt (unter 100 Menschen je km²)",
        "thinly populated (under 100 people per km²)",
    ),
    ("density-2", 100, 500, "100 bis unter 500 Menschen je km²", "100 to under 500 people per km²"),
    (
        "density-3",
        500,
        None,
        "dicht besiedelt (ab 500 Menschen je km²)",
        "densely populated (500 people per km² and more)",
    ),
)
STATES = (
    "Baden-Württemberg",
    "Bayern",
    "Berlin",
    "Brandenburg",
    "Bremen",
    "Hamburg",
    "Hessen",
    "Mecklenburg-Vorpommern",
    "Niedersachsen",
    "Nordrhein-Westfalen",
    "Rheinland-Pfalz",
    "Saarland",
    "Sachsen",
    "Sachsen-Anhalt",
    "Schleswig-Holstein",
    "Thüringen",
)
SETS: dict[str, tuple[Group, ...]] = {
    "all": (Group("all", {"de": "Alle", "en": "All"}, (Rule(),)),),
    "size": tuple(
        Group(id, {"de": german, "en": english}, (Rule(population=Span(low, high)),))
        for id, low, high, german, english in _SIZES
    ),
    "kind": tuple(
        Group(f"kind-{kind}", {"de": german, "en": english}, (Rule(kind=kind),)) for kind, german, english in _KINDS
    ),
    "state": tuple(
        Group(f"state-{number}", {"de": state}, (Rule(state=state),)) for number, state in enumerate(STATES, 1)
    ),
    "density": tuple(
        Group(id, {"de": german, "en": english}, (Rule(density=Span(low, high)),))
        for id, low, high, german, english in _DENSITIES
    ),
}
