"""A district and its members, changing over time: Karlsfeld was named, Pfaffenhofen came."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest

from tests.service.registration.conftest import People

V1 = "/registration/v1"


@pytest.fixture
async def district(people: People) -> People:
    """The district of Dachau with municipalities."""
    for slug, kind in (("dachau-district", "district"), ("karlsfeld", "municipality"), ("dachau", "municipality")):
        application = {
            "slug": slug,
            "name": {"de": slug.title()},
            "kind": kind,
            "state": "Bayern",
            "inhabitants": 20_000,
            "contact": {"name": "K", "email": f"k@{slug}.example"},
            "languages": ["de"],
        }
        assert (await people.office.post(f"{V1}/municipalities", json=application)).status_code == 201
        decision = {"decision": "admitted", "reason": ""}
        await people.office.post(f"{V1}/municipalities/{slug}/decision", json=decision)
    return people


async def _says(people: People, member: str, start: str, end: str | None = None) -> Any:
    body = {"valid_from": start} | ({"valid_until": end} if end else {})
    return await people.office.put(f"{V1}/{member}/membership/dachau-district", json=body)


async def _members(people: People, **query: str) -> list[str]:
    found = await people.public.get(f"{V1}/dachau-district/members", params=query)
    assert found.status_code == 200, found.text
    return [one["member"] for one in found.json()["items"]]


async def test_a_district_sees_its_members_as_of_a_day(district: People) -> None:
    assert (await _says(district, "karlsfeld", "2020-03-01", "2020-09-01")).json() == {
        "district": "dachau-district",
        "member": "karlsfeld",
        "valid_from": "2020-03-01",
        "valid_until": "2020-09-01",
    }
    await _says(district, "dachau", "2020-06-01")
    assert await _members(district, on="2020-02-29") == []
    assert await _members(district, on="2020-03-01") == ["karlsfeld"]
    assert await _members(district, on="2020-08-31") == ["dachau", "karlsfeld"]
    assert await _members(district, on="2020-09-01") == ["dachau"]
    assert await _members(district) == ["dachau"]
    assert (await district.public.get(f"{V1}/dachau-district/members", params={"on": "soon"})).status_code == 422


async def test_corrections_keep_the_history_and_what_was_known_then(district: People) -> None:
    await _says(district, "karlsfeld", "2020-03-01")
    known = (await district.public.get(f"{V1}/dachau-district/members")).json()["items"][0]["recorded_at"]
    district.move(timedelta(minutes=5))
    await _says(district, "karlsfeld", "2020-03-01", "2020-09-01")
    assert await _members(district, on="2021-01-01") == []
    assert await _members(district, on="2021-01-01", known_at=known) == ["karlsfeld"]
    history = (await district.office.get(f"{V1}/dachau-district/members/history")).json()["items"]
    assert [(one["valid_until"], one["replaced_at"] is None) for one in history] == [
        ("2020-09-01", True),
        (None, False),
    ]
    gone = await district.office.delete(
        f"{V1}/karlsfeld/membership/dachau-district", params={"valid_from": "2020-03-01"}
    )
    assert gone.status_code == 204
    assert await _members(district, on="2020-04-01") == []
    again = await district.office.delete(
        f"{V1}/karlsfeld/membership/dachau-district", params={"valid_from": "2020-03-01"}
    )
    assert (again.status_code, again.json()["type"].rpartition(":")[2]) == (409, "no-membership")
    row = await district.service.context.database["municipalities"].find_one({"_id": "karlsfeld"})
    assert row is not None
    told = [orjson.loads(e["d"])["periods"] for e in row["outbox"] if e["y"] == "registration.membership.changed.v1"]
    assert told == [[{"valid_from": "2020-03-01"}], [{"valid_from": "2020-03-01", "valid_until": "2020-09-01"}], []]


@pytest.mark.parametrize(
    ("member", "into", "body", "status"),
    [
        ("karlsfeld", "dachau", {"valid_from": "2020-01-01"}, 422),
        ("karlsfeld", "nowhere", {"valid_from": "2020-01-01"}, 422),
        ("dachau-district", "dachau-district", {"valid_from": "2020-01-01"}, 422),
        ("karlsfeld", "dachau-district", {"valid_from": "2020-01-02", "valid_until": "2020-01-02"}, 422),
        ("karlsfeld", "dachau-district", {"valid_from": "someday"}, 422),
        ("nowhere", "dachau-district", {"valid_from": "2020-01-01"}, 404),
    ],
)
async def test_impossible_memberships_are_refused(
    district: People, member: str, into: str, body: dict[str, str], status: int
) -> None:
    assert (await district.office.put(f"{V1}/{member}/membership/{into}", json=body)).status_code == status


async def test_only_the_office_says_who_belongs_where(district: People) -> None:
    path = f"{V1}/wilhelmshaven/membership/dachau-district"
    assert (await district.coordinator.put(path, json={"valid_from": "2020-01-01"})).status_code == 403
    assert (await district.coordinator.get(f"{V1}/wilhelmshaven/memberships")).json() == {"items": [], "next": None}
    assert (await district.stranger.get(f"{V1}/wilhelmshaven/memberships")).status_code == 404
