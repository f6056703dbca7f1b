"""The poster over HTTP: public, in chosen languages, linked from planning."""

from __future__ import annotations

import pytest

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
