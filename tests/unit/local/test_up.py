"""What `kommune up` prints leads somewhere."""

from __future__ import annotations

import io

from rich.console import Console

from chassis.ids import Secrets
from kommune.demo.places import PLACES
from kommune.up import DEMO_ROLES, SHOWN, print_sign_in_links


def test_the_municipality_of_the_printed_links_has_people_and_a_result_of_its_own() -> None:
    place = next(place for place in PLACES if place.slug == SHOWN)
    assert place.gatherings
    assert place.check
    assert not place.members
    assert {tenant for tenant, _ in DEMO_ROLES} == {SHOWN, "-"}


def test_a_link_for_each_role_is_printed_and_how_to_get_others() -> None:
    printed = io.StringIO()
    print_sign_in_links(Console(file=printed), "http://127.0.0.1:8000", Secrets("x" * 40))
    for _, role in DEMO_ROLES:
        assert f"  {role:<17} http://127.0.0.1:8000/" in printed.getvalue()
    assert "kommune sign-in --tenant" in printed.getvalue()
