"""What selfcheck hears of others: who has to be forgotten. (Municipalities and staff roles: `chassis.directory`.)"""

from __future__ import annotations

from collections.abc import Iterable

from chassis.projection import Handler, Once, Write
from contracts import registration as r
from contracts.envelope import Envelope


def _erased(envelope: Envelope, event: r.PersonErased) -> Iterable[Write]:
    yield Once("erasures", event.person_id, {"version": 1})


HANDLERS: dict[str, Handler] = {r.PersonErased.event_type: _erased}
