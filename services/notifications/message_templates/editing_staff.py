"""Texts by people who don't program: draft, publish, back to the product's own. How they read is shown by `previews`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from chassis.clock import Clock, rfc3339
from chassis.http.problems import conflict, invalid, not_found
from chassis.storage.tenancy import TenantScope
from chassis.text.languages import LANGUAGES
from chassis.text.translations import mark
from services.notifications.domain.messages import CONTENTS
from services.notifications.message_templates.defaults import default
from services.notifications.message_templates.documents import MessageTemplate, Version
from services.notifications.message_templates.placeholders_staff import explain_placeholders
from services.notifications.message_templates.repository import TemplateRepository
from services.notifications.message_templates.rules_staff import find_flaws, fingerprint
from services.notifications.wording.rendered_text import Template

MOST_VERSIONS = 200
NO_DRAFT = mark("There is no draft to publish. Save the text first.")
TOO_MANY = mark("This text has been changed 200 times. Please ask those who run the platform.")


@dataclass(frozen=True)
class Draft:
    """A text as it is being written."""

    subject: str
    body: str
    sms: str | None = None


class Templates:
    """The texts of a municipality, for those who write them."""

    def __init__(self, repository: TemplateRepository, clock: Clock) -> None:
        self._repository = repository
        self._clock = clock

    async def list(self, scope: TenantScope) -> list[dict[str, Any]]:
        """Each kind with its placeholders and where each language stands."""
        templates = {
            (template.kind, template.language): template for template in await self._repository.list_all(scope)
        }
        return [
            {
                "kind": kind,
                "placeholders": explain_placeholders(kind),
                "languages": {code: _status(templates.get((kind, code))) for code in LANGUAGES},
            }
            for kind in CONTENTS
        ]

    async def show(self, scope: TenantScope, kind: str, language: str) -> dict[str, Any]:
        """One text: what is in force or being drafted, the product's own, and all versions.

        Raises: Problem 404 no such kind or language.
        """
        check_text(kind, language)
        return _as_json(await self._repository.get_text(scope, kind, language), kind, language)

    async def save(self, scope: TenantScope, kind: str, language: str, draft: Draft) -> dict[str, Any]:
        """Save a draft; it is not used before it is published.

        Raises: Problem 404, 422 with the place of each flaw, 409 too many versions.
        """
        check_text(kind, language)
        if flaws := list(find_flaws(kind, draft.subject, draft.body, draft.sms)):
            raise invalid(*flaws)
        now = self._clock.now()
        default_hash = fingerprint(default(kind, language))

        def decide(current: MessageTemplate) -> MessageTemplate:
            without_draft = current.versions[:-1] if current.draft else current.versions
            if len(without_draft) >= MOST_VERSIONS:
                raise conflict("too-many-versions", TOO_MANY)
            number = current.draft.version if current.draft else len(without_draft) + 1
            version = Version(version=number, subject=draft.subject, body=draft.body, sms=draft.sms, saved_at=now)
            return msgspec.structs.replace(current, versions=(*without_draft, version), default_hash=default_hash)

        return _as_json(await self._repository.decide(scope, kind, language, decide, now), kind, language)

    async def publish(self, scope: TenantScope, kind: str, language: str, version: int | None = None) -> dict[str, Any]:
        """Put the draft in force, or an earlier version again.

        Raises: Problem 404 no such kind, language or version, 409 there is no draft.
        """
        check_text(kind, language)
        now = self._clock.now()

        def decide(current: MessageTemplate) -> MessageTemplate:
            if version is None and current.draft is None:
                raise conflict("no-draft", NO_DRAFT)
            number = version if version is not None else len(current.versions)
            if not 1 <= number <= len(current.versions):
                raise not_found("version")
            versions = tuple(
                msgspec.structs.replace(stored, published_at=stored.published_at or now)
                if stored.version == number
                else stored
                for stored in current.versions
            )
            return msgspec.structs.replace(current, versions=versions, published=number)

        return _as_json(await self._repository.decide(scope, kind, language, decide, now), kind, language)

    async def back_to_default(self, scope: TenantScope, kind: str, language: str) -> dict[str, Any]:
        """Use the product's own text again; the versions stay."""
        check_text(kind, language)

        def decide(current: MessageTemplate) -> MessageTemplate:
            return msgspec.structs.replace(current, published=None)

        template = await self._repository.decide(scope, kind, language, decide, self._clock.now())
        return _as_json(template, kind, language)


def check_text(kind: str, language: str) -> None:
    """Check that there is such a kind of message, in such a language. Raises Problem 404."""
    if kind not in CONTENTS:
        raise not_found("kind of message")
    if language not in LANGUAGES:
        raise not_found("language")


def _status(template: MessageTemplate | None) -> dict[str, Any]:
    if template is None or not template.versions:
        return {"status": "default", "version": None, "draft": False}
    in_force = template.in_force
    return {
        "status": "published" if in_force else "default",
        "version": in_force.version if in_force else None,
        "draft": template.draft is not None,
    }


def _as_json(template: MessageTemplate | None, kind: str, language: str) -> dict[str, Any]:
    default_text = default(kind, language)
    current = (template.draft or template.in_force) if template else None
    text: Template | Version = current or default_text
    status = "default" if current is None else "draft" if template and template.draft else "published"
    return {
        "kind": kind,
        "language": language,
        "subject": text.subject,
        "body": text.body,
        "sms": text.sms,
        "version": current.version if current else None,
        "status": status,
        "published": template.published if template else None,
        "placeholders": explain_placeholders(kind),
        "default": {
            "subject": default_text.subject,
            "body": default_text.body,
            "sms": default_text.sms,
            "language": default_text.language,
        },
        "default_changed": bool(template and template.versions and template.default_hash != fingerprint(default_text)),
        "versions": [
            {
                "version": version.version,
                "saved_at": rfc3339(version.saved_at),
                "published_at": _time(version.published_at),
                "subject": version.subject,
            }
            for version in (template.versions if template else ())
        ],
    }


def _time(moment: datetime | None) -> str | None:
    return rfc3339(moment) if moment else None
