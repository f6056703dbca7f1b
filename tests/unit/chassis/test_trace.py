"""Which request something follows from."""

from __future__ import annotations

import pytest

from chassis.operations import trace

GIVEN = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def test_the_trace_of_the_caller_is_kept() -> None:
    assert trace.received(GIVEN) == GIVEN
    assert trace.trace_id(GIVEN) == "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Olena",
        GIVEN.upper(),
        GIVEN + "-more",
        "00-" + "0" * 32 + GIVEN[35:],
        GIVEN[:36] + "0" * 16 + "-01",
        "01" + GIVEN[2:],
    ],
)
def test_anything_else_is_replaced_by_a_new_one(header: str | None) -> None:
    made = trace.received(header)
    assert made != header
    assert trace.received(made) == made
    assert trace.received(header) != made
