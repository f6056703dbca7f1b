"""Mails that staff send to themselves, to see how something looks and whether it arrives."""

from __future__ import annotations

from chassis.clock import Clock
from chassis.http.permissions import Caller
from chassis.http.problems import conflict
from chassis.ids import Secrets
from chassis.text.translations import mark
from services.notifications.facts.repository import Facts
from services.notifications.mail.compose import compose
from services.notifications.mail.letterhead import Letterhead
from services.notifications.mail.refusals_staff import NOT_SENT, not_sent
from services.notifications.mail.senders import Senders
from services.notifications.settings.documents import TenantSettings
from services.notifications.staff.repository import StaffReminders
from services.notifications.wording.rendered_text import RenderedText

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
        """The address of who is signed in.

        Raises: Problem 409 it is not known.
        """
        identity = caller.identity
        if identity is not None and identity.email:
            return identity.email
        if identity is not None and identity.email_key:
            for contact_id, key in await self._invited.list_invited(caller.scope):
                if key in (None, identity.email_key):  # the first coordinator was invited under no key
                    contact = await self._facts.contact(caller.scope, contact_id)
                    if contact and contact.email and self._secrets.email_key(contact.email) == identity.email_key:
                        return contact.email
        raise conflict("no-address", NO_MAILBOX)


class MailsToOneself:
    """Sends a mail to who is signed in, as mails to residents go out."""

    def __init__(self, mailbox: OwnMailbox, senders: Senders, clock: Clock) -> None:
        self._mailbox = mailbox
        self._senders = senders
        self._clock = clock

    async def send(self, caller: Caller, settings: TenantSettings, letterhead: Letterhead, text: RenderedText) -> None:
        """Raises: Problem 409 their own address is not known, or the mail server does not take the mail."""
        to, now = await self._mailbox.address(caller), self._clock.now()
        try:
            mail = compose(text, f"test-{int(now.timestamp() * 1000)}", to, letterhead, now)
            await self._senders.send(caller.scope, settings, mail, now)
        except NOT_SENT as error:
            raise not_sent("test-not-sent", error) from None
