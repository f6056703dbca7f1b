"""The official list as the API tells it."""

from services.registration.response_models import DayText, StrictResponse


class EntryResponse(StrictResponse):
    """A municipality of the official list; `ags` is its official key."""

    ags: str
    name: str
    state: str
    district: str | None
    kind: str | None
    inhabitants: int | None
    as_of: DayText
