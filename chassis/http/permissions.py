"""Permissions of routes: declared on the route, checked before it runs. A route without a permission fails a test and the start.

@router.get("/{service}/v1/{tenant}/…")
async def show(caller: Annotated[Caller, Permission("one role", "another")]) -> …
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

from fastapi import Depends, Request

from chassis.http.problems import FieldError, Problem, forbidden, invalid, not_found, unauthenticated
from chassis.http.rate_limits import LINK
from chassis.identity.sessions import SESSION_COOKIE
from chassis.identity.tokens import Identity
from chassis.programme import Programme
from chassis.storage.tenancy import TenantScope, of_request


class TenantRegistry(Protocol):
    """What a service knows of tenants and staff, from events."""

    async def tenant(self, slug: str) -> dict[str, Any] | None: ...
    async def is_suspended(self, slug: str) -> bool: ...
    async def is_tenant(self, slug: str) -> bool: ...
    async def roles(self, tenant: str, email_key: str) -> frozenset[str]: ...
    async def roles_by_tenant(self, email_key: str) -> dict[str, frozenset[str]]: ...


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and where they may act. `link`: the code they presented, still to be held against a document."""

    identity: Identity | None
    roles: frozenset[str]
    link: str | None
    address: str
    _scope: TenantScope | None
    by_tenant: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Where the caller holds one of the route's roles, if its path names no tenant (`any_tenant`)."""

    def scope_in(self, tenant: str | None) -> TenantScope:
        """For whom somebody acts on a route whose path names no tenant: the one that they name, or the only one they have.

        Raises Problem: 404 they hold no such role there; 422 they have to say for which of several.
        """
        if tenant is not None and tenant not in self.by_tenant:
            raise not_found("municipality")
        if tenant is None and not self.by_tenant:
            raise forbidden("Your role does not allow this.")
        if tenant is None and len(self.by_tenant) > 1:
            raise invalid(FieldError("/municipality", "Please say for which municipality: you work for several."))
        return of_request(tenant or next(iter(self.by_tenant)))

    def as_holder(self, code: str) -> Caller:
        """The same caller as the holder of a link with this code, signed in or not: staff who open a link see what its holder sees."""
        return replace(self, link=code, identity=None, roles=frozenset())

    @property
    def scope(self) -> TenantScope:
        """The tenant of the path. Only routes with `{tenant}` have one."""
        if self._scope is None:
            raise RuntimeError("this route names no tenant")
        return self._scope

    @property
    def actor(self) -> str:
        """Who acts, as it is noted with what they did; also whom a form was given out to. Empty for strangers."""
        return self.identity.subject if self.identity else ""

    @property
    def is_staff(self) -> bool:
        """Whether a verified token gave the caller a role here."""
        return bool(self.roles)


@dataclass(frozen=True, slots=True)
class StaffFrame:
    """Who is signed in, for the frame of pages: `request.state.staff`."""

    tenant: str | None
    roles: frozenset[str]


Limited = Literal[False] | str
"""The name of the limit for how often strangers call: `public`, one that the service names itself, or `link`, which counts by the link and
only what changes something (`chassis.http.rate_limits`)."""


