"""Lists who of a gathering has been informed, who not, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from chassis.clock import Clock
from chassis.http.problems import not_found
from chassis.storage.tenancy import TenantScope
from services.notifications.domain.delivery_status import INFORMED, DeliveryStatus, delivery_status
from services.notifications.domain.facts import Gathering
from services.notifications.facts.repository import Facts
from services.notifications.messages.documents import Attempt, OutboundMessage
from services.notifications.messages.repository import Messages

MOST = 200
"""Most uninformed people that are listed; the others follow once these have been dealt with."""


@dataclass(frozen=True)
class NewsKind:
    """One kind of news about a gathering: the number of messages in each delivery status, and when the newest was enqueued."""

    kind: str
    newest: datetime
    counts: dict[DeliveryStatus, int]

    @property
    def informed(self) -> int:
        return sum(self.counts.get(one, 0) for one in INFORMED)

    @property
    def needed(self) -> int:
        return sum(number for one, number in self.counts.items() if one != "not_needed")


@dataclass(frozen=True)
class UninformedPerson:
    """A person who has not been informed, as far as is known. `last`: the last attempt."""

    message: str
    person: str
    name: str
    delivery_status: DeliveryStatus
    last: Attempt | None


@dataclass(frozen=True)
class Informed:
    """The kinds of news about a gathering, and who has not been informed of the news of the kind `kind`."""

    gathering: Gathering
    kinds: list[NewsKind]
    kind: str
    people: list[UninformedPerson]


class InformedAboutGathering:
    """Lists for staff who of a gathering has been informed."""

    def __init__(self, messages: Messages, facts: Facts, clock: Clock) -> None:
        self._messages = messages
        self._facts = facts
        self._clock = clock

    async def get(self, scope: TenantScope, id: str, kind: str = "") -> Informed:
        """Get every kind of news about a gathering and, for one kind (the newest unless one is named), who has not been informed of it.

        Raises: Problem 404.
        """
        gathering = await self._facts.gathering(scope, id)
        if gathering is None:
            raise not_found("gathering")
        kinds = await self._kinds(scope, id)
        chosen = kind or (kinds[0].kind if kinds else "")
        messages = await self._messages.list_uninformed(scope, id, chosen, MOST) if chosen else []
        contacts = (await self._facts.load_for_messages(scope, messages)).contacts
        people = [_person(one, contacts[one.contact].name if one.contact in contacts else "") for one in messages]
        return Informed(gathering, kinds, chosen, people)

    async def _kinds(self, scope: TenantScope, id: str) -> list[NewsKind]:
        counts: dict[str, Counter[DeliveryStatus]] = {}
        newest: dict[str, datetime] = {}
        for row in await self._messages.count_by_status(scope, id):
            kind = row["_id"]["kind"]
            delivery = delivery_status(row["_id"]["status"], row["_id"].get("delivery"))
            counts.setdefault(kind, Counter())[delivery] += row["number"]
            newest[kind] = max(newest.get(kind, row["newest"]), row["newest"])
        kinds = [NewsKind(kind, newest[kind], dict(counts[kind])) for kind in counts]
        return sorted(kinds, key=lambda one: one.newest, reverse=True)


def _person(message: OutboundMessage, name: str) -> UninformedPerson:
    delivery = delivery_status(message.status, message.delivery, postponed=message.postponed)
    return UninformedPerson(
        message.id, message.contact, name, delivery, message.attempts[-1] if message.attempts else None
    )
