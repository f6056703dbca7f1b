"""Group commit: a bad item fails alone, and nobody queues for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from pymongo.errors import AutoReconnect

from chassis.http.problems import Problem
from chassis.storage.group_commit import FULL_ROUND, GroupCommit


async def test_one_bad_item_does_not_touch_the_others_of_its_round() -> None:
    rounds: list[list[str]] = []

    async def flush(items: Sequence[str]) -> list[str | BaseException]:
        rounds.append(list(items))
        await asyncio.sleep(0)
        if any("\ud83d" in item for item in items):
            raise UnicodeEncodeError("utf-8", "\ud83d", 0, 1, "surrogates not allowed")
        return [item.upper() for item in items]

    commits: GroupCommit[str, str] = GroupCommit(flush)
    results = await asyncio.gather(
        *(commits.submit(item) for item in ["first", "a", "b\ud83d", "c"]), return_exceptions=True
    )
    assert [results[0], results[1], results[3]] == ["FIRST", "A", "C"]
    assert isinstance(results[2], UnicodeEncodeError)
    assert rounds == [["first", "a", "b\ud83d", "c"], ["first"], ["a"], ["b\ud83d"], ["c"]]


async def test_a_store_that_is_away_is_not_asked_once_for_each_item() -> None:
    rounds = 0

    async def flush(items: Sequence[int]) -> list[int | BaseException]:
        nonlocal rounds
        rounds += 1
        await asyncio.sleep(0)
        raise AutoReconnect("away")

    commits: GroupCommit[int, int] = GroupCommit(flush)
    results = await asyncio.gather(*(commits.submit(item) for item in range(50)), return_exceptions=True)
    assert all(isinstance(result, AutoReconnect) for result in results)
    assert rounds == 1


async def test_who_comes_when_too_many_wait_is_asked_to_try_again() -> None:
    go_on = asyncio.Event()

    async def flush(items: Sequence[int]) -> list[int | BaseException]:
        await go_on.wait()
        return list(items)

    commits: GroupCommit[int, int] = GroupCommit(flush, most_queued=2)
    first = asyncio.create_task(commits.submit(0))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiting = [asyncio.create_task(commits.submit(number)) for number in (1, 2)]
    await asyncio.sleep(0)
    with pytest.raises(Problem) as busy:
        await commits.submit(3)
    assert (busy.value.status, "Retry-After" in busy.value.headers) == (503, True)
    go_on.set()
    assert await asyncio.gather(first, *waiting) == [0, 1, 2]


async def test_a_round_that_lingers_takes_along_what_comes_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[list[int]] = []
    over = asyncio.Event()

    async def linger(seconds: float) -> None:
        assert seconds in (0, 0.5)
        if seconds:
            await over.wait()

    async def flush(items: Sequence[int]) -> list[int | BaseException]:
        rounds.append(list(items))
        return list(items)

    commits: GroupCommit[int, int] = GroupCommit(flush, limit=3, linger=0.5)
    monkeypatch.setattr("chassis.storage.group_commit.asyncio.sleep", linger)
    async with asyncio.TaskGroup() as group:
        group.create_task(commits.submit(1))
        await group.create_task(_nothing())
        group.create_task(commits.submit(2))
        await group.create_task(_nothing())
        assert rounds == []
        over.set()
    assert rounds == [[1, 2]]


async def test_those_whom_the_event_loop_serves_next_join_a_round() -> None:
    rounds: list[list[int]] = []

    async def flush(items: Sequence[int]) -> list[int | BaseException]:
        rounds.append(list(items))
        return list(items)

    async def come(number: int) -> None:
        for _ in range(number):
            await asyncio.sleep(0)
        await commits.submit(number)

    commits: GroupCommit[int, int] = GroupCommit(flush)
    await asyncio.gather(*(come(number) for number in range(2 * FULL_ROUND)))
    assert [len(items) for items in rounds[:1]] == [FULL_ROUND]
    assert [number for items in rounds for number in items] == list(range(2 * FULL_ROUND))


async def _nothing() -> None:
    """Lets the others go on."""
