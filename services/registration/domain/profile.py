"""Profile of a municipality: what it shows of itself, and for how long it keeps personal data; defaults where it says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.registration import Retention

PUBLIC = ("phone", "phone_hours", "colour", "crest", "contact", "accessibility", "data_protection")
_AT_COMMISSIONER = "bei der oder dem Landesbeauftragten für Menschen mit Behinderungen"
ENFORCEMENT = {
    "Baden-Württemberg": f"Schlichtungsstelle {_AT_COMMISSIONER} Baden-Württemberg",
    "Bayern": "Durchsetzungs- und Überwachungsstelle für barrierefreie Informationstechnik beim Landesamt für Digitalisierung, Breitband und Vermessung, IT-Dienstleistungszentrum des Freistaats Bayern",
    "Berlin": "Schlichtungsstelle und Landesbeauftragte oder Landesbeauftragter für digitale Barrierefreiheit Berlin",
    "Brandenburg": "Durchsetzungsstelle bei der oder dem Beauftragten der Landesregierung Brandenburg für die Belange von Menschen mit Behinderungen",
    "Bremen": f"Zentralstelle für barrierefreie Informationstechnik und Schlichtungsstelle {_AT_COMMISSIONER} der Freien Hansestadt Bremen",
    "Hamburg": "Schlichtungsstelle bei der Senatskoordinatorin oder dem Senatskoordinator für die Gleichstellung von Menschen mit Behinderungen Hamburg",
    "Hessen": "Durchsetzungs- und Überwachungsstelle barrierefreie Informationstechnik des Landes Hessen",
    "Mecklenburg-Vorpommern": "Ombudsstelle für barrierefreie Informationstechnik bei der oder dem Bürgerbeauftragten des Landes Mecklenburg-Vorpommern",
    "Niedersachsen": f"Schlichtungsstelle {_AT_COMMISSIONER} Niedersachsen",
    "Nordrhein-Westfalen": "Ombudsstelle für barrierefreie Informationstechnik bei der oder dem Beauftragten der Landesregierung Nordrhein-Westfalen für Menschen mit Behinderungen",
    "Rheinland-Pfalz": f"Durchsetzungsstelle für barrierefreie Informationstechnik {_AT_COMMISSIONER} Rheinland-Pfalz",
    "Saarland": f"Schlichtungsstelle {_AT_COMMISSIONER} Saarland",
    "Sachsen": "Durchsetzungsstelle bei der oder dem Beauftragten der Sächsischen Staatsregierung für die Belange von Menschen mit Behinderungen",
    "Sachsen-Anhalt": f"Ombudsstelle für barrierefreie Informationstechnik {_AT_COMMISSIONER} Sachsen-Anhalt",
    "Schleswig-Holstein": f"Beschwerdestelle für barrierefreie Informationstechnik {_AT_COMMISSIONER} Schleswig-Holstein",
    "Thüringen": f"Durchsetzungsstelle für barrierefreie Informationstechnik {_AT_COMMISSIONER} Thüringen",
}
"""Where people turn when a municipality does not mend a barrier. Offices are named by their task, because addresses and
names change; a municipality can write its own."""


def public_facts(
    facts: Mapping[str, Any], profile: Mapping[str, Any], status: str, texts: Mapping[str, str]
) -> dict[str, Any]:
    """What everybody may know of a municipality. `texts`: the version in force of each legal text."""
    return {
        **facts,
        **{name: profile.get(name) for name in PUBLIC},
        "status": status,
        "retention": retention_of(profile).model_dump(),
        "texts": dict(texts),
    }


def retention_of(facts: Mapping[str, Any]) -> Retention:
    """For how long a municipality keeps what is personal, from its public facts or its profile; defaults where it says nothing."""
    return Retention(**(facts.get("retention") or {}))


def enforcement_of(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The office that watches over accessibility: the municipality's own entry, else its federal state's."""
    own = (facts.get("accessibility") or {}).get("enforcement")
    return own or {"office": ENFORCEMENT[facts["state"]] if facts.get("state") in ENFORCEMENT else ""}


def missing_translations(facts: Mapping[str, Any]) -> list[str]:
    """Texts that are missing in the municipality's default language, as JSON pointers."""
    default = facts["languages"][0]
    texts = {
        "/name": facts["name"],
        "/phone_hours": facts.get("phone_hours"),
        "/accessibility/barriers": (facts.get("accessibility") or {}).get("barriers"),
    }
    return [pointer for pointer, text in texts.items() if text and default not in text]
