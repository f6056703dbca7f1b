"""Municipalities as the API takes and tells them."""

from typing import Literal

from chassis.http.base_schemas import RequestModel
from chassis.text.text_types import Prose
from services.registration.response_models import ByLanguage, StrictResponse


class Reason(RequestModel):
    """Why, for the record; people are not named in it."""

    reason: Prose


class Status(StrictResponse):
    slug: str
    status: Literal["admitted", "suspended"]


class MunicipalityResponse(StrictResponse):
    """What everybody may know of a municipality that takes part."""

    slug: str
    name: ByLanguage
    kind: Literal["city", "district", "municipality"]
    state: str
    inhabitants: int
    languages: list[str]
    ags: str | None = None
    """Its key in the official list, where it is known."""
