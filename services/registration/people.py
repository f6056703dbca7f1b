"""What registration holds about one person, to be handed to them (Article 15 and 20 GDPR)."""

from __future__ import annotations

from typing import Any

from chassis.aggregates import Aggregates
from chassis.audience import Caller
from chassis.ids import Secrets
from chassis.problems import not_found
from services.registration.gatherings import plain
from services.registration.registrations import Registrations

HELD = ("name", "contact", "language", "party", "support", "channel", "helper", "consent")


class People:
    """People as their registrations know them; the id of a person is that of their registration."""

    def __init__(self, aggregates: Aggregates, registrations: Registrations, secrets: Secrets) -> None:
        self._all = aggregates
        self._registrations = registrations
        self._secrets = secrets

    async def export(self, caller: Caller, person_id: str) -> dict[str, Any]:
        """Everything, in a form that programs read. Raises Problem 404 for whoever is neither staff nor the holder."""
        standing = await self._registrations.one(caller, person_id)
        document = await self._all.load(caller.scope, person_id)
        if document is None:
            raise not_found("person")
        held = {key: plain(document[key]) for key in HELD}
        return {
            "service": "registration", "person_id": person_id,
            "registration": {"gathering": document["gathering"], "status": standing["status"], **held},
        }  # fmt: skip
