"""The part of notifications on the page of the day: calls, letters and mails that wait, calls and letters that were done."""

from __future__ import annotations

from datetime import datetime

from chassis.clock import Clock
from chassis.storage.tenancy import TenantScope
from programme.today import MOST, Done, Due, Today, build_today
from services.notifications.call_list.call_list import CallList
from services.notifications.facts.repository import Facts
from services.notifications.inbox.repository import Inbox
from services.notifications.letters.letters import Letters
from services.notifications.letters.repository import LetterBatches
from services.notifications.messages.repository import Messages
from services.notifications.returned.repository import ReturnedMails


class NotificationsToday:
    """Counts what waits for people, and looks up what they did."""

    def __init__(
        self,
        calls: CallList,
        letters: Letters,
        batches: LetterBatches,
        inbox: Inbox,
        returned: ReturnedMails,
        messages: Messages,
        facts: Facts,
        clock: Clock,
    ) -> None:
        self._calls = calls
        self._letters = letters
        self._batches = batches
        self._inbox = inbox
        self._returned = returned
        self._messages = messages
        self._facts = facts
        self._clock = clock

    async def get(self, scope: TenantScope) -> Today:
        """What is due, and what was done last."""
        home, now = f"/notifications/{scope.tenant}", self._clock.now()
        first_call = await self._calls.page(scope, limit=1)
        deadline = next((call["until"] for call in first_call.items if call["until"]), None)
        due = [
            Due(
                what="calls",
                number=await self._calls.repository.count(scope, now),
                until=datetime.fromisoformat(deadline) if deadline else None,
                address=f"{home}/calls",
            ),
            Due(what="letters", number=len(await self._letters.list_waiting(scope)), address=f"{home}/letters"),
            Due(what="mails", number=await self._inbox.count(scope, "open"), address=f"{home}/inbox"),
            Due(what="returned", number=await self._returned.count(scope), address=f"{home}/returned"),
        ]
        return build_today(
            due, [*await self._list_called(scope, f"{home}/calls"), *await self._list_posted(scope, home)]
        )

    async def _list_called(self, scope: TenantScope, address: str) -> list[Done]:
        """Calls that were settled, each with the gathering it was about."""
        calls = await self._messages.list_called(scope, MOST)
        gatherings = (await self._facts.load_for_messages(scope, calls)).gatherings
        return [
            Done(
                what="called",
                at=call.settled_at,
                address=address,
                about=dict(gatherings[call.gathering].title) if call.gathering in gatherings else None,
            )
            for call in calls
            if call.settled_at is not None
        ]

    async def _list_posted(self, scope: TenantScope, home: str) -> list[Done]:
        return [
            Done(
                what="posted" if batch.posted_at else "printed",
                at=batch.posted_at or batch.created_at,
                address=f"{home}/letters/batches/{batch.id}",
            )
            for batch in await self._batches.list_newest(scope, MOST)
        ]
