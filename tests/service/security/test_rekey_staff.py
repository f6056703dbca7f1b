"""After EMAIL_KEY was changed staff have the roles that they had, in all services."""

from __future__ import annotations

from pydantic import SecretStr

from chassis.settings import Settings
from kommune.rekey_staff import rekey_staff
from kommune.services import NAMES
from tests.service.security.conftest import build_everything
from tests.support.separation import own

ADDRESS = "ida@wilhelmshaven.example"


async def test_staff_are_known_by_the_new_key_and_no_more_by_the_former(settings: Settings) -> None:
    """As a deployment in which one SECRET_KEY was everybody's, and which then gets a key of its own for addresses."""
    before = await build_everything(settings.model_copy(update={"email_key": settings.secret_key}))
    staff = before.url(f"/registration/v1/wilhelmshaven/staff/{ADDRESS}")
    coordinator = before.client("wilhelmshaven", "coordinator")
    assert (await coordinator.put(staff, json={"roles": ["intake", "moderator"], "name": "Ida"})).status_code == 200
    await before.spread_all()
    former = before.services["registration"].context.secrets.email_key(ADDRESS)
    assert former == before.services["registration"].context.secrets.derived_id("email", ADDRESS), "as it is today"
    for service in before.services.values():
        await service.context.database.close()

    changed = settings.model_copy(update={"email_key": SecretStr("another key for addresses, long enough")})
    assert await rekey_staff(own(changed, "registration")) == 3
    assert await rekey_staff(own(changed, "registration")) == 0

    after = await build_everything(changed, furnish=False)
    try:
        await after.spread_all()
        key = after.services["registration"].context.secrets.email_key(ADDRESS)
        assert key != former
        for name in NAMES:
            registry = after.apps[name].state.tenant_registry
            assert await registry.roles("wilhelmshaven", key) == {"intake", "moderator"}, name
            assert await registry.roles("wilhelmshaven", former) == frozenset(), name
        listed = await after.client("wilhelmshaven", "coordinator").get(
            after.url("/registration/v1/wilhelmshaven/staff")
        )
        assert ADDRESS in [person["email"] for person in listed.json()["items"]]
    finally:
        await after.close()
