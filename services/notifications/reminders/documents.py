"""Stored documents of reminder plans, one for each gathering: collection `reminder_plans`."""

from __future__ import annotations

from chassis.storage.documents import StoredDocument

THANKS = "thanks"


class ReminderPlan(StoredDocument, frozen=True, kw_only=True):
    """Plan of the reminders of a gathering. `done`: keys (days and time) of those fanned out or skipped; a gathering that is moved has new
    keys, so it reminds again."""

    done: tuple[str, ...] = ()
