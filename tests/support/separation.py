"""Every service with secrets of its own, as docker-compose.yml gives them: what works in a test works without sharing more."""

from __future__ import annotations

import base64

from joserfc.jwk import OKPKey
from pydantic import SecretStr

from chassis.settings import Settings

SIGNER = "registration"
KEY = OKPKey.generate_key("Ed25519")


def own(settings: Settings, service: str) -> Settings:
    """The settings of one service of a deployment: registration keeps the secret given, the others have their own."""
    secret = settings.secret_key.get_secret_value()
    return settings.model_copy(
        update={
            "secret_key": SecretStr(secret if service == SIGNER else f"{secret}, of {service}"),
            "email_key": settings.email_key or SecretStr("what all services know addresses by: shared"),
            "session_key": SecretStr(_der(private=True)) if service == SIGNER else None,
            "session_public_key": _der(private=False),
        }
    )


def _der(private: bool) -> str:
    return base64.b64encode(KEY.as_der(private=private)).decode()
