"""What `kommune up` prints leads somewhere."""

from __future__ import annotations

from kommune.demo.places import PLACES
from kommune.up import DEMO_ROLES, SHOWN


def test_the_municipality_of_the_printed_links_has_people_and_a_result_of_its_own() -> None:
    place = next(place for place in PLACES if place.slug == SHOWN)
    assert place.gatherings
    assert place.check
    assert not place.members
    assert {tenant for tenant, _ in DEMO_ROLES} == {SHOWN, "-"}
