"""Letters as the API takes and tells them."""

from typing import Literal

from pydantic import Field

from chassis.http.base_schemas import RequestModel, ResponseModel
from chassis.text.text_types import Identifier
from services.notifications.shown_time import ShownTime


class Printed(RequestModel):
    """These are in the post."""

    ids: list[Identifier] = Field(min_length=1, max_length=200)


class LettersPrinted(ResponseModel):
    """Letters that waited to be printed."""

    printed: list[str]


class LetterToPrint(ResponseModel):
    """A letter that is to be printed."""

    id: str
    kind: str
    at: ShownTime
    name: str
    unmade: bool = False


class Besides(RequestModel):
    """The batch is in the post, besides these letters."""

    besides: list[Identifier] = Field(default_factory=list, max_length=200)


class ShownBatch(ResponseModel):
    """Letters printed together, in the order of their sheets. `unmade`: could not be made, and wait."""

    id: str
    number: int
    created_at: ShownTime
    letters: list[str]
    unmade: list[str]
    posted_at: ShownTime | None = None


class BatchList(ResponseModel):
    items: list[ShownBatch]
    next: str | None


class LetterReturned(ResponseModel):
    """A letter that came back; its recipient is told in another way."""

    id: str
    status: Literal["pending"]


class LetterPage(ResponseModel):
    """Letters that are to be printed, oldest first."""

    items: list[LetterToPrint]
    next: Literal[None] = None
