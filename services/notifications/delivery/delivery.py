"""One due message that is to be delivered, with what is known of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chassis.storage.tenancy import TenantScope
from services.notifications.domain.delivery import Situation
from services.notifications.messages.documents import OutboundMessage
from services.notifications.settings.documents import TenantSettings


@dataclass(frozen=True, slots=True)
class Delivery:
    """A due message, its situation and settings. `may_go_out`: checked right before it is handed over: whether no other worker may have
    taken it over meanwhile, and it is not too late for it."""

    scope: TenantScope
    message: OutboundMessage
    situation: Situation
    settings: TenantSettings
    now: datetime
    may_go_out: Callable[[], bool]
