"""Base of every kind of message: when it matters, how urgent it is, what its text may name, where its link leads."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar, Literal

import msgspec

from services.notifications.domain.facts import Contact, Gathering, Group
from services.notifications.domain.values import Dates, Localized, Period, Value

Purpose = Literal["needed", "optional", "internal"]
"""`needed`: people have to get it. `optional`: they may do without, and can unsubscribe. `internal`: to staff."""


@dataclass(frozen=True)
class About:
    """Whom and what a message is about: what its text, links and placeholders are taken from."""

    tenant: str
    contact: Contact
    gathering: Gathering | None = None
    group: Group | None = None

    def own_page(self, rest: str = "") -> str:
        """The path of the group's own page; empty where its recipient holds no code for it."""
        code = self.contact.codes.get("manage")
        return f"/registration/{self.tenant}/my/{self.contact.id}/{code}{rest}" if self.gathering and code else ""


class Content(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="kind"):
    """What one message says: the facts of its kind, as they were when it was enqueued. Each kind is one class, its tag the name."""

    purpose: ClassVar[Purpose] = "needed"
    placeholders: ClassVar[tuple[str, ...]] = ()
    """What its text may name, beside `name`."""
    matters_while: ClassVar[Collection[str] | None] = None
    """States of the group in which it matters; None: in all."""
    after_the_end: ClassVar[bool] = False
    """Whether it matters when the gathering is over."""
    when_called_off: ClassVar[bool] = False
    """Whether it matters when the gathering was called off."""
    soon: ClassVar[bool] = False
    """Its recipient has to know it within days: a call is better than a letter."""
    now: ClassVar[bool] = False
    """Somebody waits for it this minute: never held back by quiet hours, sent before all others."""
    may_wait: ClassVar[bool] = False
    """Nothing depends on the hour: held back on closed days and in quiet hours by every way, mails as well."""
    urgent: ClassVar[bool] = False
    """Staff get it at once, also where they want other messages together."""
    answered: ClassVar[bool] = False
    """Its recipient has to answer by a deadline."""
    about_the_group: ClassVar[bool] = False
    """Its text also says which support the group gets, and until when the group has to answer."""
    tells_place: ClassVar[bool] = False
    tells_door: ClassVar[bool] = False
    """Also says the code for the door, to groups that will come to one."""
    calendar: ClassVar[Literal["enter", "remove"] | None] = None
    proves_address: ClassVar[bool] = False
    """Its link shows that somebody reads the mails of an address: it goes there first, whatever way they wish."""
    email_only: ClassVar[bool] = False
    """Another way would prove nothing."""
    names_municipality: ClassVar[bool] = False
    action: ClassVar[str] = "open"
    """What its button is for, by a name of `services.notifications.wording.sentences.ACTIONS`."""
    from_a_stranger: ClassVar[bool] = False
    """Its recipient was named by somebody else than themself or staff: it carries nothing that person typed."""

    @property
    def secret(self) -> str:
        """The part of its link that its recipient alone may know, beside the codes of the contact."""
        return ""

    @property
    def kind(self) -> str:
        """The name of the kind of message."""
        return str(self.__struct_config__.tag)

    def is_current(self, contact: Contact) -> bool:
        """Whether it is still true, by what is known of its recipient."""
        return True

    def relevant_part(self, gathering: Gathering | None) -> Gathering | None:
        """The part of a gathering that it is about: all of it, or one of its meetings."""
        return gathering

    def values(self, about: About) -> dict[str, Value]:
        """Values of the placeholders of its text."""
        return {}

    def path(self, about: About) -> str:
        """Path of the page that its link opens; empty: the start page."""
        return ""


class GatheringMessage(Content, frozen=True):
    """A message about a gathering to somebody who stands in its ledger."""

    placeholders: ClassVar[tuple[str, ...]] = ("title", "when")
    action = "registration"

    def values(self, about: About) -> dict[str, Value]:
        if about.gathering is None:
            return {}
        return {"title": Localized(about.gathering.title), "when": _when(about.gathering)}

    def path(self, about: About) -> str:
        return about.own_page()


def _when(gathering: Gathering) -> Value:
    if not gathering.meetings:
        return Period(gathering.starts_at, gathering.ends_at)
    return Dates(gathering.active_meetings[0].starts_at, gathering.active_meetings[0].ends_at, gathering.ends_at)
