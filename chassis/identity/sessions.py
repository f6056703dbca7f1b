"""The session of staff on pages: one signed token in a cookie. Registration signs it, every service can check it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from chassis.identity.signatures import Signatures
from chassis.identity.tokens import Identity
from chassis.ids import Secrets

SESSION_COOKIE = "kommune_session"
SECONDS = 8 * 3600
PURPOSE = "session"


class Sessions:
    """Signs an identity into a cookie and reads it back. It carries an address key (HMAC), never the address."""

    def __init__(self, signatures: Signatures, secrets: Secrets, platform_roles: Iterable[str]) -> None:
        self._signatures = signatures
        self._secrets = secrets
        self._platform_roles = frozenset(platform_roles)

    def start(self, request: Request, response: Response, identity: Identity) -> None:
        """Sign someone in: set the cookie."""
        claims: dict[str, Any] = {
            "sub": identity.subject,
            "roles": sorted(identity.platform_roles & self._platform_roles),
            "grants": {t: sorted(roles) for t, roles in identity.grants.items()},
        }
        if identity.email_key or identity.email:
            claims["email_key"] = identity.email_key or self._secrets.email_key(identity.email or "")
        token = self._signatures.sign(PURPOSE, SECONDS, claims)
        secure = request.url.scheme == "https"
        response.set_cookie(
            SESSION_COOKIE, token, max_age=SECONDS, path="/", httponly=True, secure=secure, samesite="lax"
        )

    def end(self, response: Response) -> None:
        """Sign out: remove the cookie."""
        response.delete_cookie(SESSION_COOKIE, path="/")

    def read(self, token: str) -> Identity:
        """Who is signed in.

        Raises:
            Problem: 401 the session is over or was not made here.
        """
        claims = self._signatures.read(PURPOSE, token)
        return Identity(
            str(claims["sub"]),
            None,
            frozenset(claims["roles"]),
            {tenant: frozenset(roles) for tenant, roles in claims["grants"].items()},
            claims.get("email_key"),
        )
