"""Query parameters of every GET of the API: one without a value chooses nothing, a wrong one is refused once, at itself."""

from __future__ import annotations

from chassis.http.routes import permission_checks
from tests.service.security.conftest import Everything
from tests.service.security.furnishing import Furnishing, Town
from tests.service.security.test_tenant_walk import role_of, with_places

WRONG = "§"


async def test_a_parameter_without_a_value_is_none_and_a_wrong_one_is_refused_once(everything: Everything) -> None:
    town = Town("wilhelmshaven")
    await Furnishing(everything, town).meeting()
    await Furnishing(everything, town).exchange()
    asked, refused, wrong = 0, set(), []
    for app in everything.apps.values():
        for route, check in permission_checks(app):
            if check is None or "GET" not in (route.methods or ()) or "/v1/" not in route.path:
                continue
            role = role_of(check)
            tenant = "-" if role in ("programme_office", "operator") else town.slug
            client = everything.client(tenant, role)
            ids = {"id": town.ids["webhook" if "webhooks" in route.path else "gathering"], "slug": town.slug}
            url = everything.url(with_places(route.path, ids).replace("{tenant}", town.slug))
            parameters = route.dependant.query_params
            needed = {one.alias: "a" for one in parameters if one.field_info.is_required()}
            for one in parameters:
                name = one.alias
                asked += 1
                if not one.field_info.is_required():
                    bare, blank = (
                        await client.get(url, params=needed),
                        await client.get(url, params={**needed, name: ""}),
                    )
                    if blank.status_code != bare.status_code:
                        wrong.append(f"{url}?{name}=: {blank.status_code} {blank.text[:200]}")
                odd = await client.get(url, params={**needed, name: WRONG})
                if odd.status_code == 422:
                    refused.add(f"{route.path}?{name}")
                    told = odd.json()["errors"]
                    if [error["pointer"] for error in told if "/path/" not in error["pointer"]] != [f"/query/{name}"]:
                        wrong.append(f"{url}?{name}={WRONG}: {told}")
    assert wrong == []
    assert asked > 100
    assert len(refused) > 60
