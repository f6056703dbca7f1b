"""What many ask at the same moment is asked once."""

from __future__ import annotations

import asyncio

import pytest

from chassis.storage.single_flight import SingleFlight


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
    waiting = [asyncio.create_task(flights.ask("k", source.question)) for _ in range(50)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    source.answer.set()
    assert await asyncio.gather(*waiting[1:]) == [1] * 49, "who gave up took it from nobody"
    assert waiting[0].cancelled()
    failing = await asyncio.gather(*(flights.ask("k", source.question) for _ in range(3)), return_exceptions=True)
    assert [type(one) for one in failing] == [ValueError] * 3, "all who wait hear of the error"
    assert await flights.ask("k", source.question) == 3, "and the next one asks anew"


async def test_other_keys_are_other_questions() -> None:
    source, flights = Source(), SingleFlight[int]()
    source.answer.set()
    assert await flights.ask("a", source.question) == 1
    with pytest.raises(ValueError, match="away"):
        await flights.ask("b", source.question)
