"""The mailbox of who is signed in, for mails that people send to themselves to see how they look."""

from __future__ import annotations

from chassis.http.permissions import Caller
from chassis.http.problems import conflict
from chassis.ids import Secrets
from chassis.text.translations import mark
from services.notifications.facts.repository import Facts
from services.notifications.staff.repository import StaffReminders

NO_MAILBOX = mark(
    "It could not be sent: your e-mail address is not known here. Please ask those who look after your accounts to have it confirmed there, "
    "and sign in again."
)


class OwnMailbox:
    """Finds somebody's own address: their token tells it, or they were invited under it. A session on pages holds only its key."""

    def __init__(self, invited: StaffReminders, facts: Facts, secrets: Secrets) -> None:
        self._invited = invited
        self._facts = facts
        self._secrets = secrets

    async def address(self, caller: Caller) -> str:
        """Raises: Problem 409 it is not known."""
        who = caller.identity
        if who is not None and who.email:
            return who.email
        if who is not None and who.email_key:
            for contact, key in await self._invited.list_invited(caller.scope):
                if key in (None, who.email_key):  # the first coordinator was invited under no key
                    known = await self._facts.contact(caller.scope, contact)
                    if known and known.email and self._secrets.email_key(known.email) == who.email_key:
                        return known.email
        raise conflict("no-address", NO_MAILBOX)
