"""Verifies bearer tokens of an OpenID Connect issuer, or of the built-in issuer of a local environment."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from chassis.http.problems import Problem, unauthenticated
from chassis.identity import json_web_tokens
from chassis.ids import new_id
from chassis.operations.logs import get_logger
from chassis.settings import Settings, SettingsError

log = get_logger()

LOCAL_ISSUER = "urn:weltoffene-kommune:local"
KEYS_AGE = 300.0
"""Seconds after which the issuer's keys are fetched anew."""
KEYS_MOST_AGE = 24 * 3600.0
"""Seconds for which keys are used at most while the issuer is away: one that it has withdrawn ends by then."""
ASK_PAUSE = 5.0
"""Seconds between two attempts, so that tokens naming keys that do not exist do not become requests to the issuer."""
CACHE_SIZE = 10_000


@dataclass(frozen=True, slots=True)
class Identity:
    """Who someone is. `platform_roles`: what the issuer says; only those of the programme count (`chassis.http.permissions`).
    `grants`: roles by tenant that the token itself carries (local issuer only). `email_key` stands for the verified address in a
    session, which does not hold the address (`chassis.identity.sessions`)."""

    subject: str
    email: str | None
    platform_roles: frozenset[str]
    grants: dict[str, frozenset[str]] = field(default_factory=dict)
    email_key: str | None = None


class Verifier(Protocol):
    """Turns a token into an identity, or raises a 401 problem."""

    async def verify(self, token: str) -> Identity: ...


class LocalIssuer:
    """Issues and verifies tokens with a key kept in the state folder. Refuses to exist outside a local environment."""

    def __init__(self, settings: Settings) -> None:
        if settings.environment != "local":
            raise SettingsError("The built-in issuer works in a local environment only: set OIDC_ISSUER.")
        file = settings.state_dir / "issuer.json"
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            scratch = file.with_suffix(f".{new_id()}")
            scratch.touch(mode=0o600)
            scratch.write_text(json.dumps(OKPKey.generate_key("Ed25519").as_dict(private=True)))
            with suppress(FileExistsError):  # of several processes that start at once, the first decides
                file.hardlink_to(scratch)
            scratch.unlink()
        self._key = OKPKey.import_key(json.loads(file.read_text()))
        self._verified: dict[str, tuple[float, Identity]] = {}

    def issue(self, tenant: str, role: str, seconds: int = 12 * 3600) -> str:
        """A bearer token for one role; tenant `-` for a platform-wide one."""
        now = int(time.time())
        claims = {
            "iss": LOCAL_ISSUER,
            "sub": f"local-{role}",
            "iat": now,
            "exp": now + seconds,
            "platform_roles": [role] if tenant == "-" else [],
            "grants": {} if tenant == "-" else {tenant: [role]},
        }
        return json_web_tokens.sign(claims, self._key, "Ed25519")

    async def verify(self, token: str) -> Identity:
        expires, identity = self._verified.get(token, (0.0, None))
        if identity is None:
            claims = _decode(token, self._key, LOCAL_ISSUER, None, ["Ed25519"])
            grants = {t: frozenset(roles) for t, roles in claims.get("grants", {}).items()}
            identity = Identity(str(claims["sub"]), None, frozenset(claims.get("platform_roles", ())), grants)
            expires = float(claims["exp"])
            if len(self._verified) >= CACHE_SIZE:
                self._verified.clear()
            self._verified[token] = (expires, identity)
        if time.time() >= expires:
            raise unauthenticated("The token has expired.")
        return identity


