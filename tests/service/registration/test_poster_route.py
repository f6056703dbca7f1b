"""The poster over HTTP: public, in chosen languages, linked from planning."""

from __future__ import annotations

import asyncio
from itertools import permutations
from typing import Any

import pytest

from chassis.http.rate_limits import RateLimiter
from chassis.text.languages import LANGUAGES
from services.registration.gatherings import pages_gathering
from tests.service.registration.conftest import People


async def test_everybody_gets_the_poster_of_what_is_public(people: People) -> None:
    id = await people.gathering()
    path = f"/registration/wilhelmshaven/gatherings/{id}/poster.pdf"
    for query in ("", "?languages=uk,ar", "?languages=uk&languages=de-simple"):
        answer = await people.public.get(path + query)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")
    assert "poster.pdf" in (await people.coordinator.get(f"/registration/wilhelmshaven/desk/{id}/plan")).text
    assert (await people.public.get(path.replace(id, "unknown"))).status_code == 404


@pytest.mark.parametrize("languages", ["xx", "uk,ar,tr,fa,ru", "../de"])
async def test_languages_that_are_none_are_refused(people: People, languages: str) -> None:
    id = await people.gathering()
    path = f"/registration/wilhelmshaven/gatherings/{id}/poster.pdf?languages={languages}"
    answer = await people.public.get(path, headers={"Accept": "application/json"})
    assert answer.status_code == 422


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What posters were really set of."""
    found: list[Any] = []

    def counting(shown: Any) -> bytes:
        found.append(shown)
        return b"%PDF-"

    monkeypatch.setattr(pages_gathering, "poster", counting)
    return found


async def test_a_poster_is_made_once_however_often_anybody_asks(people: People, made: list[Any]) -> None:
    """Each takes 0.3 s: forty calls of a stranger would otherwise hold a processor for twelve seconds."""
    id = await people.gathering()
    path = f"/registration/wilhelmshaven/gatherings/{id}/poster.pdf?languages=de"
    answers = await asyncio.gather(*(people.public.get(path) for _ in range(40)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(made) == 1
    moved = {"title": {"de": "Ein anderer Titel"}}
    changed = await people.coordinator.patch(f"/registration/v1/wilhelmshaven/gatherings/{id}", json=moved)
    assert changed.status_code == 200, changed.text
    await people.public.get(path)
    assert [one["title"] for one in made] == ["Zusammenleben in Vielfalt", "Ein anderer Titel"]


async def test_combining_languages_makes_no_posters_without_end(people: People, made: list[Any]) -> None:
    context, app = people.service.context, people.transport.app
    hourly = RateLimiter("30/hour", context.database, context.secrets, context.clock, "posters ")
    app.state.rate_limiters["posters"] = hourly  # so that no minute begins anew
    path = f"/registration/wilhelmshaven/gatherings/{await people.gathering()}/poster.pdf?languages="
    ways = [",".join(way) for way in permutations(LANGUAGES, 2)][:40]
    statuses = [(await people.public.get(path + way)).status_code for way in ways]
    assert (statuses, len(made)) == ([200] * 30 + [429] * 10, 30)
    assert (await people.public.get(path + ways[0])).status_code == 200, "what is there is given"
    assert (await people.intake.get(path + ways[-1])).status_code == 200, "staff are not counted"
