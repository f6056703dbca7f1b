"""Delivers one message as a text message."""

from __future__ import annotations

from services.notifications.delivery.delivery import Delivery
from services.notifications.delivery.recipient_limit import RecipientLimit
from services.notifications.domain.throttle import may_be_stranger
from services.notifications.mail.server import GivenUp
from services.notifications.message_templates.repository import TemplateRepository
from services.notifications.sms.gateways import Gateways
from services.notifications.sms.text_sender import TextSender
from services.notifications.wording.rendered_text import render


class DeliverBySms:
    """Renders the text, keeps to the limits of its recipient, hands it to the gateway in force."""

    def __init__(
        self,
        recipient_limit: RecipientLimit,
        templates: TemplateRepository,
        gateways: Gateways,
        text_sender: TextSender,
        public_url: str,
    ) -> None:
        self._recipient_limit = recipient_limit
        self._templates = templates
        self._gateways = gateways
        self._text_sender = text_sender
        self._public_url = public_url

    async def deliver(self, delivery: Delivery) -> None:
        """Send the text, unless its recipient got enough of them. Raises: Conflict, GivenUp."""
        scope, message, now = delivery.scope, delivery.message, delivery.now
        content, about = delivery.situation.content, delivery.situation.about
        gateway = self._gateways.get(scope, delivery.settings)
        assert gateway is not None
        stranger = may_be_stranger("phone", content, about.contact, about.group)
        templates = await self._templates.get_in_force(scope)
        rendered = render(content, about, self._public_url, templates, medium="sms", to_stranger=stranger)
        if await self._recipient_limit.postponed(delivery, "phone", about.contact.phone_e164 or ""):
            return
        if not delivery.may_go_out():
            raise GivenUp
        await self._text_sender.send(scope, gateway, message, about.contact, rendered, now)
