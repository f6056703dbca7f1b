"""The one topic with personal data. Compacted and keyed by contact: the last record of a key is all there is to know.

A contact belongs to one registration, respondent, staff member or applicant. Erasing one is a tombstone (null value).
"""

from typing import Literal

from pydantic import Field

from contracts.envelope import Event

TOPIC = "contacts.v1"

ReachFirst = Literal["any", "email", "sms", "letter", "call"]
"""By which way somebody wishes to be reached first, where there are several."""


class ContactRecorded(Event):
    """How one person is reached, in which language, and what only that person may hold.

    `codes` are secrets of their links by purpose (`manage`: one's registration, `answer`: one's self-check answers).
    `for_id` is the registration, respondent or municipality the contact belongs to. `phone_e164`: the number as machines dial
    it, where it is a whole one. `via_helper`: the address and number are those of `helper`, who passes on what is said.
    `new_email` waits to be confirmed by its owner (`codes["address"]`); until then messages go where they went.
    `reach_first`: the way they wish for, where it is open to them; else messages take the ways as ever.
    `answered`, of an address or number that came later than the registration: whether its owner answered from there. What was given
    at first is answered for by the registration's own confirmation.
    """

    event_type = "contacts.contact.recorded.v1"
    topic = TOPIC
    contact_id: str
    kind: Literal["registration", "respondent", "staff", "applicant"]
    for_id: str
    name: str
    language: str
    email: str | None = None
    phone: str | None = None
    post: str | None = None
    helper: str | None = None
    codes: dict[str, str] = Field(default_factory=dict)
    phone_e164: str | None = None
    via_helper: bool = False
    new_email: str | None = None
    reach_first: ReachFirst = "any"
    answered: dict[Literal["email", "phone"], bool] = Field(default_factory=dict)
