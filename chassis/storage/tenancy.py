"""Tenant scopes: proof that the tenant was established, which every repository needs to touch a tenant's documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

_MINT = object()


class HasTenant(Protocol):
    """Anything that belongs to a tenant, such as a typed document."""

    @property
    def tenant(self) -> str: ...


@dataclass(frozen=True, slots=True)
class TenantScope:
    """The right to touch one tenant's documents. Not constructed by hand: see the `of_…` functions."""

    tenant: str
    _mint: Any = None

    def __post_init__(self) -> None:
        if self._mint is not _MINT or not self.tenant:
            raise RuntimeError("a TenantScope comes from authentication or a document, never from a string")

    def filter(self, **conditions: Any) -> dict[str, Any]:
        """A MongoDB filter that can't leave the tenant."""
        return {"tenant": self.tenant, **conditions}


def of_request(tenant: str) -> TenantScope:
    """The scope of a request's tenant. For `chassis.http.permissions` alone, after it has established that the caller may act in it."""
    return TenantScope(tenant, _MINT)


def of_document(document: dict[str, Any]) -> TenantScope:
    """The scope of a stored document's tenant; for scheduled jobs, which start from what is due."""
    return TenantScope(document["tenant"], _MINT)


def of_stored(document: HasTenant) -> TenantScope:
    """The scope of the tenant that a typed document belongs to."""
    return TenantScope(document.tenant, _MINT)


def of_platform() -> TenantScope:
    """The scope of what belongs to no municipality and is the same for all of them, such as published questionnaires."""
    return TenantScope("-", _MINT)
