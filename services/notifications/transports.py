"""The transports of messages: mail servers and gateways for text messages, the platform's and municipalities' own."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.service_definition import ServiceContext
from services.notifications.mail.senders import Senders
from services.notifications.mail.server import MailServer
from services.notifications.net.hosts import HostCheck
from services.notifications.settings.cipher import Cipher
from services.notifications.sms.gateways import Gateways


@dataclass(frozen=True, kw_only=True)
class Transports:
    """Everything that connects to servers outside; see `transports_of`."""

    cipher: Cipher
    hosts: HostCheck
    senders: Senders
    gateways: Gateways


def transports_of(context: ServiceContext) -> Transports:
    """Build the transports from the service's settings."""
    settings = context.settings
    cipher, hosts = Cipher(context.secrets), HostCheck(settings.environment)
    mail_server = MailServer(settings.smtp_url)
    return Transports(
        cipher=cipher,
        hosts=hosts,
        senders=Senders(settings, mail_server, cipher, hosts),
        gateways=Gateways(settings, cipher, hosts, context.secrets, mail_server),
    )
