"""Registrations as they are stored: collection `registrations`."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from chassis.storage.documents import Part, StoredDocument
from chassis.storage.idempotency import FirstRequest
from contracts.contacts import ReachFirst
from contracts.registration import AnsweredFrom, Channel
from services.registration.questions.documents import StoredAnswer

ERASED_LANGUAGE = "de"
"""What is left of somebody's language: lists expect one."""


class ContactWays(Part, frozen=True, kw_only=True):
    """How somebody is reached. `phone` as it was typed, `phone_e164` as machines dial it."""

    email: str | None = None
    phone: str | None = None
    post: str | None = None
    phone_e164: str | None = None

    @property
    def reachable(self) -> bool:
        return bool(self.email or self.phone or self.post)

    @property
    def all(self) -> tuple[str | None, str | None, str | None]:
        """Each way there can be, so that two contacts can be compared."""
        return self.email, self.phone, self.post


NOWHERE = ContactWays()


class Helper(Part, frozen=True, kw_only=True):
    """Who signed somebody up, and gets the messages where that person gave no way of their own."""

    name: str
    contact: ContactWays = NOWHERE


class Consent(Part, frozen=True, kw_only=True):
    """To which text somebody agreed, when, and who read it out to them (`holder`: they read it themselves)."""

    text_version: str
    at: datetime
    by: str


class ConsentDecision(Part, frozen=True, kw_only=True):
    """An optional consent given or taken back."""

    granted: bool
    text_version: str
    at: datetime
    by: str


class ProofOfConsent(Part, frozen=True, kw_only=True):
    """What stays of a consent after the person was erased, `until` claims lapse (see `domain.consent`)."""

    text_version: str
    at: datetime
    by: str
    purposes: dict[str, tuple[ConsentDecision, ...]]
    fingerprints: tuple[str, ...]
    until: datetime


class Erased(Part, frozen=True, kw_only=True):
    """When, by which erasure, and how many names of companions went."""

    at: datetime
    by: str
    names: int


class Given(Part, frozen=True, kw_only=True):
    """Fields of a registration that are to be different, as they were sent; None stays as it is. `answers`: those that become
    different alone, with the value None where one is taken back; those of each person are about these `companions`."""

    name: str | None = None
    contact: ContactWays | None = None
    language: str | None = None
    added_language: str | None = None
    party: tuple[str, ...] | None = None
    support: tuple[str, ...] | None = None
    helper: Helper | None = None
    answers: tuple[StoredAnswer, ...] | None = None
    companions: tuple[str, ...] | None = None
    reach_first: ReachFirst | None = None


class PendingChange(Part, frozen=True, kw_only=True):
    """A change of a registration that the seat ledger still has to decide.

    `given` is resolved against the registration when it becomes what was wanted: it may have changed meanwhile. `key` and
    `fingerprint`: of the request; the ledger decides it once. `staff`: whether they sent it.
    """

    key: str
    fingerprint: str
    staff: bool
    given: Given = Given()


class Registration(StoredDocument, frozen=True, kw_only=True):
    """One group that signed up together. Its claim on seats stands in the gathering's ledger.

    `to_reach`: they gave no e-mail address when they signed up themselves; while unconfirmed they are called and asked whether
    they come. `origins`: keys of where an unconfirmed registration comes from. `keys`: what it is found by
    (`domain.likeness`). `request`: the one that made it; its first answer stands with the claim. `new_email`: an address that its owner still has to confirm, of the person or, with `new_email_of`, of the
    helper. `answered`: of an address or number that messages go to since later than the sign-up, whether its owner answered from there.
    `link`: the generation of its link. `due_at`: when the reconciler has to look, or the proof of consent ends.
    `link_known`: whether staff were told that link, so that it does not show who opens it.
    `added_language`: where the person chose one that the municipality added itself; then `language` is what messages are in.
    `quota`: what the group declared, `invitation`: by which it came, until its claim says so; they stand nowhere else.
    """

    gathering: str
    language: str
    channel: Channel
    added_language: str = ""
    name: str = ""
    contact: ContactWays = NOWHERE
    reach_first: ReachFirst = "any"
    party: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    answers: tuple[StoredAnswer, ...] = ()
    helper: Helper | None = None
    consent: Consent | None = None
    unconfirmed: bool = False
    walk_in: bool = False
    to_reach: bool = False
    origins: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    new_email: str | None = None
    new_email_of: Literal["helper"] | None = None
    answered: dict[AnsweredFrom, bool] = msgspec.field(default_factory=dict)
    link: int = 0
    link_known: bool = False
    wanted: PendingChange | None = None
    quota: str = ""
    invitation: str = ""
    consents: dict[str, tuple[ConsentDecision, ...]] = msgspec.field(default_factory=dict)
    proof: ProofOfConsent | None = None
    erased: Erased | None = None
    request: FirstRequest | None = None

    @property
    def size(self) -> int:
        """How many people the group is."""
        return 1 + len(self.party)

    @property
    def helpers_contact(self) -> ContactWays:
        """How whoever helps is reached; no way where nobody does."""
        return self.helper.contact if self.helper else NOWHERE

    @property
    def contacts(self) -> tuple[ContactWays, ...]:
        """How the person and whoever helps are reached."""
        return (self.contact, self.helper.contact) if self.helper else (self.contact,)
