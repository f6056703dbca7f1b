"""Deletions of municipalities as the API takes and tells them."""

from typing import Annotated, Literal

from chassis.text.text_types import number
from services.registration.municipalities.schemas import Reason
from services.registration.response_models import ByLanguage, StrictResponse, Time


class Deletion(Reason):
    """The announcement that a municipality's data is deleted. `days`: until it is carried out; 0 is at once."""

    days: Annotated[float, number(0, 365)] = 30


class OffboardingReceipt(StrictResponse):
    at: Time
    removed: dict[str, int]
    remains: list[str]


class DeletionCertificate(StrictResponse):
    """How far a deletion is; `awaited`: services that have not answered yet."""

    slug: str
    name: ByLanguage
    status: Literal["announced", "running", "complete"]
    reason: str
    announced_at: Time
    deletion_at: Time
    begun_at: Time | None
    deleted_at: Time | None
    receipts: dict[str, OffboardingReceipt]
    awaited: list[str]


class CalledOff(StrictResponse):
    slug: str
    status: Literal["called_off"]
