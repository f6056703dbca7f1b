"""Fans an announcement about a gathering out: one message for each group that takes part."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from chassis.clock import Clock
from chassis.storage.mongo import Document
from chassis.storage.tenancy import of_document
from services.notifications.delivery.settle import Settling
from services.notifications.domain.changes import Changes, merge_changes
from services.notifications.domain.facts import Group
from services.notifications.facts.repository import Facts
from services.notifications.gatherings.repository import Announcements
from services.notifications.messages.documents import OutboundMessage
from services.notifications.messages.enqueue import new_message
from services.notifications.messages.repository import Messages

INFORMED_STATES = ("unconfirmed", "confirmed", "waiting", "offered")
"""Statuses of groups that are told."""


class AnnouncementFanOut:
    """Enqueues a message for each group of a gathering; repeating it adds none."""

    def __init__(
        self, announcements: Announcements, messages: Messages, facts: Facts, settling: Settling, clock: Clock
    ) -> None:
        self._announcements = announcements
        self._messages = messages
        self._facts = facts
        self._settling = settling
        self._clock = clock

    async def carry_out(self, document: Document) -> None:
        """Fan one announcement out. A group that still waits to be called or sent a letter about an earlier change gets both in one message;
        one that registered after the news gets none."""
        scope, id = of_document(document), document["_id"]
        kind, gathering_id, at, content = (document[name] for name in ("kind", "gathering", "at", "told"))
        gathering = await self._facts.gathering(scope, gathering_id)
        # Who was at one of several meetings is told of the others.
        states = (*INFORMED_STATES, "arrived") if gathering and gathering.meetings else INFORMED_STATES
        groups = await self._facts.list_groups(scope, gathering_id, states)
        former: dict[str, OutboundMessage] = {}
        if "changes" in content:
            former = await self._messages.list_by_hand(scope, gathering_id, kind, at)
        new_messages = {
            f"{id}-{group.id}": new_message(
                kind, group.id, at, tenant=scope.tenant, due_at=at, gathering=gathering_id, told=group_content
            )
            for group in groups
            if (group_content := self._content_for(group, content, at, former.get(group.id))) is not None
        }
        await self._messages.insert_if_absent(new_messages)
        for earlier in former.values():
            await self._settling.settle(earlier, "suppressed", "none", self._clock.now())
        await self._announcements.mark_done(scope, id)

    def _content_for(
        self, group: Group, content: Mapping[str, Any], at: datetime, former: OutboundMessage | None
    ) -> Mapping[str, Any] | None:
        """The content of one group's message; None: it gets none."""
        if group.registered_at is not None and group.registered_at > at:
            return None
        if "changes" not in content:
            return content
        changes = msgspec.convert(content["changes"], Changes)
        if former is not None:
            earlier = msgspec.convert((former.facts or {}).get("changes") or {}, Changes)
            changes = merge_changes(earlier, changes)
        if not changes.concern_group(group.status):
            return None
        return {"changes": msgspec.to_builtins(changes, builtin_types=(datetime,))}
