"""Applications of municipalities as they are sent."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator, model_validator

from chassis.http.base_schemas import Labels, Language, RequestModel
from chassis.text.languages import LANGUAGES
from chassis.text.text_types import EmailAddress, Label, Name, text, whole

STATES = {
    "BW": "Baden-Württemberg",
    "BY": "Bayern",
    "BE": "Berlin",
    "BB": "Brandenburg",
    "HB": "Bremen",
    "HH": "Hamburg",
    "HE": "Hessen",
    "MV": "Mecklenburg-Vorpommern",
    "NI": "Niedersachsen",
    "NW": "Nordrhein-Westfalen",
    "RP": "Rheinland-Pfalz",
    "SL": "Saarland",
    "SN": "Sachsen",
    "ST": "Sachsen-Anhalt",
    "SH": "Schleswig-Holstein",
    "TH": "Thüringen",
}
"""The states by their code of ISO 3166-2:DE."""
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9](-?[a-z0-9]){1,39}$"), Field(examples=["wilhelmshaven"])]
Inhabitants = Annotated[int, whole(1, 99_999_999)]


class ApplicantContact(RequestModel):
    name: Name
    email: EmailAddress
    phone: Label | None = None


class Application(RequestModel):
    slug: Slug
    name: Labels
    kind: Literal["city", "district", "municipality"]
    state: Label
    inhabitants: Inhabitants
    contact: ApplicantContact
    languages: list[Language] = Field(min_length=1, max_length=len(LANGUAGES))

    @field_validator("state")
    @classmethod
    def state_named(cls, value: str) -> str:
        """The state by its name or its code. Raises ValueError."""
        named = STATES.get(value.upper().removeprefix("DE-"), value)
        if named not in STATES.values():
            raise ValueError(f"choose one of {', '.join(STATES.values())}")
        return named


class Decision(RequestModel):
    decision: Literal["admitted", "declined"]
    reason: Annotated[str, text(2000, least=0, prose=True)] = ""

    @model_validator(mode="after")
    def _reasoned(self) -> Decision:
        if self.decision == "declined" and not self.reason.strip():
            raise ValueError("reason: say why, the applicant is told")
        return self
