"""Shares of work: nobody holds what another holds, everything is held, nobody alive holds more than a share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chassis.jobs.range_leases import RANGES, Division, plan_change, range_of

NOW = datetime(2026, 11, 29, tzinfo=UTC)
ALIVE, DEAD = NOW + timedelta(seconds=3), NOW - timedelta(seconds=1)


@given(st.lists(st.sampled_from("abcdef"), max_size=RANGES), st.sets(st.sampled_from("abcdef")), st.data())
def test_workers_come_to_equal_shares(held: list[str], alive: set[str], data: st.DataObject) -> None:
    """From any division, in any order of heartbeats."""
    members = {one: ALIVE if one in alive else DEAD for one in {*held, *alive}}
    holders = dict(enumerate(held))
    workers = sorted(alive) or ["g"]
    for _ in range(3):  # who has too much lets go, who has too little takes, and once more for those who came first
        for worker in data.draw(st.permutations(workers)):
            members[worker] = ALIVE
            wanted = plan_change(Division(members, holders), worker, NOW)
            assert all(members.get(holders.get(number, ""), DEAD) == DEAD for number in wanted.take)
            assert all(holders[number] == worker for number in wanted.let_go)
            holders |= dict.fromkeys(wanted.take, worker)
            for number in wanted.let_go:
                del holders[number]
    assert set(holders) == set(range(RANGES))
    counts = [list(holders.values()).count(worker) for worker in workers]
    assert max(counts) <= -(-RANGES // len(workers))


def test_a_key_stays_in_its_range() -> None:
    """Also in later versions: messages are stored with it."""
    assert [range_of(key) for key in ("", "a", "0195")] == [0, 3, 3]
