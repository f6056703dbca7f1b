"""Rate limits hold for all processes of a service together, and nobody meets them who shares an address with a town."""

from __future__ import annotations

import pytest

from chassis.http.problems import Problem
from chassis.http.rate_limits import COLLECTION, UNSHARED, RateLimiter, rate_limit_key
from chassis.ids import Secrets
from chassis.settings import Settings
from chassis.storage.mongo import Database
from tests.support.clocks import StillClock
from tests.support.waiting import until

LIMIT = 50
SCHOOL = "203.0.113.7"


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


def process(database: Database, clock: StillClock, limit: str = f"{LIMIT}/minute") -> RateLimiter:
    return RateLimiter(limit, database, Secrets("a secret for tests only, 32 characters and more"), clock)


async def taken(limiters: list[RateLimiter], calls: int, address: str = SCHOOL, tenant: str = "wolfsburg") -> int:
    """How many of so many calls, turn by turn by all processes, were let through."""
    through = 0
    for number in range(calls):
        try:
            await limiters[number % len(limiters)].hit(tenant, address)
        except Problem as problem:
            assert problem.status == 429
            assert 1 <= int(problem.headers["Retry-After"]) <= 61
        else:
            through += 1
    return through


async def test_one_process_holds_the_limit_exactly(database: Database, clock: StillClock) -> None:
    assert await taken([process(database, clock)], 3 * LIMIT) == LIMIT


@pytest.mark.parametrize("processes", [2, 4])
async def test_several_processes_count_together(database: Database, clock: StillClock, processes: int) -> None:
    """Counted apart, it would be `processes` times the limit."""
    through = await taken([process(database, clock) for _ in range(processes)], 5 * LIMIT)
    assert LIMIT <= through <= LIMIT + (processes - 1) * (LIMIT // UNSHARED)


async def test_the_next_window_begins_anew(database: Database, clock: StillClock) -> None:
    limiters = [process(database, clock) for _ in range(2)]
    await taken(limiters, 3 * LIMIT)
    clock.move(60)
    assert await taken(limiters, LIMIT) == LIMIT


async def test_others_are_not_kept_out(database: Database, clock: StillClock) -> None:
    limiter = process(database, clock)
    await taken([limiter], 3 * LIMIT)
    assert await taken([limiter], 5, address="203.0.113.8") == 5
    assert await taken([limiter], 5, tenant="wilhelmshaven") == 5


async def test_a_household_with_ipv6_is_one_address_however_many_it_takes(
    database: Database, clock: StillClock
) -> None:
    limiter = process(database, clock)
    through = [await taken([limiter], 1, f"2001:db8:1:2::{number:x}") for number in range(1, 3 * LIMIT)]
    assert sum(through) == LIMIT
    assert await taken([limiter], 1, "2001:db8:1:3::1") == 1


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("2001:db8:1:2:aaaa:bbbb:cccc:dddd", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("203.0.113.7", "203.0.113.7"),
        ("unknown", "unknown"),
    ],
)
def test_what_an_address_counts_as(address: str, counted: str) -> None:
    assert rate_limit_key(address) == counted


async def test_a_school_that_signs_up_within_one_minute_does_not_meet_the_limit(
    database: Database, clock: StillClock
) -> None:
    """400 pupils behind one address; each signs up, mends a mistake and confirms."""
    default = Settings.model_fields["public_rate_limit"].default
    assert await taken([process(database, clock, default)], 400 * 3) == 400 * 3


async def test_no_address_is_stored_and_what_is_stored_expires(database: Database, clock: StillClock) -> None:
    limiter = process(database, clock)
    await limiter.ensure_indexes()
    await taken([limiter], LIMIT)
    # It was acknowledged by one server; a majority, which is what we read, follows.
    (counter,) = await until(lambda: database[COLLECTION].find({}).to_list(None), "the counter being readable")
    assert SCHOOL not in str(counter)
    assert counter["tenant"] == "wolfsburg"
    assert 60 <= (counter["ends"] - clock.now()).total_seconds() <= 120.001
    (_, expiry) = await database.indexes(COLLECTION)
    assert expiry["expireAfterSeconds"] == 0
    assert expiry["key"] == {"ends": 1}
