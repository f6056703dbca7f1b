"""`kommune export-person`: what all services hold about one person, asked over HTTP and put together (Articles 15, 20 GDPR)."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import httpx

from chassis.clock import SystemClock, rfc3339
from kommune.services import NAMES


class NotExported(RuntimeError):
    """A service did not answer, or refused; the message says which and why."""


async def export_person(address: str, token: str, tenant: str, person: str) -> dict[str, Any]:
    """Collect what all services hold about a person: `{"person_id", "tenant", "exported_at", "services": {name: its part, or null
    where it holds nothing}}`.

    All parts or none: what is missing must not look like nothing being held.

    Raises:
        NotExported: a service is away, or the token does not allow it.
    """
    parts: dict[str, Any] = {}
    async with httpx.AsyncClient(timeout=30, headers={"Authorization": f"Bearer {token}"}) as http:
        for name in NAMES:
            try:
                answer = await http.get(f"{address.rstrip('/')}/{name}/v1/{tenant}/people/{person}/export")
            except httpx.TransportError as error:
                raise NotExported(f"{name} does not answer at {address} ({type(error).__name__})") from None
            missing = answer.status_code == 404
            if missing and "municipality" in answer.json().get("detail", ""):
                raise NotExported(f"there is no municipality {tenant}, or the token is of another one")
            if answer.is_error and not missing:
                raise NotExported(
                    f"{name} answers {answer.status_code}: the token must be of a coordinator of {tenant}"
                )
            parts[name] = None if answer.is_error else answer.json()
    sheets = (parts["selfcheck"] or {}).get("sheets")
    if not (parts["registration"] or parts["notifications"] or sheets):
        raise NotExported(f"no service of {tenant} holds anything about this person")
    return {"person_id": person, "tenant": tenant, "exported_at": rfc3339(SystemClock().now()), "services": parts}


def token_for(state: Path, tenant: str) -> tuple[str, str]:
    """(address, bearer token): `KOMMUNE_TOKEN`, or on a laptop one of the built-in issuer."""
    from chassis.identity.tokens import LocalIssuer
    from chassis.settings import Settings
    from kommune.up import local_environment

    settings = Settings(**local_environment(state))  # type: ignore[arg-type]
    return settings.public_url, os.environ.get("KOMMUNE_TOKEN") or LocalIssuer(settings).issue(tenant, "coordinator")


def as_json(exported: dict[str, Any]) -> str:
    """Format an export for people and programs to read."""
    return json.dumps(exported, ensure_ascii=False, indent=2)


def save(exported: dict[str, Any], out: Path) -> None:
    """Write an export into a file that only its owner can read."""
    out.touch(mode=0o600)
    out.write_text(as_json(exported) + "\n", "utf-8")
