"""The session of staff on pages: one signed token in a cookie, understood by all services, because they share SECRET_KEY."""

from __future__ import annotations

from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from starlette.requests import Request
from starlette.responses import Response

from chassis.clock import Clock
from chassis.http.problems import unauthenticated
from chassis.identity.tokens import PLATFORM_ROLES, Identity
from chassis.ids import Secrets

SESSION_COOKIE = "kommune_session"
SECONDS = 8 * 3600
_ISSUER = "urn:weltoffene-kommune:session"


class Sessions:
    """Seals an identity into a cookie and reads it back. It carries an address key (HMAC), never the address."""

    def __init__(self, secrets: Secrets, clock: Clock) -> None:
        self._key = OctKey.import_key(secrets.key("session"))
        self._secrets = secrets
        self._clock = clock

    def start(self, request: Request, response: Response, identity: Identity) -> None:
        """Sign someone in: set the cookie."""
        now = int(self._clock.now().timestamp())
        claims: dict[str, Any] = {
            "iss": _ISSUER,
            "sub": identity.subject,
            "iat": now,
            "exp": now + SECONDS,
            "roles": sorted(identity.platform_roles),
            "grants": {t: sorted(roles) for t, roles in identity.grants.items()},
        }
        if identity.email_key or identity.email:
            claims["email_key"] = identity.email_key or self._secrets.email_key(identity.email or "")
        token = jwt.encode({"alg": "HS256"}, claims, self._key)
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
        try:
            claims = jwt.decode(token, self._key, algorithms=["HS256"]).claims
        except (JoseError, ValueError):
            raise unauthenticated("Please sign in again.") from None
        if claims.get("iss") != _ISSUER or int(claims.get("exp", 0)) <= self._clock.now().timestamp():
            raise unauthenticated("Your session is over. Please sign in again.")
        return Identity(
            str(claims["sub"]),
            None,
            frozenset(claims["roles"]) & PLATFORM_ROLES,
            {tenant: frozenset(roles) for tenant, roles in claims["grants"].items()},
            claims.get("email_key"),
        )
