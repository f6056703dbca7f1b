"""Makes the mails of deliveries: the text in force, in the letterhead of the municipality."""

from __future__ import annotations

from services.notifications.delivery.delivery import Delivery
from services.notifications.domain.throttle import may_be_stranger
from services.notifications.mail.compose import Mail, compose
from services.notifications.mail.letterheads import Letterheads
from services.notifications.mail.of_message import invitation_of
from services.notifications.message_templates.repository import TemplateRepository
from services.notifications.unsubscribing.unsubscribe import Unsubscribe
from services.notifications.wording.rendered_text import RenderedText, merge_texts, render


class DeliveryMails:
    """Renders and composes mails."""

    def __init__(
        self, templates: TemplateRepository, letterheads: Letterheads, unsubscribe: Unsubscribe, public_url: str
    ) -> None:
        self._templates = templates
        self._letterheads = letterheads
        self._unsubscribe = unsubscribe
        self._public_url = public_url

    async def render(self, delivery: Delivery) -> RenderedText:
        """The text of a message, as an e-mail says it."""
        content, about = delivery.situation.content, delivery.situation.about
        stranger = may_be_stranger("email", content, about.contact, about.group)
        templates = await self._templates.get_in_force(delivery.scope)
        return render(content, about, self._public_url, templates, to_stranger=stranger)

    async def compose(self, delivery: Delivery, rendered: RenderedText, to: str) -> Mail:
        """The mail to `to` that says it, with an entry for the calendar where its kind has one. Raises: NoAddress."""
        scope, content, about = delivery.scope, delivery.situation.content, delivery.situation.about
        return compose(
            rendered,
            delivery.message.id,
            to,
            await self._letterheads.get(scope, delivery.settings),
            delivery.now,
            invitation_of(content, about, rendered.language, self._public_url),
            unsubscribe=self._unsubscribe.link(scope, about.contact.id, content.kind)
            if content.purpose == "optional"
            else "",
        )

    async def compose_together(self, delivery: Delivery, texts: list[RenderedText], to: str) -> Mail:
        """One mail that says several texts. Raises: NoAddress."""
        letterhead = await self._letterheads.get(delivery.scope, delivery.settings)
        return compose(merge_texts(texts), delivery.message.id, to, letterhead, delivery.now)
