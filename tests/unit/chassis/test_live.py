"""One state, many viewers: each gets what changed since what it knows, rendered once for all."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import aclosing

import pytest

from chassis.http import event_stream as live
from chassis.http.event_stream import Feed, View
from chassis.http.problems import Problem
from tests.support.waiting import patience

State = dict[str, str]


class Stand:
    """A feed over a state that the test changes, and counts of what it cost."""

    def __init__(self) -> None:
        self.state: State = {"a": "1", "b": "1"}
        self.version = 1
        self.ended = 0
        self.rendered = 0
        self.broken = False
        self.feed: Feed[State] = Feed(self._look, 0.001, self._end)

    async def _look(self) -> tuple[str, State]:
        if self.broken:
            raise ValueError("no")
        return str(self.version), dict(self.state)

    def _end(self) -> None:
        self.ended += 1

    def change(self, **parts: str) -> None:
        self.state |= parts
        self.version += 1

    def view(self, key: str = "v") -> View[State]:
        def parts(state: State) -> Mapping[str, str]:
            self.rendered += 1
            return state

        def write(fresh: Mapping[str, str], whole: bool) -> tuple[str, str]:
            return "whole" if whole else "change", ",".join(f"{name}{text}" for name, text in fresh.items())

        return View(key, parts, write, lambda state: state["a"] != "shut")


async def events(feed: Feed[State], view: View[State], last: str | None = None):
    async with aclosing(feed.follow(view, last)) as found:  # type: ignore[type-var]
        async for event in found:
            if event not in (live.RETRY, live.COMMENT):
                yield event.decode()


async def test_first_everything_then_only_what_changed():
    stand = Stand()
    viewer = events(stand.feed, stand.view())
    assert await anext(viewer) == "id: 1\nevent: whole\ndata: a1,b1\n\n"
    stand.change(b="2")
    assert await anext(viewer) == "id: 2\nevent: change\ndata: b2\n\n"
    await viewer.aclose()


async def test_who_was_busy_gets_the_sum_of_the_changes_in_one_event():
    stand = Stand()
    slow, quick = events(stand.feed, stand.view()), events(stand.feed, stand.view())
    assert await anext(slow) == await anext(quick)
    for number in range(5):
        stand.change(a=str(number))
        assert f"a{number}" in await anext(quick)
    stand.change(b="9")
    await anext(quick)
    assert await anext(slow) == "id: 7\nevent: change\ndata: a4,b9\n\n"
    await slow.aclose()
    await quick.aclose()


@pytest.mark.parametrize(("last", "first"), [("1", "change"), ("unknown", "whole"), (None, "whole")])
async def test_who_comes_back_goes_on_from_the_last_event(last, first):
    stand = Stand()
    staying = events(stand.feed, stand.view())
    await anext(staying)
    stand.change(b="2")
    await anext(staying)
    back = events(stand.feed, stand.view(), last)
    assert (await anext(back)).splitlines()[1] == f"event: {first}"
    await back.aclose()
    await staying.aclose()


async def test_viewers_of_a_view_share_one_rendering():
    stand = Stand()
    viewers = [events(stand.feed, stand.view()) for _ in range(50)]
    await asyncio.gather(*(anext(viewer) for viewer in viewers))
    stand.change(a="2")
    await asyncio.gather(*(anext(viewer) for viewer in viewers))
    assert stand.rendered == 2
    for viewer in viewers:
        await viewer.aclose()
    assert stand.ended == 1


async def test_a_view_that_is_shut_ends():
    stand = Stand()
    viewer = events(stand.feed, stand.view())
    await anext(viewer)
    stand.change(a="shut")
    with pytest.raises(StopAsyncIteration):
        await anext(viewer)


async def test_where_nothing_happens_a_comment_keeps_the_connection(monkeypatch):
    monkeypatch.setattr(live, "HEARTBEAT", 0.005)
    stand = Stand()
    viewer = stand.feed.follow(stand.view())
    assert await anext(viewer) == live.RETRY
    assert b"whole" in await anext(viewer)
    assert await anext(viewer) == live.COMMENT
    await viewer.aclose()  # type: ignore[attr-defined]


async def test_a_feed_that_fails_sends_its_viewers_away_to_come_again():
    stand = Stand()
    viewer = events(stand.feed, stand.view())
    await anext(viewer)
    stand.broken = True
    with pytest.raises(StopAsyncIteration):
        await anext(viewer)


async def test_one_viewer_too_many_is_refused(monkeypatch):
    monkeypatch.setattr(live, "MOST_VIEWERS", 1)
    stand = Stand()
    viewer = events(stand.feed, stand.view())
    await anext(viewer)
    with pytest.raises(Problem):
        stand.feed.follow(stand.view())
    await viewer.aclose()


async def test_the_answer_ends_when_the_reader_leaves():
    stand = Stand()
    left = asyncio.Event()
    sent: list[bytes] = []

    async def receive():
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message.get("body", b""))
        if b"whole" in sent[-1]:
            left.set()

    async with patience():
        await live.EventStream(stand.feed.follow(stand.view()))({"type": "http"}, receive, send)
    assert stand.ended == 1
    assert len(sent) == 3


async def test_who_does_not_read_is_cut_off(monkeypatch):
    monkeypatch.setattr(live, "PATIENCE", 0.01)
    stand = Stand()

    async def never(*_):
        await asyncio.Event().wait()

    async def send(message):
        if message["type"] == "http.response.body":
            await never()

    async with patience():
        await live.EventStream(stand.feed.follow(stand.view()))({"type": "http"}, never, send)
    assert stand.ended == 1