@dataclass(frozen=True)
class PermissionCheck:
    """The dependency behind `Permission`."""

    roles: frozenset[str]
    public: bool
    link: bool
    limited: Limited
    any_tenant: bool
    allow_suspended: bool = False

    async def __call__(self, request: Request) -> Caller:
        state = request.app.state
        tenant: str | None = request.path_params.get("tenant")
        scheme, _, credential = request.headers.get("authorization", "").partition(" ")
        # Whoever takes the end of a mailed link has the reader's language with it.
        link = credential.partition("?")[0].strip() if scheme.lower() == "link" else None
        identity: Identity | None = None
        if scheme.lower() == "bearer":
            identity = await state.verifier.verify(credential)
        elif not link and (session := request.cookies.get(SESSION_COOKIE)):
            identity = self._signed_in(request, session)
        if identity is None and not (self.public or (self.link and link)):
            raise unauthenticated()
        if tenant is not None and not await state.tenant_registry.is_tenant(tenant):
            raise not_found("municipality")
        held_roles = await self._roles_held(request, identity, tenant)
        # Where they may act: not for a municipality that left, and for one that is suspended only reading.
        by_tenant = await self._roles_by_tenant(request, identity) if self.any_tenant and tenant is None else {}
        if self.any_tenant and tenant is None and identity is not None:
            held_roles |= frozenset().union(*by_tenant.values(), *identity.grants.values())
        if tenant is not None and not self.allow_suspended and await state.tenant_registry.is_suspended(tenant):
            await _check_suspended(request, tenant, held_roles)
        roles = held_roles & self.roles
        if not roles and not (self.public or (self.link and link)):
            await _use_tenant_frame(request, tenant if held_roles else None)
            if held_roles or tenant is None:
                raise forbidden("Your role does not allow this.")
            raise not_found("municipality")
        if roles or (identity is not None and held_roles):
            request.state.staff = StaffFrame(tenant, held_roles)
        address = state.address_of(request)
        if self.limited and not roles:
            try:
                await self._count(request, tenant or "-", address, link)
            except Problem as problem:
                await _use_tenant_frame(request, tenant)
                if not _sends_form(request):
                    raise
                # `Forms.received` says so at the form, where everything that was entered still stands; nothing is done.
                request.state.too_many = problem
        roles_by_tenant = {
            slug: held_there & self.roles for slug, held_there in by_tenant.items() if held_there & self.roles
        }
        return Caller(
            identity, roles, link, address, of_request(tenant) if tenant is not None else None, roles_by_tenant
        )

    async def _count(self, request: Request, tenant: str, address: str, link: str | None) -> None:
        """Count the call against its limit. Raises Problem 429."""
        state = request.app.state
        limiters = state.rate_limiters
        if self.limited == LINK:
            code = link or request.path_params.get("code")
            if code and request.method not in ("GET", "HEAD"):
                await limiters[LINK].hit(tenant, f"link {code}")
        else:
            await limiters[self.limited].hit(tenant, address)

    def _signed_in(self, request: Request, session: str) -> Identity | None:
        """The identity in the page's cookie. Browsers send cookies on their own, so what changes something has to come from
        our own pages."""
        try:
            identity: Identity = request.app.state.sessions.read(session)
        except Problem:
            # A session that is over must not keep anyone from a public page.
            if self.public or self.link:
                return None
            raise
        if request.method not in ("GET", "HEAD") and not from_our_pages(request):
            raise forbidden("This request did not come from a page of this site. Open the page and try again.")
        return identity

    async def _roles_held(self, request: Request, identity: Identity | None, tenant: str | None) -> frozenset[str]:
        if identity is None:
            return frozenset()
        held_roles = identity.platform_roles & _programme(request).platform_roles.keys()
        if tenant is not None:
            key = _email_key(request, identity)
            held_roles |= identity.grants.get(tenant, frozenset())
            held_roles |= await request.app.state.tenant_registry.roles(tenant, key) if key else frozenset()
        return held_roles

    async def _roles_by_tenant(self, request: Request, identity: Identity | None) -> dict[str, frozenset[str]]:
        if identity is None:
            return {}
        key, registry = _email_key(request, identity), request.app.state.tenant_registry
        granted = await registry.roles_by_tenant(key) if key else {}
        roles_by_tenant = {}
        for slug in {*granted, *identity.grants}:
            facts = await registry.tenant(slug)
            if facts and (request.method in ("GET", "HEAD") or facts["status"] != "suspended"):
                roles_by_tenant[slug] = granted.get(slug, frozenset()) | identity.grants.get(slug, frozenset())
        return roles_by_tenant


def _email_key(request: Request, identity: Identity) -> str | None:
    secrets = request.app.state.context.secrets
    return identity.email_key or (secrets.email_key(identity.email) if identity.email else None)


async def _check_suspended(request: Request, tenant: str, held_roles: frozenset[str]) -> None:
    """While a tenant is suspended its staff may read, and only who acts for the whole platform may change anything.

    Raises:
        Problem: 403 for everybody else, as a page in the tenant's own frame, which names its telephone.
    """
    if held_roles if request.method in ("GET", "HEAD") else held_roles & _programme(request).platform_roles.keys():
        return
    await _use_tenant_frame(request, tenant)
    raise Problem(
        403,
        "suspended",
        "Closed for the moment",
        "This municipality is suspended: its pages are closed, and nothing can be changed until it is open again.",
    )


async def _use_tenant_frame(request: Request, tenant: str | None) -> None:
    """Shows refusals from here on in the tenant's own frame, which names its telephone."""
    facts = await request.app.state.tenant_registry.tenant(tenant) if tenant is not None else None
    if tenant is not None and facts is not None:
        request.state.brand = _programme(request).brand_of(tenant, facts)


def _programme(request: Request) -> Programme:
    programme: Programme = request.app.state.programme
    return programme


def _sends_form(request: Request) -> bool:
    """Whether somebody sent a form on a page."""
    sent = request.headers.get("content-type", "").partition(";")[0]
    return (
        request.method == "POST"
        and not request.scope["route"].include_in_schema
        and sent in ("application/x-www-form-urlencoded", "multipart/form-data")
        and "text/html" in request.headers.get("accept", "")
    )


def from_our_pages(request: Request) -> bool:
    """Fetch metadata where the browser sends it, else the Origin; older browsers send neither and are refused."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("origin", "")).netloc == request.headers.get("host")


def Permission(  # noqa: N802 - reads as a type
    *roles: str,
    public: bool = False,
    link: bool = False,
    limited: Limited = False,
    any_tenant: bool = False,
    allow_suspended: bool = False,
) -> Any:
    """Who may call: any of these roles in the tenant of the path (platform roles everywhere), everyone (`public`), holders
    of a link (`link`). Strangers' calls that change something are rate-limited (`limited`: by which limit). `any_tenant`: the path names no tenant, and a
    role in any of them will do. `allow_suspended`: also while the tenant is suspended (what the law grants a person, what must stay
    readable). That the roles exist is checked at the start (`require_permissions`)."""
    if not (roles or public or link):
        raise ValueError("a permission needs roles, public or link")
    return Depends(PermissionCheck(frozenset(roles), public, link, limited, any_tenant, allow_suspended))
