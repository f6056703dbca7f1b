"""Reminds the groups of a gathering before it, and thanks them afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.clock import Clock
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope, of_document
from services.notifications.domain.facts import Gathering, Group, Meeting
from services.notifications.domain.messages.participants import HAVE_SEATS
from services.notifications.domain.reminders import THANKS_AFTER, registered_too_late, reminder_schedule
from services.notifications.facts.repository import Facts
from services.notifications.messages.enqueue import new_message
from services.notifications.messages.repository import Messages
from services.notifications.reminders.documents import THANKS
from services.notifications.reminders.repository import ReminderPlans
from services.notifications.settings.repository import SettingsRepository

UNKNOWN_GATHERING_PAUSE = timedelta(seconds=30)


@dataclass(frozen=True)
class MeetingReminder:
    """One reminder of a meeting. `key`: under which the plan notes that it was fanned out or skipped."""

    key: str
    days_before: int
    at: datetime


class RemindGroups:
    """Carries out the reminder plan of a gathering: each due reminder is fanned out once; of several that were missed only the last is."""

    def __init__(
        self, plans: ReminderPlans, messages: Messages, facts: Facts, settings: SettingsRepository, clock: Clock
    ) -> None:
        self._plans = plans
        self._messages = messages
        self._facts = facts
        self._settings = settings
        self._clock = clock

    async def carry_out(self, document: Document) -> None:
        """Fan out what is due, and move the due time to what comes next."""
        scope, plan, now = of_document(document), self._plans.read(document), self._clock.now()
        gathering = await self._facts.gathering(scope, plan.id)
        if gathering is None:
            return await self._plans.reschedule(scope, plan, plan.done, now + UNKNOWN_GATHERING_PAUSE)
        if gathering.cancelled:
            return await self._plans.reschedule(scope, plan, plan.done, None)
        days_of_municipality = (await self._settings.current(scope)).reminders
        done, upcoming = set(plan.done), list[datetime]()
        for number, meeting in enumerate(gathering.active_meetings):
            reminders = _reminders_of(meeting, gathering, days_of_municipality)
            if number:
                reminders = reminders[-1:]  # who comes every week needs no word about it a week before
            due = [reminder for reminder in reminders if reminder.at <= now and reminder.key not in done]
            if due and now < meeting.starts_at:
                await self._remind(scope, gathering, meeting, due[-1])
            done |= {reminder.key for reminder in due}
            upcoming += [reminder.at for reminder in reminders if reminder.at > now]
        thanks_at = gathering.ends_at + THANKS_AFTER
        if any(gathering.thanks.values()) and thanks_at <= now and THANKS not in done:
            await self._thank(scope, gathering, thanks_at)
            done.add(THANKS)
        if any(gathering.thanks.values()) and thanks_at > now:
            upcoming.append(thanks_at)
        await self._plans.reschedule(scope, plan, tuple(sorted(done)), min(upcoming, default=None))

    async def _remind(
        self, scope: TenantScope, gathering: Gathering, meeting: Meeting, reminder: MeetingReminder
    ) -> None:
        """Enqueue a reminder for every group with seats that registered before the reminder's time, also those that attended an earlier meeting."""
        groups = await self._facts.list_groups(scope, gathering.id, HAVE_SEATS if meeting.id else ["confirmed"])
        groups = [group for group in groups if not registered_too_late(group.registered_at, reminder.at)]
        content = {"days_before": reminder.days_before} | ({"meeting": meeting.id} if meeting.id else {})
        await self._enqueue(scope, "gathering-reminder", gathering, groups, reminder.key, reminder.at, content)

    async def _thank(self, scope: TenantScope, gathering: Gathering, at: datetime) -> None:
        """Enqueue thanks for the groups that were let in at the door; where none was, the door was not used, and all with seats are thanked."""
        groups = await self._facts.list_groups(scope, gathering.id, ["arrived", "confirmed"])
        arrived = [group for group in groups if group.status == "arrived"]
        await self._enqueue(scope, "gathering-thanks", gathering, arrived or groups, THANKS, at, {})

    async def _enqueue(
        self,
        scope: TenantScope,
        kind: str,
        gathering: Gathering,
        groups: list[Group],
        key: str,
        at: datetime,
        content: Document,
    ) -> None:
        fields = {"tenant": scope.tenant, "gathering": gathering.id, "due_at": self._clock.now(), "told": content}
        await self._messages.insert_if_absent(
            {f"m-{gathering.id}-{key}-{group.id}": new_message(kind, group.id, at, **fields) for group in groups}
        )


def _reminders_of(
    meeting: Meeting, gathering: Gathering, days_of_municipality: Iterable[int] | None
) -> list[MeetingReminder]:
    """The reminders of a meeting, the first one first."""
    schedule = reminder_schedule(meeting.starts_at, gathering.reminders, days_of_municipality)
    return [MeetingReminder(f"{days}@{at.isoformat()}", days, at) for days, at in schedule]
