"""Meetings as coordinators send them and as they are told."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chassis.http.base_schemas import RequestModel
from chassis.text.text_types import Identifier, Label, Moment
from services.registration.domain.meetings import MOST_MEETINGS
from services.registration.response_models import StrictResponse, Time

MeetingId = Annotated[Identifier, Field(max_length=20)]
"""Short: it stands with the claim of each group that came."""


class Meeting(RequestModel):
    """One of several meetings, for which people sign up once. `place` null: the gathering's. `cancelled`: it does not take place, the
    others do."""

    id: MeetingId
    starts_at: Moment
    ends_at: Moment
    place: Label | None = None
    cancelled: bool = False


Meetings = Annotated[list[Meeting], Field(max_length=MOST_MEETINGS)]


class MeetingResponse(StrictResponse):
    """One of several meetings; `place` null: the gathering's."""

    id: str
    starts_at: Time
    ends_at: Time
    place: str | None
    cancelled: bool
