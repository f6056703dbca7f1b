"""`kommune rebuild`: a service's read model anew from all events."""

from __future__ import annotations

from collections.abc import Callable

from chassis.messaging.rebuild import Rebuild, Rebuilt
from chassis.settings import Settings
from chassis.storage.mongo import connect
from kommune.services import build


class NothingToRebuild(Exception):
    """The service owns all that it holds."""


async def rebuild(settings: Settings, name: str, tell: Callable[[int, int, float], None]) -> Rebuilt:
    """Make a service's read model anew, beside the present one, and swap them. Raises NothingToRebuild."""
    service = build(name, settings)
    definition, context = service.definition, service.context
    if not definition.read_model:
        raise NothingToRebuild
    await service.prepare()
    database = connect(settings, name, patient=True)
    try:
        return await Rebuild(
            name, database, definition.handlers, definition.read_model, definition.programme, settings, context.clock
        ).run(tell)
    finally:
        await database.close()
        await context.database.close()