class OidcVerifier:
    """Verifies tokens of an OpenID Connect issuer by its keys, which are fetched anew now and then.

    While the issuer is away the keys known go on being used, and no request waits for it: they are fetched beside the requests. Only
    the first request of all, and one whose token names a key that is not known yet, wait for an answer, all for the same one.
    """

    def __init__(self, issuer: str, audience: str) -> None:
        self._issuer = issuer.rstrip("/")
        self._audience = audience
        self._endpoints: dict[str, Any] | None = None
        self._keys: KeySet | None = None
        self._fetched_at = -KEYS_MOST_AGE
        self._attempted_at = -ASK_PAUSE
        self._fetching: asyncio.Task[None] | None = None

    async def verify(self, token: str, nonce: str | None = None) -> Identity:
        """`nonce`: the one this token has to answer to (sign-in on pages).

        Raises:
            Problem: 401 the token is not valid, 503 the issuer is away and its keys are not known.
        """
        keys = await self._keys_for(token)
        claims = _decode(token, keys, self._issuer, self._audience, ["RS256", "ES256", "Ed25519", "PS256"])
        if nonce is not None and claims.get("nonce") != nonce:
            raise unauthenticated("The token answers another sign-in.")
        roles = frozenset(claims.get("realm_access", {}).get("roles", ())) | frozenset(claims.get("roles", ()))
        # Some issuers send the word "false", which would count as true.
        email = claims.get("email") if claims.get("email_verified") is True else None
        return Identity(str(claims["sub"]), email, roles)

    async def endpoint(self, name: str) -> str:
        """An address of the issuer, such as `token_endpoint`.

        Raises:
            Problem: 503 the issuer does not answer.
        """
        if self._endpoints is None:
            self._endpoints = await self._fetch(f"{self._issuer}/.well-known/openid-configuration")
        return str(self._endpoints[name])

    async def _keys_for(self, token: str) -> KeySet:
        age, key_id = time.monotonic() - self._fetched_at, _key_id(token)
        is_outdated = age > KEYS_MOST_AGE
        if is_outdated or (key_id is not None and key_id not in {key.kid for key in self._keys or ()}):
            await self._refresh()
        elif age > KEYS_AGE:
            self._start_fetching()
        if self._keys is None or time.monotonic() - self._fetched_at > KEYS_MOST_AGE:
            raise _issuer_unavailable()
        return self._keys

    async def _refresh(self) -> None:
        """Wait for the keys to be fetched; where that was tried just now, do not try again."""
        self._start_fetching()
        if self._fetching is not None:
            await asyncio.shield(self._fetching)

    def _start_fetching(self) -> None:
        """Fetch the keys beside the requests, unless that is being done, or was just now."""
        if self._fetching is not None or time.monotonic() - self._attempted_at < ASK_PAUSE:
            return
        self._attempted_at = time.monotonic()
        self._fetching = asyncio.create_task(self._fetch_keys())

    async def _fetch_keys(self) -> None:
        try:
            self._keys = KeySet.import_key_set(await self._fetch(await self.endpoint("jwks_uri")))  # type: ignore[arg-type]
            self._fetched_at = time.monotonic()
        except (Problem, JoseError, KeyError, ValueError) as error:
            log.warning("keys of the issuer not fetched", error=type(error).__name__)
        finally:
            self._fetching = None

    async def _fetch(self, address: str) -> dict[str, Any]:
        import httpx  # loaded when first needed: a start has no use for it

        try:
            async with httpx.AsyncClient(timeout=5) as client:
                document: dict[str, Any] = (await client.get(address)).raise_for_status().json()
                return document
        except (httpx.HTTPError, ValueError) as error:
            log.warning("issuer away", error=type(error).__name__)
            raise _issuer_unavailable() from None


def _issuer_unavailable() -> Problem:
    return Problem(503, "issuer-away", "Signing in is not possible at the moment", "Please try again in a few minutes.")


def _key_id(token: str) -> str | None:
    """The key that a token says it is signed with; None where it says none, or is no token."""
    head = token.partition(".")[0]
    try:
        key_id = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))).get("kid")
    except (ValueError, AttributeError):
        return None
    return key_id if isinstance(key_id, str) else None


def _decode(token: str, key: Any, issuer: str, audience: str | None, algorithms: list[str]) -> dict[str, Any]:
    options: dict[str, Any] = {
        "iss": {"essential": True, "value": issuer},
        "sub": {"essential": True},
        "exp": {"essential": True},
    }
    if audience:
        options["aud"] = {"essential": True, "value": audience}
    try:
        claims = json_web_tokens.read(token, key, algorithms)
        json_web_tokens.check(claims, **options)
    except (JoseError, ValueError):
        raise unauthenticated("The token is not valid, or no longer.") from None
    return claims


def verifier_for(settings: Settings) -> Verifier:
    """The issuer this deployment trusts."""
    if settings.oidc_issuer:
        return OidcVerifier(settings.oidc_issuer, settings.oidc_audience)
    return LocalIssuer(settings)
