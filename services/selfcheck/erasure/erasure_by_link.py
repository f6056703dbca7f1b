"""A respondent has themself forgotten, with their link alone: at once, and with a certificate that the same link shows later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chassis.clock import rfc3339
from chassis.http.problems import not_found
from chassis.storage.tenancy import of_document
from services.selfcheck.answering.answering import Answering
from services.selfcheck.answering.repository import hashed
from services.selfcheck.erasure.erasure import REMAINS, Erasure


@dataclass(frozen=True)
class ErasureByLink:
    """Each raises Problem 404 for an unknown code."""

    answering: Answering
    erasure: Erasure

    async def forget(self, code: str, resume: str | None) -> dict[str, Any]:
        """Remove what may be removed; repeating it gives the certificate again. Raises Problem 403 without the resume code."""
        if await self.answering.sheets.by_code(code) is not None:
            sheet = await self.answering.claimed_by(code, resume)
            noted = {"forgotten_hash": hashed(code), "forgotten_at": self.erasure.clock.now()}
            await self.erasure.forget(of_document(sheet), sheet["_id"], fields=noted)
        return await self.certificate(code)

    async def certificate(self, code: str) -> dict[str, Any]:
        """`{id, tenant, forgotten_at, removed: kinds with numbers, remains: sentences}`; nothing about the person."""
        sheet = await self.answering.sheets.forgotten_by_code(code)
        if sheet is None:
            raise not_found("erasure")
        before = sheet["erased"]
        removed = {"answer links": 1, **{kind: before[kind] for kind in ("answers", "notes", "evidence")}}
        return {
            "id": sheet["_id"],
            "tenant": sheet["tenant"],
            "forgotten_at": rfc3339(sheet["forgotten_at"]),
            "removed": {**removed, "contacts": int(before["contact"] is not None)},
            "remains": [REMAINS] if before["kept"] else [],
        }
