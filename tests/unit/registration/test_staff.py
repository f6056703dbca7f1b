"""However roles are given and taken, somebody coordinates."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.domain.refused import Refused
from services.registration.domain.staff import ROLES, check_change, in_order

changes = st.lists(st.tuples(st.sampled_from("abc"), st.sets(st.sampled_from(ROLES))), max_size=30)


@given(changes)
def test_somebody_always_coordinates(steps: list[tuple[str, set[str]]]) -> None:
    staff: dict[str, tuple[str, ...]] = {"a": ("coordinator",)}
    for who, roles in steps:
        with suppress(Refused):
            check_change(staff, who, roles)
            staff = {**staff, who: in_order(roles)} if roles else {k: v for k, v in staff.items() if k != who}
        assert any("coordinator" in held for held in staff.values())


@given(changes)
def test_nothing_is_refused_while_another_coordinates(steps: list[tuple[str, set[str]]]) -> None:
    for who, roles in steps:
        check_change({"a": ("coordinator",), "b": ("coordinator", "intake"), "c": ()}, who, roles)


def test_the_last_coordinator_stays() -> None:
    for roles in ((), ("intake",)):
        with pytest.raises(Refused, match="only person who coordinates"):
            check_change({"a": ("coordinator",), "b": ("intake",)}, "a", roles)


def test_roles_stand_in_one_order() -> None:
    assert in_order(["moderator", "coordinator", "moderator"]) == ("coordinator", "moderator")
