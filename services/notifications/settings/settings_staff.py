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
        sent, now = body.model_fields_set, self._clock.now()
        smtp = await self._encrypted_smtp(scope, body) if "smtp" in sent else None
        sms = await self._sms.encrypt(scope, body.sms, await self.repository.current(scope)) if body.sms else None
        key = self._cipher.encrypt(scope, "dkim", new_key()) if body.from_address else None

        def change(current: TenantSettings) -> TenantSettings:
            plain = {
                name: getattr(body, name)
                for name in ("from_name", "from_address", "reply_to", "signature", "calls_reminders", "stopped")
                if name in sent
            }
            changed = msgspec.structs.replace(current, **plain)
            if "quiet_hours" in sent:
                hours = Hours(body.quiet_hours.from_, body.quiet_hours.until) if body.quiet_hours else None
                changed = msgspec.structs.replace(changed, quiet_hours=hours)
            if "send_days" in sent:
                chosen = body.send_days.model_dump() if body.send_days else {}
                send_days = SendDays(**{way: tuple(sorted(set(days))) for way, days in chosen.items()})
                changed = msgspec.structs.replace(changed, send_days=send_days)
            if "reminders" in sent:
                days = None if body.reminders is None else tuple(sorted({one.days_before for one in body.reminders}))
                changed = msgspec.structs.replace(changed, reminders=days)
            if "sms" in sent:
                changed = msgspec.structs.replace(
                    changed, sms=sms, sms_price=body.sms.price_cents if body.sms else None
                )
            if "digest" in sent:
                digest = Digests(body.digest.at, tuple(sorted(set(body.digest.days)))) if body.digest else None
                changed = msgspec.structs.replace(changed, digest=digest)
            if "smtp" in sent:
                changed = msgspec.structs.replace(changed, smtp=smtp)
            if changed.from_address and changed.dkim_key is None:
                changed = msgspec.structs.replace(changed, dkim_key=key, dkim_selector=SELECTOR)
            if changed.from_address != current.from_address or changed.smtp != current.smtp:
                # What was proven of another address or server says nothing of this one.
                changed = msgspec.structs.replace(
                    changed, sender_state="unproven", findings=(), checked_at=None, server_failure="", due_at=now
                )
            elif "smtp" in sent and changed.server_failure:
                changed = msgspec.structs.replace(changed, due_at=now)  # who saves it again mended it elsewhere
            return changed

        saved = await self.repository.update(scope, change)
        if "reminders" in sent:
            await self._plans.reschedule_all(scope, now)
        return self._as_json(scope, saved)

    async def check_sender(self, scope: TenantScope) -> dict[str, Any]:
        """Check the sender now, in DNS and at its mail server.

        Raises: Problem 422 the municipality has no sender address of its own.
        """
        current = await self.repository.current(scope)
        if not current.from_address:
            raise invalid(FieldError("/from_address", NO_SENDER))
        return self._as_json(scope, await self._check(scope, current))

    async def check_due(self, document: Document) -> None:
        """Check a sender whose next check is due."""
        scope = of_document(document)
        current = await self.repository.current(scope)
        await self._check(scope, current)

    async def _check(self, scope: TenantScope, current: TenantSettings) -> TenantSettings:
        now = self._clock.now()
        if not current.from_address:
            return await self.repository.update(scope, lambda one: msgspec.structs.replace(one, due_at=None))
        domain = current.from_address.rpartition("@")[2]
        include = "" if current.smtp else self._platform.rpartition("@")[2]
        signer = self._signer(scope, current)
        found = await check_records(
            self._resolver, domain, current.dkim_selector, signer.record() if signer else "", include
        )
        failure = await self._own_servers.failure(scope, current)
        proven = all(one.ok for one in found) and not failure
        due_at = now + (try_again_after(failure) if failure else CHECKED_EVERY)

        def change(one: TenantSettings) -> TenantSettings:
            if (one.from_address, one.smtp) != (current.from_address, current.smtp):
                return one  # changed meanwhile, and due again by that
            was = one.sender_state
            state = "delivering" if proven else "failing" if was in ("delivering", "failing") else "unproven"
            return msgspec.structs.replace(
                one, sender_state=state, findings=found, checked_at=now, server_failure=failure, due_at=due_at
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
        place = urlsplit(body.smtp.url)
        try:
            await self._hosts.addresses(place.hostname or "")
        except NotPublic:
            raise invalid(FieldError("/smtp/url", PRIVATE_HOST)) from None
        stored = {"url": body.smtp.url, "username": body.smtp.username, "password": body.smtp.password}
        if not body.smtp.password:
            before = (await self.repository.current(scope)).smtp
            known = orjson.loads(self._cipher.decrypt(scope, "smtp", before)) if before else {}
            if (known.get("url"), known.get("username")) == (body.smtp.url, body.smtp.username):
                return before  # its password was written before, and is never sent out again
        return self._cipher.encrypt(scope, "smtp", orjson.dumps(stored))

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
            "send_days": {way: list(days) for way, days in msgspec.structs.asdict(settings.send_days).items()},
            "reminders": [{"days_before": one} for one in sorted(days, reverse=True)],
            "calls_reminders": settings.calls_reminders,
            "stopped": settings.stopped,
            "sms": self._sms.as_json(scope, settings),
            "digest": {"at": settings.digest.at, "days": list(settings.digest.days)} if settings.digest else None,
            "sender": {
                "state": settings.sender_state,
                "checked_at": _time(settings.checked_at),
                "records": [msgspec.structs.asdict(one) for one in settings.findings],
                "server_failure": settings.server_failure,
                "platform_address": self._platform,
            },
        }


def _time(moment: datetime | None) -> str | None:
    return rfc3339(moment) if moment else None
