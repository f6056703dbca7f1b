"""Sends a test mail to who is signed in, as mails will go out once the sender is proven."""

from __future__ import annotations

from typing import Any

import msgspec

from chassis.http.permissions import Caller
from chassis.text.translations import mark
from services.notifications.mail.letterheads import Letterheads
from services.notifications.settings.repository import SettingsRepository
from services.notifications.staff.own_mailbox_staff import MailsToOneself
from services.notifications.wording.rendered_text import RenderedText
from services.notifications.wording.sentences import sentence

SUBJECT = mark("Test of the sender")
ARRIVED = mark("This mail arrived: the mail server takes what you write. It came from %(address)s.")
LOOK = mark(
    "If you found it among spam, please give the records of the settings page to whoever looks after your domain, and check the sender again."
)
SETTINGS = mark("To the settings")


class SenderTest:
    """Tries the sender that is set before residents get mails from it: own address, own server, signature."""

    def __init__(
        self, settings: SettingsRepository, letterheads: Letterheads, to_oneself: MailsToOneself, public_url: str
    ) -> None:
        self._settings = settings
        self._letterheads = letterheads
        self._to_oneself = to_oneself
        self._public_url = public_url

    async def send(self, caller: Caller, language: str) -> dict[str, Any]:
        """Send the test mail to who is signed in; returns the address it came from.

        Raises: Problem 409 the caller's own address is not known, or the mail server does not take the mail.
        """
        scope = caller.scope
        # As if it were proven: that is what is to be tried, and nobody else gets this mail.
        settings = msgspec.structs.replace(await self._settings.current(scope), sender_state="delivering")
        letterhead = await self._letterheads.get(scope, settings)
        text = RenderedText(
            language,
            "",
            sentence(language, SUBJECT),
            (sentence(language, ARRIVED, address=letterhead.address), sentence(language, LOOK)),
            f"{self._public_url}/notifications/{scope.tenant}/settings",
            sentence(language, SETTINGS),
        )
        await self._to_oneself.send(caller, settings, letterhead, text)
        return {"sent": True, "from_address": letterhead.address}
