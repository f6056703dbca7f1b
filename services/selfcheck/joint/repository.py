"""Repositories of joint self-checks, and of which municipalities belong to which district."""

from __future__ import annotations

from datetime import datetime

from pymongo import ASCENDING, IndexModel

from chassis.storage.aggregates import Aggregates
from chassis.storage.documents import from_stored, projection_of
from chassis.storage.mongo import Database, Document
from chassis.storage.repository import Repository
from chassis.storage.tenancy import TenantScope
from chassis.text.languages import BERLIN
from services.selfcheck.domain.joint import Stance
from services.selfcheck.joint.documents import Membership, StoredJoint

MEMBERSHIPS = "memberships"


class JointRepository(Repository[StoredJoint]):
    """Repository of the joint self-checks of all districts. Members reach one through their own entry in it."""

    def __init__(self, aggregates: Aggregates) -> None:
        super().__init__(StoredJoint, aggregates)
        self.collection = aggregates.collection

    async def ensure_indexes(self) -> None:
        await self._aggregates.ensure_indexes(
            [
                IndexModel([("tenant", ASCENDING), ("_id", ASCENDING)], name="tenant"),
                IndexModel([("members.tenant", ASCENDING), ("_id", ASCENDING)], name="member"),
            ]
        )

    async def visible(self, scope: TenantScope, id: str, district_only: bool) -> StoredJoint | None:
        """The joint self-check if it was not deleted, for its district (`district_only`: for it alone) and for whoever is asked."""
        visibility = scope.filter() if district_only else _visible_to(scope)
        joints = await self._find({"_id": id, "deleted_at": None, **visibility}, limit=1)
        return joints[0] if joints else None

    async def list_all(self, scope: TenantScope) -> list[StoredJoint]:
        """Joint self-checks of this district, and those that this municipality is asked for; the newest first."""
        return await self._find({"deleted_at": None, **_visible_to(scope)}, [("created_at", -1)])

    async def of_member(self, scope: TenantScope) -> list[StoredJoint]:
        """Joint self-checks that ever asked this municipality."""
        return await self._find({"members.tenant": scope.tenant})

    async def of_district(self, scope: TenantScope) -> list[StoredJoint]:
        """Joint self-checks of a district, also deleted ones."""
        return await self._find(scope.filter())


class DistrictMembers:
    """The collection of district members, filled by registration's events: one document for each pair of district and member."""

    def __init__(self, database: Database) -> None:
        self._collection = database[MEMBERSHIPS]

    async def ensure_indexes(self) -> None:
        await self._collection.create_indexes([IndexModel([("district", ASCENDING)], name="district")])

    async def list_members(self, district: TenantScope, now: datetime) -> list[str]:
        """Slugs of those that belong to the district today, in alphabetical order."""
        day = now.astimezone(BERLIN).date().isoformat()
        today = {"district": district.tenant, "periods": {"$elemMatch": {"from": {"$lte": day}, "until": {"$gt": day}}}}
        rows = await self._collection.find(today, projection_of(Membership)).to_list(None)
        return sorted(from_stored(Membership, row).member for row in rows)


def _visible_to(scope: TenantScope) -> Document:
    """A filter for what a tenant may see: its own, and where it is asked."""
    where_asked = {"members": {"$elemMatch": {"tenant": scope.tenant, "stance": {"$ne": Stance.TAKEN_BACK.value}}}}
    return {"$or": [scope.filter(), where_asked]}
