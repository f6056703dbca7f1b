"""Which municipalities belong to a district on a day, as registration told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pymongo import ASCENDING, IndexModel

from chassis.messaging.projection import Upsert, Write
from chassis.storage.mongo import Database
from chassis.storage.tenancy import TenantScope
from chassis.text.languages import BERLIN
from contracts.envelope import Envelope
from contracts.registration import MembershipChanged, Period

COLLECTION = "memberships"
FOR_EVER = "9999-12-31"


def told(envelope: Envelope, event: MembershipChanged) -> Iterable[Write]:
    """One row for each pair of district and member: the tenant that tells it, so that it stands in the key."""
    periods = event.periods
    if periods is None:
        periods = (Period(valid_from=event.valid_from, valid_until=event.valid_until),)
    times = [
        {"from": one.valid_from.isoformat(), "until": one.valid_until.isoformat() if one.valid_until else FOR_EVER}
        for one in periods
    ]
    yield Upsert(
        COLLECTION,
        f"{event.district}:{envelope.tenant}",
        {"district": event.district, "member": envelope.tenant, "periods": times},
    )


@dataclass(frozen=True)
class DistrictMembers:
    """Reads those rows."""

    database: Database

    async def ensure_indexes(self) -> None:
        await self.database[COLLECTION].create_indexes([IndexModel([("district", ASCENDING)], name="district")])

    async def of(self, district: TenantScope, now: datetime) -> list[str]:
        """Slugs of those that belong to the district today, in alphabetical order."""
        day = now.astimezone(BERLIN).date().isoformat()
        today = {"district": district.tenant, "periods": {"$elemMatch": {"from": {"$lte": day}, "until": {"$gt": day}}}}
        return sorted(row["member"] for row in await self.database[COLLECTION].find(today, {"member": 1}).to_list(None))
