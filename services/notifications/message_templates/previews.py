"""How a text reads, with invented people: shown on the page, or mailed to who is signed in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from chassis.clock import Clock
from chassis.http.permissions import Caller
from chassis.http.problems import invalid
from chassis.storage.tenancy import TenantScope
from programme.tenant_registry import EventTenantRegistry
from services.notifications.domain.text_messages import parts
from services.notifications.mail.letterheads import Letterheads
from services.notifications.mail.page import page
from services.notifications.message_templates.editing_staff import Draft, check_text
from services.notifications.message_templates.repository import TemplateRepository
from services.notifications.message_templates.rules_staff import find_flaws
from services.notifications.message_templates.samples import sample
from services.notifications.settings.repository import SettingsRepository
from services.notifications.settings.sms_account_staff import cost
from services.notifications.sms.gateway import text_of
from services.notifications.staff.own_mailbox_staff import MailsToOneself
from services.notifications.wording.rendered_text import Medium, RenderedText, Template, render


class TemplatePreviews:
    """Previews of the texts of a municipality, for those who write them."""

    def __init__(
        self,
        repository: TemplateRepository,
        letterheads: Letterheads,
        settings: SettingsRepository,
        municipality: Callable[[str], Awaitable[dict[str, str]]],
        to_oneself: MailsToOneself,
        clock: Clock,
        public_url: str,
    ) -> None:
        self._repository = repository
        self._letterheads = letterheads
        self._settings = settings
        self._municipality = municipality
        self._to_oneself = to_oneself
        self._clock = clock
        self._public_url = public_url

    async def preview(self, scope: TenantScope, kind: str, language: str, draft: Draft | None = None) -> dict[str, Any]:
        """Render a text as mail, text message, letter and call with invented people: the given one, else the draft, else
        what is in force.

        Raises: Problem 404, 422.
        """
        check_text(kind, language)
        if draft is not None and (flaws := list(find_flaws(kind, draft.subject, draft.body, draft.sms))):
            raise invalid(*flaws)
        template = await self._template(scope, kind, language, draft)
        rendered = {
            medium: await self._rendered(scope, kind, language, template, medium)
            for medium in ("email", "sms", "letter", "call")
        }
        settings = await self._settings.get_or_default(scope)
        letterhead = await self._letterheads.get(scope, settings)
        text = text_of(rendered["sms"])
        sms_parts = parts(text)
        return {
            "kind": kind,
            "language": rendered["email"].language,
            "email": {
                "subject": rendered["email"].subject,
                "text": rendered["email"].as_plain_text,
                "html": page(rendered["email"], letterhead),
            },
            "sms": {
                "text": text,
                "alphabet": sms_parts.alphabet,
                "parts": sms_parts.parts,
                "cost_cents": cost(sms_parts.parts, settings.sms_price),
            },
            "letter": {"subject": rendered["letter"].subject, "text": rendered["letter"].as_plain_text},
            "call": {"text": rendered["call"].body},
        }

    async def test(self, caller: Caller, kind: str, language: str) -> dict[str, Any]:
        """Send the text with invented people to who is signed in.

        Raises: Problem 404, 409 their own address is not known, or the mail server does not take it.
        """
        check_text(kind, language)
        scope = caller.scope
        template = await self._template(scope, kind, language, None)
        rendered = await self._rendered(scope, kind, language, template, "email")
        settings = await self._settings.get_or_default(scope)
        await self._to_oneself.send(caller, settings, await self._letterheads.get(scope, settings), rendered)
        return {"sent": True}

    async def _template(self, scope: TenantScope, kind: str, language: str, draft: Draft | None) -> Template:
        if draft is not None:
            return Template(draft.subject, draft.body, language, draft.sms)
        stored = await self._repository.get_text(scope, kind, language)
        if stored is not None and stored.draft is not None:
            version = stored.draft
            return Template(version.subject, version.body, language, version.sms, version.version)
        return (await self._repository.get_in_force(scope))(kind, language)

    async def _rendered(
        self, scope: TenantScope, kind: str, language: str, template: Template, medium: Medium
    ) -> RenderedText:
        in_force = await self._repository.get_in_force(scope)
        name = await self._municipality(scope.tenant)
        content, about = sample(kind, language, scope.tenant, name, self._clock.now())

        def templates(rendered_kind: str, code: str) -> Template:
            return template if rendered_kind == kind else in_force(rendered_kind, code)

        return render(content, about, self._public_url, templates, language, medium)


def name_of(registry: EventTenantRegistry) -> Callable[[str], Awaitable[dict[str, str]]]:
    """A function that looks up what a municipality is called, by language."""

    async def name(slug: str) -> dict[str, str]:
        facts = await registry.tenant(slug)
        return dict(facts["name"]) if facts else {"de": slug}

    return name
