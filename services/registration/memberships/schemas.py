"""Memberships as they are sent."""

from chassis.http.base_schemas import RequestModel
from chassis.text.text_types import Day
from services.registration.response_models import ByLanguage, DayText, StrictResponse, Time


class Membership(RequestModel):
    valid_from: Day
    valid_until: Day | None = None


class MembershipSet(StrictResponse):
    district: str
    member: str
    valid_from: DayText
    valid_until: DayText | None


class MembershipResponse(StrictResponse):
    """What was said of a membership; `replaced_at`: since when it does not count any more."""

    district: str
    valid_from: DayText
    valid_until: DayText | None
    recorded_at: Time
    replaced_at: Time | None


class MemberResponse(MembershipResponse):
    member: str
    name: ByLanguage
