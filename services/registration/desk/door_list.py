"""The list that the door keeps for a time without a network, with the key that its browser locks it with."""

from __future__ import annotations

import base64
from datetime import datetime

from chassis.clock import rfc3339
from chassis.ids import Secrets
from chassis.storage.tenancy import TenantScope
from services.registration.desk.lists import SEATED, Lists, RegistrationFilter
from services.registration.domain.initials import initials
from services.registration.domain.meetings import DOOR_AFTER
from services.registration.gatherings.gatherings import Gatherings
from services.registration.meetings.timed_meetings import here_now, timed
from services.registration.registrations.registrations import Registrations
from services.registration.seats.documents import Answer


class DoorList:
    """Lists whoever has seats, as the door needs to know them."""

    def __init__(self, gatherings: Gatherings, lists: Lists, registrations: Registrations, secrets: Secrets) -> None:
        self._gatherings = gatherings
        self._lists = lists
        self._registrations = registrations
        self._secrets = secrets

    async def get(self, scope: TenantScope, gathering_id: str, sign_in: str, now: datetime) -> Answer:
        """The groups with seats, until when the list may be kept, and the key: the same for one sign-in (`sign_in`: what proves it),
        another for the next. Empty once that time is over. Of several meetings it is for the one people come to now. Raises Problem 404."""
        gathering = await self._gatherings.get_for_desk(scope, gathering_id, now)
        current = here_now(timed(gathering), now)
        meeting_id = current["id"] if current else ""
        until = (current["ends_at"] if current else datetime.fromisoformat(gathering["ends_at"])) + DOOR_AFTER
        items: list[Answer] = []
        if now < until:
            for status in SEATED:
                registrations = self._lists.iterate(scope, gathering_id, RegistrationFilter(status))
                items += [self._item(registration, meeting_id) async for registration in registrations]
        key = self._secrets.derived("door-list", f"{scope.tenant}\0{gathering_id}\0{sign_in}")
        meeting = {"meeting": meeting_id} if current else {}
        return {"items": items, "until": rfc3339(until), "key": base64.b64encode(key).decode(), **meeting}

    def _item(self, registration: Answer, meeting: str) -> Answer:
        people_at = registration.get("came_to", {})
        people_here = people_at.get(meeting, 0) if meeting else registration.get("people_here", 0)
        return {
            "id": registration["id"],
            "code": self._registrations.door_code(registration["id"]),
            "initials": initials(registration["name"]),
            "name": registration["name"],
            "people": 1 + len(registration["party"]),
            "here": people_here,
        }
