"""A respondent has themself erased, with their link alone: at once, and with a certificate that the same link shows later."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.clock import rfc3339
from chassis.http.problems import not_found
from chassis.storage.tenancy import of_stored
from services.selfcheck.answering.answering import Answering
from services.selfcheck.answering.commands import EraseSheet
from services.selfcheck.answering.repository import hashed
from services.selfcheck.erasure.erasure import REMAINS, Erasure, counted
from services.selfcheck.erasure.schemas import ErasureCertificate


@dataclass(frozen=True)
class ErasureByLink:
    """Erases a respondent at their own request. Each raises Problem 404 for an unknown code."""

    answering: Answering
    erasure: Erasure

    async def erase(self, code: str, resume: str | None) -> ErasureCertificate:
        """Remove what may be removed; repeating it gives the certificate again. Raises Problem 403 without the resume code."""
        if await self.answering.sheets.by_code(code) is not None:
            sheet = await self.answering.get_claimed(code, resume)
            await self.erasure.erase(of_stored(sheet), sheet.id, EraseSheet(by_link=hashed(code)))
        return await self.certificate(code)

    async def certificate(self, code: str) -> ErasureCertificate:
        """The certificate: what was removed and what remains."""
        sheet = await self.answering.sheets.erased_by_code(code)
        if sheet is None or sheet.erased is None or sheet.forgotten_at is None:
            raise not_found("erasure")
        contacts = int(sheet.erased.contact is not None)
        return {
            "id": sheet.id,
            "tenant": sheet.tenant,
            "forgotten_at": rfc3339(sheet.forgotten_at),
            "removed": {"answer links": 1, **counted(sheet.erased), "contacts": contacts},
            "remains": [REMAINS] if sheet.erased.kept else [],
        }
