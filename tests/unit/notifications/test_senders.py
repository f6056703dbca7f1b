"""A municipality's own mail server is kept, with its connections and what is known of it, until another one is set."""

from __future__ import annotations

from typing import Any

import orjson

from chassis.settings import Settings
from chassis.storage.tenancy import of_document
from services.notifications.mail.senders import Senders
from services.notifications.mail.server import MailServer
from services.notifications.settings.documents import TenantSettings


class Cipher:
    """Takes what is stored for what it hides, and counts."""

    def __init__(self) -> None:
        self.opened = 0

    def decrypted(self, scope: Any, purpose: str, stored: bytes) -> bytes:
        self.opened += 1
        return stored


def _settings(tenant: str, host: str) -> TenantSettings:
    stored = orjson.dumps({"url": f"smtps://{host}", "username": "", "password": ""})
    return TenantSettings(id=tenant, tenant=tenant, smtp=stored)


def test_one_server_serves_all_mails_of_its_municipality() -> None:
    cipher: Any = Cipher()
    hosts: Any = None
    settings = Settings(
        environment="local",
        secret_key="a secret that nothing here is made with",
        mongodb_uri="mongodb://nowhere",
        kafka_bootstrap="nowhere:9092",
    )
    senders = Senders(settings, MailServer("smtp://platform"), cipher, hosts)
    here, there = (of_document({"tenant": tenant}) for tenant in ("wilhelmshaven", "jever"))
    first = senders.server_of(here, _settings("wilhelmshaven", "mail.example"))
    assert senders.server_of(here, _settings("wilhelmshaven", "mail.example")) is first
    assert cipher.opened == 1
    assert senders.server_of(there, _settings("jever", "mail.example")) is not first, (
        "what rests for one need not for another"
    )
    assert senders.server_of(here, _settings("wilhelmshaven", "new.example")) is not first
