"""Lines and sums kept beside the claims, against what one gets by walking through all claims."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registration.domain.claim import Claim, Wish
from services.registration.domain.demand import Count, Demand
from services.registration.domain.waiting_queue import WaitingQueue


@given(st.permutations(range(1, 30)), st.sets(st.integers(1, 29)), st.integers(0, 30))
def test_turns_are_a_sorted_list(turns: list[int], leaving: set[int], after: int) -> None:
    line = WaitingQueue()
    for turn in turns:
        line.add(turn, f"r{turn}")
    for turn in leaving:
        line.remove(turn, f"r{turn}")
    left = [turn for turn in range(1, 30) if turn not in leaving]
    assert list(line) == [f"r{turn}" for turn in left]
    assert len(line) == len(left)
    assert [line.position(turn) for turn in left] == list(range(1, len(left) + 1))
    assert list(line.behind(after)) == [(turn, f"r{turn}") for turn in left if turn > after]


def test_who_does_not_stand_at_that_turn_can_not_be_removed() -> None:
    line = WaitingQueue()
    line.add(1, "a")
    for turn, id in ((1, "b"), (2, "a")):
        with pytest.raises(ValueError, match="not in list"):
            line.remove(turn, id)
    assert list(line) == ["a"]


WISHES = st.lists(
    st.builds(Wish, st.sampled_from(["uk", "childcare"]), st.sampled_from(["granted", "waiting"])),
    unique_by=lambda wish: wish.support,
)
CLAIMS = st.lists(
    st.builds(
        Claim,
        st.integers(1, 4),
        st.just(1),
        st.booleans(),
        st.just(True),
        wishes=WISHES.map(tuple),
        language=st.sampled_from(["uk", "ar", "de"]),
    )
)


@given(CLAIMS, CLAIMS)
def test_demand_is_the_sum_over_those_who_are_still_there(stay: list[Claim], leave: list[Claim]) -> None:
    demand = Demand()
    for claim in [*leave, *stay]:
        demand.account(claim, +1)
    for claim in leave:
        demand.account(claim, -1)

    def summed(claims: list[Claim]) -> dict[str, Count]:
        groups = Counter(claim.language for claim in claims)
        return {code: Count(n, sum(c.size for c in claims if c.language == code)) for code, n in sorted(groups.items())}

    assert demand.present() == summed([claim for claim in stay if claim.seated])
    for status in ("granted", "waiting"):
        wishing = [claim for claim in stay if claim.support_status.get("childcare") == status]
        assert demand.wished("childcare", status) == summed(wishing)
