"""Use cases of a municipality's settings: show, change, check the sender."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

import msgspec
import orjson

from chassis.clock import Clock, rfc3339
from chassis.http.problems import FieldError, invalid
from chassis.storage.mongo import Document
from chassis.storage.tenancy import TenantScope, of_document
from chassis.text.translations import mark
from services.notifications.domain.reminders import DEFAULT_DAYS
from services.notifications.mail.dkim import Signer, new_key
from services.notifications.net.hosts import HostCheck, NotPublic
from services.notifications.net.problems_staff import PRIVATE_HOST
from services.notifications.reminders.repository import ReminderPlans
from services.notifications.settings.cipher import Cipher
from services.notifications.settings.documents import Digests, Hours, SendDays, TenantSettings
from services.notifications.settings.own_server import OwnServers, try_again_after
from services.notifications.settings.repository import SettingsRepository
from services.notifications.settings.schemas import SettingsBody
from services.notifications.settings.sender_check import Resolver, check_records
from services.notifications.settings.sms_account_staff import SmsAccounts

SELECTOR = "kommune"
CHECKED_EVERY = timedelta(hours=6)
"""How often the DNS records of senders are checked again."""
NO_SENDER = mark("Save an address of your own first.")


class MunicipalitySettings:
    """Shows and changes the settings of a municipality."""

    def __init__(
        self,
        repository: SettingsRepository,
        plans: ReminderPlans,
        cipher: Cipher,
        hosts: HostCheck,
        resolver: Resolver,
        sms: SmsAccounts,
        own_servers: OwnServers,
        clock: Clock,
        mail_from: str,
    ) -> None:
        self.repository = repository
        self._plans = plans
        self._cipher = cipher
        self._hosts = hosts
        self._resolver = resolver
        self._sms = sms
        self._own_servers = own_servers
        self._clock = clock
        self._platform = parseaddr(mail_from)[1]

    async def show(self, scope: TenantScope) -> dict[str, Any]:
        """All settings; of secrets only whether they are set."""
        return self._as_json(scope, await self.repository.current(scope))

    async def save(self, scope: TenantScope, body: SettingsBody) -> dict[str, Any]:
        """Change what the body names.

        Raises: Problem 422 the mail server is none that may be used.
        """
        named, now = body.model_fields_set, self._clock.now()
        fields = _fields_without_secrets(body)
        if "smtp" in named:
            fields["smtp"] = await self._encrypted_smtp(scope, body)
        if "sms" in named:
            fields["sms"] = await self._encrypted_sms(scope, body)
        new_dkim_key = self._cipher.encrypt(scope, "dkim", new_key()) if body.from_address else None

        def change(current: TenantSettings) -> TenantSettings:
            changed = msgspec.structs.replace(current, **fields)
            if changed.from_address and changed.dkim_key is None:
                changed = msgspec.structs.replace(changed, dkim_key=new_dkim_key, dkim_selector=SELECTOR)
            if changed.from_address != current.from_address or changed.smtp != current.smtp:
                # What was proven of another address or server says nothing of this one.
                changed = msgspec.structs.replace(
                    changed, sender_state="unproven", findings=(), checked_at=None, server_failure="", due_at=now
                )
            elif "smtp" in named and changed.server_failure:
                changed = msgspec.structs.replace(changed, due_at=now)  # who saves it again mended it elsewhere
            return changed

        saved = await self.repository.update(scope, change)
        if "reminders" in named:
            await self._plans.reschedule_all(scope, now)
        return self._as_json(scope, saved)

    async def check_sender(self, scope: TenantScope) -> dict[str, Any]:
        """Check the sender now, in DNS and at its mail server.

        Raises: Problem 422 the municipality has no sender address of its own.
        """
        settings = await self.repository.current(scope)
        if not settings.from_address:
            raise invalid(FieldError("/from_address", NO_SENDER))
        return self._as_json(scope, await self._check(scope, settings))

    async def check_due(self, document: Document) -> None:
        """Check a sender whose next check is due."""
        scope = of_document(document)
        await self._check(scope, await self.repository.current(scope))

    async def _check(self, scope: TenantScope, checked: TenantSettings) -> TenantSettings:
        """Check the sender of these settings, store the result and when the next check is due."""
        now = self._clock.now()
        if not checked.from_address:
            return await self.repository.update(scope, lambda current: msgspec.structs.replace(current, due_at=None))
        domain = checked.from_address.rpartition("@")[2]
        include = "" if checked.smtp else self._platform.rpartition("@")[2]
        signer = self._signer(scope, checked)
        findings = await check_records(
            self._resolver, domain, checked.dkim_selector, signer.record() if signer else "", include
        )
        failure = await self._own_servers.failure(scope, checked)
        proven = all(finding.ok for finding in findings) and not failure
        due_at = now + (try_again_after(failure) if failure else CHECKED_EVERY)

        def change(current: TenantSettings) -> TenantSettings:
            if (current.from_address, current.smtp) != (checked.from_address, checked.smtp):
                return current  # changed meanwhile, and due again by that
            was_proven = current.sender_state in ("delivering", "failing")
            return msgspec.structs.replace(
                current,
                sender_state="delivering" if proven else "failing" if was_proven else "unproven",
                findings=findings,
                checked_at=now,
                server_failure=failure,
                due_at=due_at,
            )

        return await self.repository.update(scope, change)

    def _signer(self, scope: TenantScope, settings: TenantSettings) -> Signer | None:
        if settings.dkim_key is None:
            return None
        pem = self._cipher.decrypt(scope, "dkim", settings.dkim_key)
        return Signer.of_pem(settings.from_address.rpartition("@")[2], settings.dkim_selector, pem)

    async def _encrypted_smtp(self, scope: TenantScope, body: SettingsBody) -> bytes | None:
        """The mail server with its password, encrypted; None: the platform's.

        Raises: Problem 422 the host is none that may be used.
        """
        if body.smtp is None:
            return None
        try:
            await self._hosts.addresses(urlsplit(body.smtp.url).hostname or "")
        except NotPublic:
            raise invalid(FieldError("/smtp/url", PRIVATE_HOST)) from None
        if not body.smtp.password:
            encrypted = (await self.repository.current(scope)).smtp
            former = orjson.loads(self._cipher.decrypt(scope, "smtp", encrypted)) if encrypted else {}
            if (former.get("url"), former.get("username")) == (body.smtp.url, body.smtp.username):
                return encrypted  # its password was written before, and is never sent out again
        server = {"url": body.smtp.url, "username": body.smtp.username, "password": body.smtp.password}
        return self._cipher.encrypt(scope, "smtp", orjson.dumps(server))

    async def _encrypted_sms(self, scope: TenantScope, body: SettingsBody) -> bytes | None:
        """The account for text messages, encrypted; None: the platform's gateway.

        Raises: Problem 422 as `SmsAccounts.encrypt`.
        """
        return await self._sms.encrypt(scope, body.sms, await self.repository.current(scope)) if body.sms else None

    def _as_json(self, scope: TenantScope, settings: TenantSettings) -> dict[str, Any]:
        hours = settings.quiet_hours
        smtp = None
        if settings.smtp is not None:
            stored = orjson.loads(self._cipher.decrypt(scope, "smtp", settings.smtp))
            smtp = {"url": stored["url"], "username": stored["username"], "password_set": bool(stored["password"])}
        days = DEFAULT_DAYS if settings.reminders is None else settings.reminders
        return {
            "from_name": settings.from_name,
            "from_address": settings.from_address,
            "reply_to": settings.reply_to,
            "signature": settings.signature,
            "smtp": smtp,
            "quiet_hours": {"from": hours.begin, "until": hours.until} if hours else None,
            "send_days": {channel: list(days) for channel, days in msgspec.structs.asdict(settings.send_days).items()},
            "reminders": [{"days_before": days_before} for days_before in sorted(days, reverse=True)],
            "calls_reminders": settings.calls_reminders,
            "stopped": settings.stopped,
            "sms": self._sms.as_json(scope, settings),
            "digest": {"at": settings.digest.at, "days": list(settings.digest.days)} if settings.digest else None,
            "sender": {
                "state": settings.sender_state,
                "checked_at": _time(settings.checked_at),
                "records": [msgspec.structs.asdict(finding) for finding in settings.findings],
                "server_failure": settings.server_failure,
                "platform_address": self._platform,
            },
        }


def _fields_without_secrets(body: SettingsBody) -> dict[str, Any]:
    """The stored fields that a body names, except those that are encrypted."""
    named = body.model_fields_set
    copied = ("from_name", "from_address", "reply_to", "signature", "calls_reminders", "stopped")
    fields: dict[str, Any] = {name: getattr(body, name) for name in copied if name in named}
    if "quiet_hours" in named:
        fields["quiet_hours"] = Hours(body.quiet_hours.from_, body.quiet_hours.until) if body.quiet_hours else None
    if "send_days" in named:
        days_by_channel = body.send_days.model_dump() if body.send_days else {}
        fields["send_days"] = SendDays(
            **{channel: tuple(sorted(set(days))) for channel, days in days_by_channel.items()}
        )
    if "reminders" in named:
        reminders = body.reminders
        fields["reminders"] = None if reminders is None else tuple(sorted({one.days_before for one in reminders}))
    if "sms" in named:
        fields["sms_price"] = body.sms.price_cents if body.sms else None
    if "digest" in named:
        fields["digest"] = Digests(body.digest.at, tuple(sorted(set(body.digest.days)))) if body.digest else None
    return fields


def _time(moment: datetime | None) -> str | None:
    return rfc3339(moment) if moment else None
