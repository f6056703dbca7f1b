"""A municipality's account for text messages: checked, encrypted, and shown without its secrets."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import msgspec

from chassis.http.problems import FieldError, invalid
from chassis.storage.tenancy import TenantScope
from chassis.text.translations import mark
from services.notifications.net.hosts import HostCheck, NotPublic
from services.notifications.net.problems_staff import PRIVATE_HOST
from services.notifications.settings.cipher import Cipher
from services.notifications.settings.documents import TenantSettings
from services.notifications.settings.schemas import SmsBody
from services.notifications.sms.gateway import Account, GatewayName
from services.notifications.sms.gateways import FIELD, Gateways

NEEDED: dict[GatewayName, tuple[str, ...]] = {
    "webhook": ("url", "secret"),
    "seven": ("key",),
    "sipgate": ("user", "key", "partner"),
    "lox24": ("key", "sender"),
    "link_mobility": ("user", "key", "partner", "sender"),
    "fake": (),
}
"""Required fields by gateway."""
REPORTS = frozenset(("webhook", "seven", "lox24", "link_mobility"))
"""Gateways that report on texts."""
MISSING = mark("This gateway needs it.")
NOT_HERE = mark("This gateway is for development only.")
SECRET = ("key", "secret")


class SmsAccounts:
    """Encrypts accounts and shows them."""

    def __init__(self, gateways: Gateways, cipher: Cipher, hosts: HostCheck, environment: str) -> None:
        self._gateways = gateways
        self._cipher = cipher
        self._hosts = hosts
        self._local = environment == "local"

    async def encrypt(self, scope: TenantScope, body: SmsBody, current: TenantSettings) -> bytes:
        """The account in its stored form. A key or secret that is left out stays, for the same gateway, user and address.

        Raises: Problem 422 something is missing, the host is none that may be used, the gateway is not for here.
        """
        if body.gateway == "fake" and not self._local:
            raise invalid(FieldError("/sms/gateway", NOT_HERE))
        fields = body.model_dump(exclude={"price_cents"})
        former = self._gateways.account(scope, current.sms) if current.sms else None
        if former and (former.gateway, former.user, former.url) == (body.gateway, body.user, body.url):
            fields |= {name: getattr(former, name) for name in SECRET if not fields[name]}
        account = Account(**fields)
        if missing := [name for name in NEEDED[account.gateway] if not getattr(account, name)]:
            raise invalid(*(FieldError(f"/sms/{name}", MISSING) for name in missing))
        if account.url:
            try:
                await self._hosts.addresses(urlsplit(account.url).hostname or "")
            except NotPublic:
                raise invalid(FieldError("/sms/url", PRIVATE_HOST)) from None
        return self._cipher.encrypt(scope, FIELD, msgspec.json.encode(account))

    def as_json(self, scope: TenantScope, settings: TenantSettings) -> dict[str, Any] | None:
        """The account without its secrets."""
        if settings.sms is None:
            return None
        account = self._gateways.account(scope, settings.sms)
        return {
            "gateway": account.gateway,
            "sender": account.sender,
            "user": account.user,
            "partner": account.partner,
            "url": account.url,
            "key_set": bool(account.key),
            "secret_set": bool(account.secret),
            "price_cents": settings.sms_price,
            "report_url": self._gateways.report_url(scope, account.gateway) if account.gateway in REPORTS else None,
        }


def cost(parts: int, price_cents: float | None) -> float | None:
    """What a text of so many parts costs, in cents."""
    return None if price_cents is None else float(Decimal(str(price_cents)) * parts)
