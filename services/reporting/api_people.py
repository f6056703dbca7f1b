"""HTTP API of the rights of a person: what reporting knows of a registration, which it has by its random id alone."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request

from chassis.clock import rfc3339
from chassis.http.permissions import Caller, Permission
from chassis.http.problems import not_found
from chassis.identity.passes import holds_pass
from chassis.service import ServiceContext

router = APIRouter(prefix="/reporting/v1/{tenant}/people/{id}")
Keeper = Annotated[Caller, Permission("coordinator", link=True, allow_suspended=True)]
PSEUDONYMOUS = ("gathering", "status", "size", "language", "support", "channel")


@router.get("/export")
async def export(request: Request, caller: Keeper, id: str) -> dict[str, Any]:
    """Sizes and wishes without a name; `registration` null where nothing is known. `Authorization: Link <pass>`, which registration
    gives the holder of the link (`POST /registration/v1/{tenant}/people/{id}/pass`). Raises Problem 404: not the holder."""
    context: ServiceContext = request.app.state.context
    if not caller.is_staff and not holds_pass(context.signatures, caller.scope.tenant, id, caller.link):
        raise not_found("person")
    row = await context.database["participants"].find_one(caller.scope.filter(_id=id))
    known = {key: row.get(key) for key in PSEUDONYMOUS} | {"at": rfc3339(row["at"])} if row else None
    return {"service": "reporting", "person_id": id, "names_and_addresses": "none", "registration": known}
