"""Gateways for the texts of municipalities: a municipality's own, else the operator's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import msgspec
from cachetools import LRUCache

from chassis.ids import Secrets, same_code
from chassis.settings import Settings
from chassis.storage.tenancy import TenantScope
from services.notifications.mail.server import MailServer
from services.notifications.net.hosts import HostCheck
from services.notifications.settings.cipher import Cipher
from services.notifications.settings.documents import TenantSettings
from services.notifications.sms.fake import FakeGateway, as_mail
from services.notifications.sms.gateway import Account, Gateway, GatewayName, Report, TextMessage
from services.notifications.sms.gateway_client import GatewayClient
from services.notifications.sms.link_mobility import LinkMobilityGateway
from services.notifications.sms.lox24 import Lox24Gateway
from services.notifications.sms.seven import SevenGateway
from services.notifications.sms.sipgate import SipgateGateway
from services.notifications.sms.webhook import WebhookGateway, operator_gateway

ADAPTERS: dict[GatewayName, Callable[[Account, GatewayClient], Gateway]] = {
    "webhook": WebhookGateway,
    "seven": SevenGateway,
    "sipgate": SipgateGateway,
    "lox24": Lox24Gateway,
    "link_mobility": LinkMobilityGateway,
}
FIELD = "sms"
PURPOSE = "smsreports"


class Gateways:
    """All gateways. `on_report` receives the reports of the gateway for development; it is set once their use case exists."""

    def __init__(
        self, settings: Settings, cipher: Cipher, hosts: HostCheck, secrets: Secrets, development: MailServer
    ) -> None:
        self._client = GatewayClient(hosts)
        self._operator_gateway = operator_gateway(settings, GatewayClient())
        self._cipher = cipher
        self._secrets = secrets
        self._development = development
        self._public_url = settings.public_url
        self._municipal_gateways: LRUCache[bytes, Gateway] = LRUCache(2_000)
        self.on_report: Callable[[TenantScope, Report], Awaitable[object]] = _ignore_report

    def get(self, scope: TenantScope, settings: TenantSettings) -> Gateway | None:
        """The gateway in force, if there is one."""
        if settings.sms is None:
            return self._operator_gateway
        gateway: Gateway | None = self._municipal_gateways.get(settings.sms)
        if gateway is None:
            gateway = self._municipal_gateways[settings.sms] = self._create(scope, self.account(scope, settings.sms))
        return gateway

    def account(self, scope: TenantScope, stored: bytes) -> Account:
        """A municipality's account, decrypted."""
        return msgspec.json.decode(self._cipher.decrypt(scope, FIELD, stored), type=Account)

    def report_url(self, scope: TenantScope, gateway: str) -> str:
        """URL to which a gateway sends its reports; nobody else can guess it."""
        token = self._secrets.code(PURPOSE, f"{scope.tenant} {gateway}")
        return f"{self._public_url}/notifications/v1/{scope.tenant}/sms/{gateway}/reports/{token}"

    def may_report(self, scope: TenantScope, gateway: str, token: str) -> bool:
        """Whether the token is the one of this gateway's report URL."""
        return same_code(self._secrets.code(PURPOSE, f"{scope.tenant} {gateway}"), token)

    def _create(self, scope: TenantScope, account: Account) -> Gateway:
        if account.gateway != "fake":
            return ADAPTERS[account.gateway](account, self._client)

        async def show(message: TextMessage, now: datetime) -> None:
            await self._development.send(as_mail(message, account.sender, now))

        async def pass_on(report: Report) -> None:
            await self.on_report(scope, report)

        return FakeGateway(show, pass_on)


async def _ignore_report(*_: Any) -> None:
    return None
