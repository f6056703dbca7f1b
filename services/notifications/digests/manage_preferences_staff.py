"""Use cases of preferences of staff: each kind of message at once, in a digest, or not at all."""

from __future__ import annotations

from typing import Any

import msgspec

from chassis.clock import Clock
from chassis.http.permissions import Caller
from chassis.http.problems import conflict
from chassis.ids import Secrets
from chassis.text.translations import mark
from services.notifications.digests.digests import rhythm_in_force
from services.notifications.digests.documents import Preferences
from services.notifications.digests.repository import StaffPreferences
from services.notifications.digests.schemas import PreferencesBody
from services.notifications.domain.digests import KINDS, effective_choice
from services.notifications.domain.messages import CONTENTS
from services.notifications.settings.documents import Digests, TenantSettings
from services.notifications.settings.repository import SettingsRepository

NO_ADDRESS = mark(
    "Whoever signs you in does not tell your e-mail address, so nothing can be kept for it. Please ask those who look after your accounts to "
    "have it confirmed there, and sign in again."
)


class ManagePreferences:
    """Shows and saves the preferences of the person who is signed in. They are stored under the keyed hash of their e-mail address."""

    def __init__(
        self, preferences: StaffPreferences, settings: SettingsRepository, secrets: Secrets, clock: Clock
    ) -> None:
        self._preferences = preferences
        self._settings = settings
        self._secrets = secrets
        self._clock = clock

    async def show(self, caller: Caller) -> dict[str, Any]:
        """Each kind of message with the choice in force.

        Raises: Problem 409 their address is not known.
        """
        preferences = await self._preferences.get_or_default(caller.scope, self._key(caller))
        return _as_json(preferences, await self._settings.get_or_default(caller.scope))

    async def save(self, caller: Caller, body: PreferencesBody) -> dict[str, Any]:
        """Replace the preferences.

        Raises: Problem 409 their address is not known.
        """
        rhythm = Digests(body.digest.at, tuple(sorted(set(body.digest.days)))) if body.digest else None

        def decide(current: Preferences) -> Preferences:
            return msgspec.structs.replace(current, kinds=dict(body.kinds), rhythm=rhythm)

        saved = await self._preferences.update(caller.scope, self._key(caller), decide, self._clock.now())
        return _as_json(saved, await self._settings.get_or_default(caller.scope))

    def _key(self, caller: Caller) -> str:
        """The keyed hash of the caller's e-mail address.

        Raises: Problem 409 their address is not known.
        """
        identity = caller.identity
        if identity and identity.email_key:
            return identity.email_key
        if identity and identity.email:
            return self._secrets.email_key(identity.email)
        raise conflict("no-address", NO_ADDRESS)


def _as_json(preferences: Preferences, settings: TenantSettings) -> dict[str, Any]:
    rhythm = rhythm_in_force(preferences, settings)
    own = preferences.rhythm
    return {
        "kinds": {kind: preferences.kinds.get(kind) for kind in KINDS},
        "in_force": {kind: effective_choice(CONTENTS[kind], preferences.kinds, rhythm) for kind in KINDS},
        "urgent": [kind for kind in KINDS if CONTENTS[kind].urgent],
        "digest": {"at": own.at, "days": list(own.days)} if own else None,
        "municipality": {"at": settings.digest.at, "days": list(settings.digest.days)} if settings.digest else None,
    }
