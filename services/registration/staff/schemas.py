"""Staff as the API takes and tells it."""

from pydantic import Field

from chassis.http.base_schemas import Language, RequestModel
from chassis.text.text_types import EmailAddress, Name
from contracts.registration import Role
from services.registration.response_models import StrictResponse, Time


class StaffRoles(RequestModel):
    """What somebody may do. `name` and `language` are for the invitation; left out they stay as they are."""

    roles: list[Role] = Field(min_length=1)
    name: Name | None = None
    language: Language | None = None


class CoordinatorAppointment(RequestModel):
    """Who coordinates a municipality from now on. `name` and `language` are for the invitation."""

    email: EmailAddress
    name: Name | None = None
    language: Language | None = None


class StaffEmail(RequestModel):
    """An address as a form sends it."""

    email: EmailAddress


class StaffResponse(StrictResponse):
    """Somebody who holds roles; `person_id` names them in erasures."""

    email: str
    name: str
    language: str | None
    roles: list[Role]
    since: Time | None
    person_id: str | None


class Revoked(StrictResponse):
    email: str
    roles: list[Role]
