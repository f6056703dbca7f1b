"""Signing in and out on pages: OpenID Connect, authorisation code with PKCE (RFC 6749, RFC 7636); on a laptop by printed links.

The routes stand under one service; the session they start (`chassis.identity.sessions`) is good for all of them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit

from fastapi import Request, Response
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from starlette.responses import RedirectResponse

from chassis.http.base_schemas import Filter, Opaque
from chassis.http.permissions import Caller, Permission, from_our_pages
from chassis.http.problems import Problem, not_found
from chassis.http.routing import APIRouter
from chassis.identity import json_web_tokens
from chassis.identity.tokens import Identity, OidcVerifier
from chassis.ids import Secrets
from chassis.operations.logs import get_logger
from chassis.pages.form_tokens import Forms
from chassis.pages.pages import Pages, see_other
from chassis.programme import Programme
from chassis.settings import Settings

log = get_logger()

Anyone = Annotated[Caller, Permission(public=True)]
STATE_COOKIE = "kommune_signing_in"
STATE_SECONDS = 600
LOCAL_PURPOSE = "sign-in"


def local_path(sign_in: str, secrets: Secrets, tenant: str, role: str) -> str:
    """The path of the sign-in link of a role on a laptop; tenant `-` for a platform-wide role."""
    return f"{sign_in}/local/{tenant}/{role}/{secrets.code(LOCAL_PURPOSE, f'{tenant}:{role}')}"


def safe_redirect(address: str | None) -> str:
    """The address to go to after signing in: the one asked for if it is a path of this site, else the start page."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")) or urlsplit(address).netloc:
        return "/"
    return address


def sign_in_router(settings: Settings, pages: Pages, forms: Forms, programme: Programme) -> APIRouter:
    """The routes, where the programme has them."""
    router = APIRouter(include_in_schema=False)
    provider = _Provider(settings, programme.sign_in) if settings.oidc_issuer else None

    @router.get(programme.sign_in)
    async def sign_in(request: Request, caller: Anyone, next: Filter = "/") -> Response:
        if provider is None:
            return pages.render(request, "sign_in.html")
        return await provider.redirect_to_issuer(request, safe_redirect(next))

    @router.get(f"{programme.sign_in}/callback")
    async def complete_sign_in(request: Request, caller: Anyone, code: Opaque = "", state: Opaque = "") -> Response:
        if provider is None:
            raise not_found("page")
        identity, address = await provider.handle_callback(request, code, state)
        response = see_other(address)
        response.delete_cookie(STATE_COOKIE, path=programme.sign_in)
        request.app.state.sessions.start(request, response, identity)
        return response

    @router.get(programme.sign_in + "/local/{place}/{role}/{code}")
    async def show_local_sign_in(request: Request, caller: Anyone, place: str, role: str, code: str) -> Response:
        _check_local(request, place, role, code)
        form = forms.new(request, f"sign-in:{place}:{role}")
        return pages.render(request, "sign_in_local.html", form=form, place=place, role=role)

    @router.post(programme.sign_in + "/local/{place}/{role}/{code}")
    async def sign_in_locally(request: Request, caller: Anyone, place: str, role: str, code: str) -> Response:
        _check_local(request, place, role, code)
        form = await forms.received(request, f"sign-in:{place}:{role}", min_age=False)
        if not form.ok:
            return pages.render(request, "sign_in_local.html", status=422, form=form, place=place, role=role)
        platform = frozenset({role}) if place == "-" else frozenset()
        grants = {} if place == "-" else {place: frozenset({role})}
        address = None if place == "-" else programme.local_address(place, role)
        response = see_other(programme.home_of(place, role))
        request.app.state.sessions.start(request, response, Identity(f"local-{role}", address, platform, grants))
        return response

    @router.post(programme.sign_out)
    async def sign_out(request: Request, caller: Anyone) -> Response:
        response = see_other("/")
        if from_our_pages(request):  # another site's page signs nobody out
            request.app.state.sessions.end(response)
        return response

    def _check_local(request: Request, place: str, role: str, code: str) -> None:
        is_known_role = role in (programme.platform_roles if place == "-" else programme.tenant_roles)
        keys: Secrets = request.app.state.context.secrets
        if provider is not None or settings.environment != "local" or not is_known_role:
            raise not_found("page")
        if not keys.matches(LOCAL_PURPOSE, f"{place}:{role}", code):
            raise not_found("page")

    return router


