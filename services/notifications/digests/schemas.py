"""Request and response models of preferences of staff."""

from typing import Annotated

from pydantic import Field

from chassis.http.base_schemas import RequestModel, ResponseModel, one_of
from services.notifications.domain.digests import KINDS, Choice
from services.notifications.settings.schemas import DigestBody, DigestResponse

StaffKind = Annotated[str, one_of(KINDS)]


class PreferencesBody(RequestModel):
    """Preferences to save. `kinds`: kinds that are not named follow the municipality. `digest`: null: the municipality's time."""

    kinds: Annotated[dict[StaffKind, Choice], Field(max_length=100)] = Field(default_factory=dict)
    digest: DigestBody | None = None


class PreferencesResponse(ResponseModel):
    """Preferences of the person who is signed in. `kinds`: what they chose; `in_force`: how each kind reaches them; `urgent`: kinds that never wait."""

    kinds: dict[str, Choice | None]
    in_force: dict[str, Choice]
    urgent: list[str]
    digest: DigestResponse | None = None
    municipality: DigestResponse | None = None
