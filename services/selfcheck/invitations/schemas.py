"""Request and response models of invitations; never what anybody answered."""

from typing import NotRequired

from typing_extensions import TypedDict


class InvitationResponse(TypedDict):
    """The answer to an invitation. `answer_url`: the link to pass on, where it was not mailed."""

    id: str
    perspective: str
    label: str
    answer_url: NotRequired[str]


class InvitationsMade(TypedDict):
    items: list[InvitationResponse]


class InvitedPerson(TypedDict):
    """Somebody who was invited, and how far they are. `status`: invited, begun, submitted, final, revoked or forgotten; `mailed`:
    there is an address to write to."""

    id: str
    perspective: str
    label: str
    status: str
    mailed: bool
    person_id: str | None
    handed_on: bool
    invited_at: str
    reminded_at: str | None


class Voices(TypedDict):
    """Counts of the invitations of a perspective: root invitations, those of them handed over as a link, and how often questions were handed on."""

    voices: int
    by_link: int
    handed_on: int


class InvitationList(TypedDict):
    """The invitations of a self-check. `counts`: numbers of invitations by perspective and status; `voices`: by perspective."""

    items: list[InvitedPerson]
    counts: dict[str, dict[str, int]]
    voices: dict[str, Voices]
    next: None


class Reminded(TypedDict):
    id: str
    reminded_at: str


class Revoked(TypedDict):
    id: str
    status: str


class NewLinkMade(TypedDict):
    """A new link in place of a lost one. `answer_url`: the link to pass on, where it was not mailed."""

    id: str
    answer_url: NotRequired[str]


class ContactCorrected(TypedDict):
    """The answer to a corrected address. `new_link`: another address got a new link; the former one leads nowhere any more."""

    id: str
    new_link: bool
