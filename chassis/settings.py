"""The settings, all of them, read once from environment variables of the same name in capitals."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class SettingsError(SystemExit):
    """The configuration is incomplete or contradictory; the message says what to set. Exit code 78 (EX_CONFIG)."""

    def __init__(self, message: str) -> None:
        super().__init__(78)
        self.message = message

    def __str__(self) -> str:
        return self.message


class KafkaSettings(BaseSettings):
    """How Kafka is reached: all that `kommune topics apply` needs."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True, frozen=True, defer_build=True)

    namespace: str = Field("kommune", pattern=r"^[a-z][a-z0-9-]{0,30}$")
    """Prefix of databases, topics and consumer groups, so that several deployments share one cluster."""
    kafka_bootstrap: str
    kafka_security: Literal["PLAINTEXT", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    """PLAINTEXT (nobody logs in) is for loopback; SASL_PLAINTEXT for a network of one's own; SASL_SSL for any other."""
    kafka_mechanism: Literal["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"] = "SCRAM-SHA-512"
    kafka_user: str | None = None
    """The service's name, for which `kommune topics apply` makes the access rules; for that command itself a super user."""
    kafka_password: SecretStr | None = None
    kafka_ca: Path | None = None
    """Certificates (PEM) that sign the brokers' own. None: those of the operating system."""
    kafka_replicas: int = Field(3, ge=1, le=9)
    """Replication factor of topics; min.insync.replicas is one less (at least 1)."""

    @model_validator(mode="after")
    def _can_log_in(self) -> KafkaSettings:
        if self.kafka_security != "PLAINTEXT" and not (self.kafka_user and self.kafka_password):
            raise ValueError(
                f"KAFKA_USER and KAFKA_PASSWORD are not set: KAFKA_SECURITY={self.kafka_security} needs both"
            )
        return self


class Settings(KafkaSettings):
    """Settings of one process."""

    environment: Literal["local", "production"] = "production"
    """`local` allows the built-in issuer of tokens, failpoints and a shifted clock."""
    public_url: str = Field(
        "http://127.0.0.1:8000", pattern=r"^https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?$"
    )
    """Scheme and host that people see; links in messages start with it."""
    secret_key: SecretStr
    """At least 32 characters. A service derives its links, form tokens and ids from it; in production each has one of its own."""
    email_key: SecretStr | None = None
    """At least 32 characters, the same for all services: staff's e-mail addresses are known by what it makes of them. None: SECRET_KEY."""
    session_key: SecretStr | None = None
    """What registration signs sessions and passes with: a private Ed25519 key (DER, base64). None: made from SECRET_KEY."""
    session_public_key: str | None = None
    """Its public half, by which all other services know what registration signed. None: made from SECRET_KEY."""
    security_contact: str | None = Field(None, pattern=r"^(mailto:|https://|tel:)\S+$")
    """Whom to tell of a fault of security, as a URI. None: mailto:security@ the host of PUBLIC_URL."""
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    worker_port: int = Field(8001, ge=0, le=65535)
    """Where a worker process answers /health and /metrics."""
    state_dir: Path = Path(".local")
    """Where a local deployment keeps its issuer key."""

    mongodb_uri: str
    mongo_driver: Literal["motor", "pymongo"] = "motor"
    motor_max_workers: int = Field(16, ge=1, le=500)
    """Threads of motor; raise it where MongoDB is not on loopback (100 at 10 ms latency)."""

    heartbeat_seconds: float = Field(6 * 3600, gt=0)
    """How often each partition of a compacted topic gets a heartbeat, so that its segments close and are compacted."""

    oidc_issuer: str | None = None
    """URL of the OpenID Connect issuer of staff. None: the built-in issuer, in a local environment only."""
    oidc_audience: str = "weltoffene-kommune"
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None

    smtp_url: str = "smtp://127.0.0.1:1025"
    """smtp://[user:password@]host:port, smtp+starttls://… or smtps://…"""
    smtp_utf8: bool = False
    """Whether that server takes addresses with letters beyond ASCII before the @ (SMTPUTF8). If not, they are refused where they are
    entered; domains of any script are always taken."""
    mail_from: str = "Weltoffene Kommune <noreply@localhost>"

    dkim_selector: str | None = Field(None, pattern=r"^[A-Za-z0-9-]{1,60}$")
    """Mails from MAIL_FROM's domain are signed (DKIM) for this selector with DKIM_KEY, a PEM of an RSA key."""
    dkim_key: SecretStr | None = None
    dns_resolver: str | None = Field(None, pattern=r"^[^\s/]+$")
    """`host:port` of the resolver that municipalities' sender domains are checked with. None: the system's."""

    messages_a_day: int = Field(100_000, ge=1)
    """Messages that a municipality sends in a day at most; over that, what nobody waits for this minute goes out the next day."""
    texts_a_day: int = Field(2_000, ge=1)
    """Text messages that a municipality sends in a day at most: over that, what somebody waits for goes the next way."""
    bounce_domain: str = Field("", pattern=r"^[A-Za-z0-9.-]{0,190}$")
    """Domain whose mails reach `intake_port` or `imap_url`: mails' envelopes come from an address of it for each message, so that what
    comes back is known. Empty: what comes back later stays unknown."""
    intake_host: str = "127.0.0.1"
    intake_port: int | None = Field(None, ge=0, le=65535)
    """Where a worker of notifications takes mail that comes in. None: at no port."""
    intake_protocol: Literal["smtp", "lmtp"] = "smtp"
    imap_url: SecretStr = SecretStr("")
    """`imaps://user:password@host[:port][/folder]`: a mailbox that is looked into each minute. Empty: none."""

    sms_webhook_url: str | None = Field(None, pattern=r"^https?://\S+$")
    """Where text messages are handed over, signed with SMS_WEBHOOK_SECRET (see `services/notifications/sms/webhook.py`). None: nobody is texted."""
    sms_webhook_secret: SecretStr | None = None
    sms_countries: str = Field("DE,AT,CH,LI,LU,BE,NL,DK,PL,CZ,FR,IT,UA", pattern=r"^[A-Za-z]{2}(,[A-Za-z]{2})*$")
    """Countries (ISO 3166) whose mobile numbers are texted; others are reached in another way. Texts to far countries cost many times as much."""

    public_rate_limit: str = Field("1200/minute", pattern=r"^[1-9][0-9]{0,6}/(second|minute|hour)$")
    """What changes something, per tenant and public address, counted by all processes of a service together."""
    link_rate_limit: str = Field("60/minute", pattern=r"^[1-9][0-9]{0,6}/(second|minute|hour)$")
    """What whoever holds a link changes with it, counted by the link."""
    application_rate_limit: str = Field("30/hour", pattern=r"^[1-9][0-9]{0,6}/(second|minute|hour)$")
    """Applications of municipalities per public address; each is read by a person."""
    trusted_proxies: int = Field(0, ge=0, le=5)
    """How many proxies in front append to X-Forwarded-For."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    failpoints: str = ""
    """Fault tests: `name=kill`, `name=kill:3` (third time), `name=sleep:2.5`, separated by commas."""
    clock_file: Path | None = None
    """Fault tests: a file holding the seconds by which this process's clock is shifted."""

    @model_validator(mode="after")
    def _consistent(self) -> Settings:
        for name, secret in (("SECRET_KEY", self.secret_key), ("EMAIL_KEY", self.email_key)):
            if secret is not None and len(secret.get_secret_value()) < 32:
                raise ValueError(f"{name} is too short: set it to at least 32 random characters")
        if self.sms_webhook_url and self.sms_webhook_secret is None:
            raise ValueError("SMS_WEBHOOK_SECRET is not set: the gateway has to know that messages come from here")
        if self.environment == "production":
            if not self.oidc_issuer:
                raise ValueError("OIDC_ISSUER is not set: production needs the URL of an OpenID Connect issuer")
            signs_in = self.session_key is not None or self.session_public_key is None
            if signs_in and not (self.oidc_client_id and self.oidc_client_secret):
                raise ValueError("OIDC_CLIENT_ID and OIDC_CLIENT_SECRET are not set: staff could not sign in on pages")
            if self.failpoints or self.clock_file:
                raise ValueError("FAILPOINTS and CLOCK_FILE are for fault tests: unset them or set ENVIRONMENT=local")
            if not self.public_url.startswith("https://") and urlsplit(self.public_url).hostname != "127.0.0.1":
                raise ValueError("PUBLIC_URL must start with https:// in production")
        return self


def load_settings() -> Settings:
    """Read and check the environment.

    Raises:
        SettingsError: with one sentence that says which variable to set to what.
    """
    with _sentence_for_people():
        return Settings()  # type: ignore[call-arg]


def load_kafka_settings() -> KafkaSettings:
    """Read the settings of what talks to Kafka alone, as `load_settings` does."""
    with _sentence_for_people():
        return KafkaSettings()  # type: ignore[call-arg]


@contextmanager
def _sentence_for_people() -> Iterator[None]:
    try:
        yield
    except ValidationError as error:
        missing = sorted(str(one["loc"][0]).upper() for one in error.errors() if one["type"] == "missing")
        if missing:
            names = ", ".join(f"{name} is not set" for name in missing)
            raise SettingsError(f"{names}: set it in the environment (see docs/operations.md).") from None
        first = error.errors()[0]
        if not first["loc"]:
            raise SettingsError(str(first["ctx"]["error"]) + ".") from None
        name = str(first["loc"][0]).upper()
        secret = any(word in name for word in ("SECRET", "PASSWORD", "KEY"))
        shown = "" if secret else f" is {os.environ.get(name, '')!r}, which is not allowed"
        raise SettingsError(f"{name}{shown}: {first['msg']}.") from None
