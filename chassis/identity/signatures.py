"""Signatures that one service makes and all others can verify: sessions of staff, passes of holders. Ed25519, so that checking needs no secret."""

from __future__ import annotations

import base64
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from chassis.clock import Clock
from chassis.http.problems import unauthenticated
from chassis.identity import json_web_tokens
from chassis.ids import Secrets
from chassis.settings import Settings, SettingsError

_ALGORITHM = "Ed25519"


class Signatures:
    """Signs statements that hold for some seconds, and reads them back. Only who has the private key can sign."""

    def __init__(self, key: OKPKey, clock: Clock) -> None:
        self._key = key
        self._clock = clock

    @classmethod
    def of(cls, settings: Settings, secrets: Secrets, clock: Clock) -> Signatures:
        """The signatures of a service: made with SESSION_KEY, else SESSION_PUBLIC_KEY, else a key made from SECRET_KEY, which all
        services of one process share.

        Raises:
            SettingsError: a key is none, or the halves do not belong together.
        """
        if settings.session_key:
            key = _imported("SESSION_KEY", settings.session_key.get_secret_value())
            if not key.is_private:
                raise SettingsError("SESSION_KEY is a public key: set it to the private one.")
            if settings.session_public_key:
                public = _imported("SESSION_PUBLIC_KEY", settings.session_public_key)
                if public.as_dict(private=False)["x"] != key.as_dict(private=False)["x"]:
                    raise SettingsError("SESSION_KEY and SESSION_PUBLIC_KEY do not belong together.")
            return cls(key, clock)
        if settings.session_public_key:
            return cls(_imported("SESSION_PUBLIC_KEY", settings.session_public_key), clock)
        return cls(OKPKey.derive_key(secrets.key("signatures"), "Ed25519"), clock)

    def sign(self, purpose: str, seconds: int, claims: dict[str, Any]) -> str:
        """A token that says these claims for so long, for this purpose alone."""
        now = int(self._clock.now().timestamp())
        stated = {**claims, "iss": _issuer(purpose), "iat": now, "exp": now + seconds}
        return json_web_tokens.sign(stated, self._key, _ALGORITHM)

    def read(self, purpose: str, token: str) -> dict[str, Any]:
        """What a token says.

        Raises:
            Problem: 401 it was not signed with our key for this purpose, or its time is over.
        """
        try:
            claims = json_web_tokens.read(token, self._key, [_ALGORITHM])
        except (JoseError, ValueError):
            raise unauthenticated("Please sign in again.") from None
        if claims.get("iss") != _issuer(purpose) or int(claims.get("exp", 0)) <= self._clock.now().timestamp():
            raise unauthenticated("Your session is over. Please sign in again.")
        return claims


def _issuer(purpose: str) -> str:
    return f"urn:weltoffene-kommune:{purpose}"


def _imported(name: str, text: str) -> OKPKey:
    try:
        return OKPKey.import_key(base64.b64decode(text, validate=True))
    except (JoseError, ValueError):
        raise SettingsError(
            f"{name} is not an Ed25519 key in DER, base64: bash deploy/fill-env.sh makes one."
        ) from None
