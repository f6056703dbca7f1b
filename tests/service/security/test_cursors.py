"""Every list of every service: a cursor that is none is refused with a remedy, not answered with an empty page."""

from __future__ import annotations

from chassis.http.routes import permission_checks
from chassis.storage.pagination import cursor_at
from tests.service.registration.pages import BROWSER
from tests.service.security.conftest import Everything
from tests.service.security.furnishing import Furnishing, Town
from tests.service.security.test_tenant_walk import role_of, with_places

CURSORS = ("cursor", "after", "before")
BROKEN = ["zzz", "0", "a" * 32, "1800000000000~x", cursor_at("x")[:-1], cursor_at("x") + "A", cursor_at("x").swapcase()]


async def test_a_cursor_that_nobody_gave_out_is_refused_by_every_list(everything: Everything) -> None:
    town = Town("wilhelmshaven")
    await Furnishing(everything, town).meeting()
    await Furnishing(everything, town).exchange()
    lists, wrong = set(), []
    for app in everything.apps.values():
        for route, check in permission_checks(app):
            asked = {one.alias for one in route.dependant.query_params} & set(CURSORS)
            if check is None or "GET" not in (route.methods or ()) or not asked:
                continue
            lists.add(route.path)
            role, (name,) = role_of(check), asked
            tenant = "-" if role in ("programme_office", "operator") else town.slug
            client = everything.client(tenant, role)
            ids = {"id": town.ids["webhook" if "webhooks" in route.path else "gathering"], "slug": town.slug}
            url = everything.url(with_places(route.path, ids).replace("{tenant}", town.slug))
            for cursor in BROKEN:
                answer = await client.get(url, params={name: cursor}, headers={} if "/v1/" in url else BROWSER)
                if answer.status_code != 422:
                    wrong.append(f"{url}?{name}={cursor}: {answer.status_code} {answer.text[:200]}")
                elif "/v1/" in url:
                    told = {one["pointer"]: one["detail"] for one in answer.json()["errors"]}
                    assert "first page" in told.get(f"/query/{name}", ""), f"{url}: {told}"
    assert wrong == []
    assert {path.split("/")[1] for path in lists} == set(everything.apps), "each service has lists"
    assert len(lists) > 20
