"""Composition root of selfcheck."""

from __future__ import annotations

from chassis.aggregates import Aggregates
from chassis.service import Context, Parts
from services.selfcheck.api import router
from services.selfcheck.store import Questionnaires


def compose(context: Context) -> Parts:
    """Put the service together."""
    published = Aggregates(context.database, "questionnaires", lambda: context.wake_relay())
    questionnaires = Questionnaires(published, context.secrets)

    async def prepare() -> None:
        await questionnaires.prepare(context.clock.now())

    return Parts(
        routers=[router],
        handlers={},
        outboxes=["questionnaires"],
        due=[],
        prepare=prepare,
        state={"questionnaires": questionnaires},
    )
