"""Letters as the API takes and tells them."""

from typing import Literal

from pydantic import Field

from chassis.http.base_schemas import RequestModel, ResponseModel
from chassis.text.text_types import Identifier
from services.notifications.shown_time import ShownTime


class PostedLetters(RequestModel):
    """The letters that are in the post."""

    ids: list[Identifier] = Field(min_length=1, max_length=200)


class LettersPrinted(ResponseModel):
    """The letters that were marked as posted."""

    printed: list[str]


class LetterToPrint(ResponseModel):
    """A letter that is to be printed."""

    id: str
    kind: str
    at: ShownTime
    name: str
    unmade: bool = False


class PostedBatch(RequestModel):
    """A batch that is in the post, except for the letters in `besides`."""

    besides: list[Identifier] = Field(default_factory=list, max_length=200)


class LetterBatchResponse(ResponseModel):
    """A batch of letters, in the order of their sheets. `unmade`: those that could not be typeset and go on waiting."""

    id: str
    number: int
    created_at: ShownTime
    letters: list[str]
    unmade: list[str]
    posted_at: ShownTime | None = None


class BatchList(ResponseModel):
    """Some batches, and the cursor of the next ones."""

    items: list[LetterBatchResponse]
    next: str | None


class LetterReturned(ResponseModel):
    """A letter that came back; its recipient is told in another way."""

    id: str
    status: Literal["pending"]


class LetterPage(ResponseModel):
    """Letters that are to be printed, oldest first."""

    items: list[LetterToPrint]
    next: Literal[None] = None
