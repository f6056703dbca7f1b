"""Types and base classes of the response models of registration's API."""

from typing import Annotated, Any, Generic, TypeVar

from pydantic import ConfigDict, Field

from chassis.http.base_schemas import ResponseModel

T = TypeVar("T")
Time = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
"""RFC 3339 in UTC, as `chassis.clock.rfc3339` writes it."""
DayText = Annotated[str, Field(json_schema_extra={"format": "date"})]
ByLanguage = dict[str, str]


class StrictResponse(ResponseModel):
    """Base of response models: no further fields are allowed; what may be missing has a default."""

    model_config = ConfigDict(extra="forbid")


class Page(StrictResponse, Generic[T]):
    """Items of a list; `next` is the cursor of the following ones."""

    items: list[T]
    next: str | None = None


class Groups(StrictResponse):
    """Groups, and people in them."""

    groups: int
    people: int


def file_of(media_type: str) -> dict[str, Any]:
    """For a route that answers with a file."""
    return {"responses": {200: {"content": {media_type: {"schema": {"type": "string", "format": "binary"}}}}}}
