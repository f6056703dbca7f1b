"""Who gets a certificate: whoever was at a training, once it is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.http.permissions import Caller
from chassis.http.problems import not_found
from services.registration.gatherings.gatherings import Gatherings
from services.registration.meetings.timed_meetings import timed
from services.registration.registrations.registrations import Registrations


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who was at which gathering; of a course at which of its meetings (`timed`), empty where it has one."""

    name: str
    gathering: dict[str, Any]
    meetings: list[dict[str, Any]]


class TrainingCertificates:
    def __init__(self, registrations: Registrations, gatherings: Gatherings) -> None:
        self._registrations = registrations
        self._gatherings = gatherings

    async def get(self, caller: Caller, registration: str, person: int, now: datetime) -> Attendance:
        """What a certificate states. `person`: 0 is who registered, then the others of the group in their order.

        Raises Problem 404, also where there is none (yet).
        """
        state = await self._registrations.get(caller, registration)
        gathering = await self._gatherings.get_for_participants(caller.scope, state["gathering"], now)
        is_over = now >= datetime.fromisoformat(gathering["ends_at"])
        if gathering["kind"] != "training" or state["status"] != "arrived" or not is_over:
            raise not_found("certificate")
        people = [state["name"], *state["party"]]
        if not 0 <= person < len(people) or not people[person]:
            raise not_found("person")
        attended_meetings = [meeting for meeting in timed(gathering) if state.get("came_to", {}).get(meeting["id"])]
        return Attendance(people[person], gathering, attended_meetings)
