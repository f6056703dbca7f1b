"""What coordinators and people do with invitations, in tests."""

from __future__ import annotations

from typing import Any

import httpx

from tests.service.registration.conftest import People

BASE = "/registration/v1/wilhelmshaven"
COURSE: dict[str, Any] = {"id": "sprachkurs", "name": "Sprachkurs VHS"}
WOMEN: dict[str, Any] = {"id": "frauen", "name": "Frauengruppe Fedderwardergroden"}
QUOTA: dict[str, Any] = {"id": "frauenplatz", "label": {"de": "Frauen"}, "seats": 2, "by_invitation": True}
WEB: dict[str, Any] = {"channel": "web"}


async def invitations_of(people: People, id: str) -> dict[str, dict[str, Any]]:
    """The invitations of a gathering by id, with what came of them."""
    answer = await people.coordinator.get(f"{BASE}/gatherings/{id}/invitations")
    assert answer.status_code == 200, answer.text
    return {one["id"]: one for one in answer.json()["items"]}


async def code_of(people: People, id: str, invitation: str = "sprachkurs") -> str:
    """The code of an invitation."""
    code: str = (await invitations_of(people, id))[invitation]["code"]
    return code


async def set_invitations(people: People, id: str, *invitations: dict[str, Any], **more: Any) -> httpx.Response:
    return await people.coordinator.patch(f"{BASE}/gatherings/{id}", json={"invitations": list(invitations), **more})


async def stored_gathering(people: People, id: str) -> dict[str, Any]:
    """The gathering as it is stored."""
    found = await people.service.context.database["gatherings"].find_one({"_id": id})
    assert found is not None
    return found


async def sign_up_on_the_web(people: People, id: str, number: int = 0, **more: Any) -> httpx.Response:
    """Each from an address of their own."""
    contact = {"email": f"somebody{number}@example.org"}
    return await people.register(id, people.public, **WEB, contact=contact, **more)
