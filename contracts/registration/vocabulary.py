"""Words that the events of registration share: states, kinds, languages."""

from typing import Literal

Texts = dict[str, str]
"""A text that people read, by BCP 47 language."""
TOPIC = "registration.v1"
MunicipalityKind = Literal["city", "district", "municipality"]
GatheringKind = Literal["kickoff", "workshop", "dialogue", "training", "exchange"]
Mode = Literal["onsite", "online", "hybrid"]
Allocation = Literal["first_come", "lottery"]
Channel = Literal["web", "phone", "email", "helper"]
AnsweredFrom = Literal["email", "phone"]
SeatStatus = Literal["unconfirmed", "confirmed", "waiting", "offered", "cancelled", "lapsed", "arrived"]
Role = Literal["coordinator", "intake", "moderator", "decision_maker"]
SupportStatus = Literal["granted", "waiting", "with_seat", "refused"]
"""Of one wish: booked; in line for it; remembered until the group has seats; asked too late or not offered any more."""
