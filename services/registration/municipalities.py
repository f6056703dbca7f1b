"""Municipalities that take part, and which of them belong to a district."""

from __future__ import annotations

from datetime import datetime

from chassis.aggregates import Aggregates, Change
from chassis.mongo import Document
from chassis.problems import FieldError, conflict, invalid, not_found
from chassis.tenancy import TenantScope
from contracts.registration import MembershipChanged
from services.registration.schemas import Membership


class Municipalities:
    """The aggregate whose id is the tenant."""

    def __init__(self, municipalities: Aggregates) -> None:
        self._all = municipalities

    async def admitted(self, limit: int, after: str | None) -> list[Document]:
        """Public facts of admitted municipalities, by slug."""
        condition: Document = {"status": "admitted"} | ({"_id": {"$gt": after}} if after else {})
        found = await self._all.collection.find(condition, {"facts": 1}).sort("_id", 1).limit(limit).to_list(None)
        return [document["facts"] for document in found]

    async def set_membership(self, scope: TenantScope, district: str, body: Membership, now: datetime) -> Document:
        """The tenant belongs to a district from one day until another."""
        if body.valid_until is not None and body.valid_until <= body.valid_from:
            raise invalid(FieldError("/valid_until", "The end must be after the start."))
        if (
            await self._all.collection.find_one({"_id": district, "status": "admitted", "facts.kind": "district"})
            is None
        ):
            raise invalid(FieldError("/district", "There is no admitted district with this slug."))
        answer = {"district": district, "member": scope.tenant, **body.model_dump(mode="json")}

        def change(document: Document) -> Change:
            others = {k: v for k, v in document.get("memberships", {}).items() if k != district}
            start, end = body.valid_from.isoformat(), body.valid_until.isoformat() if body.valid_until else "9999"
            for other, period in others.items():
                if start < (period["valid_until"] or "9999") and period["valid_from"] < end:
                    raise conflict("other-district", f"It belongs to {other} in that time.")
            event = MembershipChanged(
                district=district, member=scope.tenant, valid_from=body.valid_from, valid_until=body.valid_until
            )
            return Change({f"memberships.{district}": body.model_dump(mode="json")}, events=[event], answer=answer)

        done = await self._all.execute(scope, scope.tenant, change, now)
        if done is None:
            raise not_found("municipality")
        return answer
