"""`kommune rekey-staff`: what has to be done after EMAIL_KEY was changed."""

from __future__ import annotations

from chassis.settings import Settings
from kommune.services import build


async def rekey_staff(settings: Settings) -> int:
    """Make the keys of all staff anew; how many of them are known by another key now.

    Raises:
        PyMongoError: MongoDB is away.
    """
    service = build("registration", settings)
    try:
        changed: int = await service.definition.state["registration"].staff.rekey()
        return changed
    finally:
        await service.context.database.close()
