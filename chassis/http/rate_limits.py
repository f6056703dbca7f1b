"""Rate limits: how often one public address may change something, counted by all processes of a service together.

The limit is not there to tell people from programs, and no school whose pupils all sign up behind one address may meet it. It keeps one
address from taking more than a tenth of a small machine. What is scarce has limits of its own where it is handed out: seats, mails,
calls. 1,200 a minute: 400 people on one address sign up within the same minute, mend a mistake and confirm.

Who holds a link may change things sixty times a minute with it, wherever they are, so that a link in wrong hands is no machine. A service
names further limits of its own in its definition (`rate_limits`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from pymongo import IndexModel, ReturnDocument

from chassis.clock import Clock
from chassis.http.problems import Problem
from chassis.ids import Secrets
from chassis.storage.mongo import QUICK, Database, DuplicateKeyError

_WITH_PORT = re.compile(r"\[([^\]]+)\](?::\d+)?|([^:]+):\d+")
PUBLIC, LINK = "public", "link"
"""The limits that every service has, by the names that `Permission(limited=…)` takes."""
COLLECTION = "rate_limits"
SECONDS = {"second": 1, "minute": 60, "hour": 3600}
UNSHARED = 10
"""A process counts the first tenth by itself: most people send one form, and that costs no write. So with n processes an address
gets at most n − 1 tenths more than the limit."""
MOST_KEPT = 100_000
"""Addresses that a process remembers at once; beyond, it begins anew, and only their unshared tenth is given again."""


def rate_limit_key(address: str) -> str:
    """The key under which calls from an address are counted: of IPv6 its /64, which is what one household or one attacker is given.

    Some proxies tell the port too, which differs with each connection and is left out.
    """
    bare = _WITH_PORT.fullmatch(address)
    try:
        parsed = ip_address((bare[1] or bare[2] if bare else address).partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or ip_network((parsed, 64), strict=False))
    return str(parsed)


def rate_limiters(
    limits: Mapping[str, str], database: Database, secrets: Secrets, clock: Clock
) -> dict[str, RateLimiter]:
    """A limiter for each named limit."""
    return {name: RateLimiter(limit, database, secrets, clock, kind=f"{name} ") for name, limit in limits.items()}


class RateLimiter:
    """Counts calls in windows that begin anew every second, minute or hour. What is stored of an address is a keyed hash that expires."""

    def __init__(self, limit: str, database: Database, secrets: Secrets, clock: Clock, kind: str = "") -> None:
        """`kind` keeps the counters of several limits apart."""
        self._kind = kind
        amount, _, unit = limit.partition("/")
        self._most = int(amount)
        self._seconds = SECONDS[unit]
        self._counters = database[COLLECTION].with_options(write_concern=QUICK)
        self._secrets = secrets
        self._clock = clock
        self._window = 0
        self._own_counts: Counter[tuple[str, str]] = Counter()

    async def ensure_indexes(self) -> None:
        """MongoDB removes a counter when its window is over."""
        await self._counters.create_indexes([IndexModel("ends", expireAfterSeconds=0)])

    async def hit(self, tenant: str, address: str) -> None:
        """Count one call.

        Raises:
            Problem: 429 with Retry-After.
        """
        now = self._clock.now().timestamp()
        window = int(now // self._seconds)
        if window != self._window or len(self._own_counts) > MOST_KEPT:
            self._window = window
            self._own_counts.clear()
        caller = (tenant, rate_limit_key(address))
        self._own_counts[caller] += 1
        unshared = self._most // UNSHARED
        if self._own_counts[caller] <= unshared:
            return
        uncounted = self._own_counts[caller] if self._own_counts[caller] == unshared + 1 else 1
        if await self._count_everywhere(caller, uncounted) <= self._most:
            return
        wait = max(1, int((window + 1) * self._seconds - now) + 1)
        raise Problem(
            429,
            "too-many-requests",
            "Too many requests",
            f"Please try again in {wait} seconds.",
            headers={"Retry-After": str(wait)},
        )

    async def _count_everywhere(self, caller: tuple[str, str], calls: int) -> int:
        """Calls of all processes in this window, these included."""
        tenant, address = caller
        id = f"{tenant}:{self._secrets.derived_id('rate', f'{self._kind}{tenant} {address}')}:{self._window}"
        ends = self._clock.now() + timedelta(seconds=2 * self._seconds)
        update = {"$inc": {"calls": calls}, "$setOnInsert": {"tenant": tenant, "ends": ends}}
        for attempt in range(2):
            try:
                counter = await self._counters.find_one_and_update(
                    {"_id": id}, update, upsert=True, return_document=ReturnDocument.AFTER
                )
                return int(counter["calls"]) if counter else calls
            except DuplicateKeyError:  # two processes began the same counter at once
                if attempt:
                    raise
        raise AssertionError("unreachable")
