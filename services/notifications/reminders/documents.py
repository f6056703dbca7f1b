"""Stored documents of reminder plans, one for each gathering: collection `reminder_plans`."""

from __future__ import annotations

from chassis.storage.documents import StoredDocument

THANKS = "thanks"


class ReminderPlan(StoredDocument, frozen=True, kw_only=True):
    """Which reminders of a gathering went out. `done`: keys of those fanned out or passed over already; a gathering that is moved reminds again."""

    done: tuple[str, ...] = ()
