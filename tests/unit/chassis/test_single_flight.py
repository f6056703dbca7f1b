"""What many ask at the same moment is asked once."""

from __future__ import annotations

import asyncio

import pytest

from chassis.storage.single_flight import SingleFlight, SingleFlightCache


class Source:
    def __init__(self) -> None:
        self.asked = 0
        self.answer = asyncio.Event()

    async def question(self) -> int:
        self.asked += 1
        await self.answer.wait()
        if self.asked == 2:
            raise ValueError("away")
        return self.asked


async def test_many_ask_once_and_each_later_one_anew() -> None:
    source, flights = Source(), SingleFlight[int]()
    waiting = [asyncio.create_task(flights.do("k", source.question)) for _ in range(50)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    source.answer.set()
    assert await asyncio.gather(*waiting[1:]) == [1] * 49, "who gave up took it from nobody"
    assert waiting[0].cancelled()
    failing = await asyncio.gather(*(flights.do("k", source.question) for _ in range(3)), return_exceptions=True)
    assert [type(one) for one in failing] == [ValueError] * 3, "all who wait hear of the error"
    assert await flights.do("k", source.question) == 3, "and the next one asks anew"


async def test_other_keys_are_other_questions() -> None:
    source, flights = Source(), SingleFlight[int]()
    source.answer.set()
    assert await flights.do("a", source.question) == 1
    with pytest.raises(ValueError, match="away"):
        await flights.do("b", source.question)


async def test_a_cached_answer_is_not_asked_for_until_it_is_invalidated() -> None:
    source, memory = Source(), {}
    source.answer.set()
    answers = SingleFlightCache[int](memory)
    assert [await answers.get("k", source.question) for _ in range(3)] == [1, 1, 1]
    assert memory == {"k": 1}
    answers.invalidate("k")
    with pytest.raises(ValueError, match="away"):
        await answers.get("k", source.question)
    assert memory == {}, "an error is no answer"
    assert await answers.get("k", source.question) == 3


async def test_that_there_is_nothing_is_not_cached() -> None:
    asked = []

    async def nothing() -> None:
        asked.append(1)

    answers = SingleFlightCache[None]({})
    assert [await answers.get("k", nothing) for _ in range(2)] == [None, None]
    assert len(asked) == 2
