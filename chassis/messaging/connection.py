"""Connection parameters of Kafka clients, from the settings: where, as whom, encrypted or not."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

from chassis.settings import KafkaSettings

if TYPE_CHECKING:
    from faststream.security import BaseSecurity


def security(settings: KafkaSettings) -> BaseSecurity | None:
    """How a FastStream broker logs in; None where nobody does."""
    if settings.kafka_security == "PLAINTEXT":
        return None
    from faststream.security import (  # for whoever creates topics, only where users log in
        SASLPlaintext,
        SASLScram256,
        SASLScram512,
    )

    mechanisms = {"PLAIN": SASLPlaintext, "SCRAM-SHA-256": SASLScram256, "SCRAM-SHA-512": SASLScram512}
    assert settings.kafka_user is not None
    assert settings.kafka_password is not None
    tls = ssl.create_default_context(cafile=settings.kafka_ca) if settings.kafka_security == "SASL_SSL" else None
    return mechanisms[settings.kafka_mechanism](
        settings.kafka_user, settings.kafka_password.get_secret_value(), ssl_context=tls
    )


def connection(settings: KafkaSettings) -> dict[str, Any]:
    """The keyword arguments with which a producer, consumer or administrator of aiokafka connects."""
    protection = security(settings)
    if protection is None:
        return {"bootstrap_servers": settings.kafka_bootstrap}
    from faststream.kafka.security import parse_security

    return {"bootstrap_servers": settings.kafka_bootstrap, **parse_security(protection)}
