"""Repository of ballots."""

from __future__ import annotations

import hashlib

from pymongo import ASCENDING, IndexModel

from chassis.storage.documents import from_stored, to_stored
from chassis.storage.mongo import Database
from chassis.storage.tenancy import TenantScope
from services.selfcheck.room.documents import Ballot


def ballot_id(vote: str, device: str) -> str:
    """The id of a ballot: there is one for each device in a vote."""
    return hashlib.sha256(f"{vote}\0{device}".encode()).hexdigest()


class Ballots:
    """Repository of the ballots of all votes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._collection = database["ballots"]

    async def ensure_indexes(self) -> None:
        order = [("tenant", ASCENDING), ("vote", ASCENDING)]
        await self._collection.create_indexes([IndexModel(order, name="vote")])

    async def get(self, scope: TenantScope, id: str) -> Ballot | None:
        stored = await self._collection.find_one(scope.filter(_id=id))
        return None if stored is None else from_stored(Ballot, stored)

    async def upsert(self, ballot: Ballot) -> None:
        """Store a ballot, in place of an earlier one of the device."""
        fields = to_stored(ballot)
        key = {"_id": fields.pop("_id"), "tenant": ballot.tenant}
        await self._collection.update_one(key, {"$set": fields}, upsert=True)

    async def rankings(self, scope: TenantScope, vote: str) -> list[tuple[str, ...]]:
        stored = await self._collection.find(scope.filter(vote=vote)).to_list(None)
        return [from_stored(Ballot, one).ranking for one in stored]

    async def number(self, scope: TenantScope, vote: str, network: str | None = None) -> int:
        """How many there are of a vote, or of it from one network."""
        from_network = {} if network is None else {"network": network}
        return await self._collection.count_documents(scope.filter(vote=vote, **from_network))

    async def by_network(self, scope: TenantScope, vote: str) -> list[int]:
        """Numbers of ballots, one for each network."""
        networks = await self._database.aggregate(
            self._collection.name,
            [{"$match": scope.filter(vote=vote)}, {"$group": {"_id": "$network", "ballots": {"$sum": 1}}}],
        )
        return [one["ballots"] for one in networks]

    async def discard(self, scope: TenantScope, vote: str) -> None:
        """Throw away every ballot of a vote."""
        await self._collection.delete_many(scope.filter(vote=vote))

    async def empty(self, scope: TenantScope, assessment: str) -> int:
        """Empty the ballots of a self-check that was deleted; how many there were."""
        of_assessment = scope.filter(assessment=assessment)
        await self._collection.update_many(of_assessment, {"$set": {"ranking": []}})
        return await self._collection.count_documents(of_assessment)