class _Provider:
    """The OpenID Connect issuer of this deployment. State, nonce and the PKCE verifier wait in a signed cookie of ten minutes."""

    def __init__(self, settings: Settings, path: str) -> None:
        self._path = path
        self._issuer = str(settings.oidc_issuer).rstrip("/")
        self._client = settings.oidc_client_id or ""
        self._secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else ""
        self._callback_url = f"{settings.public_url}{path}/callback"
        self._verifier = OidcVerifier(self._issuer, self._client)
        self._key = OctKey.import_key(
            hmac.digest(settings.secret_key.get_secret_value().encode(), b"signing in", hashlib.sha256)
        )

    async def redirect_to_issuer(self, request: Request, address: str) -> Response:
        """Redirect to the issuer, remembering where to come back to."""
        sign_in_state: dict[str, Any] = {
            "state": secrets.token_urlsafe(24),
            "nonce": secrets.token_urlsafe(24),
            "verifier": secrets.token_urlsafe(48),
            "next": address,
            "exp": int(time.time()) + STATE_SECONDS,
        }
        challenge = (
            base64.urlsafe_b64encode(hashlib.sha256(sign_in_state["verifier"].encode()).digest()).rstrip(b"=").decode()
        )
        query = {
            "response_type": "code",
            "client_id": self._client,
            "redirect_uri": self._callback_url,
            "scope": "openid email",
            "state": sign_in_state["state"],
            "nonce": sign_in_state["nonce"],
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        endpoint = await self._verifier.endpoint("authorization_endpoint")
        response = RedirectResponse(f"{endpoint}?{urlencode(query)}", 303, headers={"Cache-Control": "no-store"})
        sealed = json_web_tokens.sign(sign_in_state, self._key, "HS256")
        response.set_cookie(
            STATE_COOKIE,
            sealed,
            max_age=STATE_SECONDS,
            path=self._path,
            httponly=True,
            secure=request.url.scheme == "https",
            samesite="lax",
        )
        return response

    async def handle_callback(self, request: Request, code: str, state: str) -> tuple[Identity, str]:
        """Who came back, and where they wanted to go. Raises Problem 400 when the answer is not to our question."""
        try:
            sign_in_state = json_web_tokens.read(request.cookies.get(STATE_COOKIE, ""), self._key, ["HS256"])
        except (JoseError, ValueError):
            raise _sign_in_failed() from None
        if (
            not code
            or sign_in_state["exp"] < time.time()
            or not hmac.compare_digest(sign_in_state["state"].encode(), state.encode())
        ):
            raise _sign_in_failed()
        import httpx  # loaded when first needed: a start has no use for it

        token_request = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._callback_url,
            "code_verifier": sign_in_state["verifier"],
            "client_id": self._client,
            "client_secret": self._secret,
        }
        try:
            async with httpx.AsyncClient(timeout=10) as client:
                answer = await client.post(await self._verifier.endpoint("token_endpoint"), data=token_request)
                token = answer.raise_for_status().json()["id_token"]
        except (httpx.HTTPError, KeyError, ValueError) as error:
            log.warning("sign-in failed", error=type(error).__name__)
            raise _sign_in_failed() from None
        return await self._verifier.verify(token, nonce=sign_in_state["nonce"]), sign_in_state["next"]


def _sign_in_failed() -> Problem:
    return Problem(
        400, "sign-in-failed", "Signing in did not work", "Please go back to the page you wanted and sign in again."
    )
