"""Invitations as coordinators send them and as they are told."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from chassis.http.base_schemas import RequestModel
from chassis.text.text_types import Identifier, Label, Moment, bounded_integer
from services.registration.domain.invitations import MOST_INVITATIONS
from services.registration.domain.terms import MOST_SEATS
from services.registration.response_models import Groups, StrictResponse, Time

InvitationId = Annotated[Identifier, Field(max_length=50)]
"""Short: it stands with each claim that came by it."""


class Invitation(RequestModel):
    """An invitation as a coordinator writes it. `name`: who passes it on, such as a language course; staff alone read it. `quota`:
    whose kept seats its code opens. `uses`: how many people may be signed up with it at a time; `until`: until when one can sign up
    with it."""

    id: InvitationId
    name: Label
    quota: InvitationId | None = None
    uses: Annotated[int, bounded_integer(1, MOST_SEATS)] | None = None
    until: Moment | None = None
    withdrawn: bool = False


Invitations = Annotated[list[Invitation], Field(max_length=MOST_INVITATIONS)]


class InvitationResponse(StrictResponse):
    """An invitation with what came of it. `url`: the link for those it is passed on to. Counts are null where they are of fewer
    than five groups (but not none), or would say that of such a count. `left`: people it is still good for; null without a limit,
    or where that would say it as well."""

    id: str
    name: str
    code: str
    url: str
    quota: str | None
    uses: int | None
    left: int | None
    until: Time | None
    withdrawn: bool
    standing: Literal["open", "withdrawn", "expired", "used-up"]
    registered: Groups | None
    seated: Groups | None
    waiting: Groups | None
    arrived: Groups | None


class InvitationsResponse(StrictResponse):
    items: list[InvitationResponse]
