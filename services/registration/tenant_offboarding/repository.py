"""The receipts of municipalities that left."""

from __future__ import annotations

from chassis.storage.documents import from_stored, projection_of
from chassis.storage.mongo import Collection, Database
from chassis.storage.tenancy import TenantScope
from services.registration.tenant_offboarding.documents import OffboardingReceipt

RECEIPTS = "departure_receipts"


class OffboardingReceipts:
    """The collection of offboarding receipts, one a service, filled by their events; they stay when everything else of the municipality goes."""

    def __init__(self, database: Database) -> None:
        self._receipts: Collection = database[RECEIPTS]

    async def list_all(self, scope: TenantScope) -> list[OffboardingReceipt]:
        documents = await self._receipts.find(scope.filter(), projection_of(OffboardingReceipt)).to_list(None)
        return [from_stored(OffboardingReceipt, document) for document in documents]
