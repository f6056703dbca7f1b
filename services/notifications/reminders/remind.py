"""Reminds the groups of a gathering before it, and thanks them afterwards."""

from __future__ import annotations

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
        days = (await self._settings.current(scope)).reminders
        done, later = set(plan.done), []
        for number, meeting in enumerate(gathering.active_meetings):
            steps = [
                (f"{one}@{at.isoformat()}", one, at)
                for one, at in reminder_schedule(meeting.starts_at, gathering.reminders, days)
            ]
            if number:
                steps = steps[-1:]  # who comes every week needs no word about it a week before
            due = [step for step in steps if step[2] <= now and step[0] not in done]
            if due and now < meeting.starts_at:
                await self._remind(scope, gathering, meeting, due[-1])
            done |= {key for key, _, _ in due}
            later += [at for _, _, at in steps if at > now]
        thanks_at = gathering.ends_at + THANKS_AFTER
        if any(gathering.thanks.values()) and thanks_at <= now and THANKS not in done:
            await self._thank(scope, gathering, thanks_at)
            done.add(THANKS)
        if any(gathering.thanks.values()) and thanks_at > now:
            later.append(thanks_at)
        await self._plans.reschedule(scope, plan, tuple(sorted(done)), min(later, default=None))

    async def _remind(
        self, scope: TenantScope, gathering: Gathering, meeting: Meeting, step: tuple[str, int, datetime]
    ) -> None:
        """Enqueue a reminder for every group with seats that registered before the reminder's time, also those that attended an earlier meeting."""
        key, days, at = step
        groups = await self._facts.list_groups(scope, gathering.id, HAVE_SEATS if meeting.id else ["confirmed"])
        which = {"meeting": meeting.id} if meeting.id else {}
        groups = [group for group in groups if not registered_too_late(group.registered_at, at)]
        await self._enqueue(scope, "gathering-reminder", gathering, groups, key, at, {"days_before": days} | which)

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
