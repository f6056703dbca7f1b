"""Connection parameters of Kafka clients, from the settings: where, as whom, encrypted or not."""

from __future__ import annotations

import ssl
from typing import Any

from faststream.kafka.security import parse_security
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from chassis.settings import KafkaSettings

_MECHANISMS = {"PLAIN": SASLPlaintext, "SCRAM-SHA-256": SASLScram256, "SCRAM-SHA-512": SASLScram512}


def security(settings: KafkaSettings) -> BaseSecurity | None:
    """For a FastStream broker. None: nobody logs in."""
    if settings.kafka_security == "PLAINTEXT":
        return None
    assert settings.kafka_user is not None
    assert settings.kafka_password is not None
    tls = ssl.create_default_context(cafile=settings.kafka_ca) if settings.kafka_security == "SASL_SSL" else None
    return _MECHANISMS[settings.kafka_mechanism](
        settings.kafka_user, settings.kafka_password.get_secret_value(), ssl_context=tls
    )


def connection(settings: KafkaSettings) -> dict[str, Any]:
    """For a producer, consumer or administrator of aiokafka: its keyword arguments."""
    return {"bootstrap_servers": settings.kafka_bootstrap, **parse_security(security(settings))}
