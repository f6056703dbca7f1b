"""The page of the call list: whom to call, why, in which language, what to say, and recording the outcome."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from tests.service.notifications.test_ways import Town, town
from tests.support.page_forms import form_of

__all__ = ["town"]
PAGE = "/notifications/wilhelmshaven/calls"
LANDLINE = {"phone": "04421 1234", "phone_e164": "+4944211234"}


async def _press(client: httpx.AsyncClient, ends: str, **query: Any) -> httpx.Response:
    page = await client.get(PAGE, params=query)
    fields = form_of(page.text, ends)
    (action,) = {one for one in re.findall(r'<form[^>]* action="([^"]*)"', page.text) if one.endswith(ends)}
    return await client.post(action, data=fields)


async def test_the_page_shows_everything_needed_for_a_call(town: Town) -> None:
    await town.owes("a", name="Олена <b>", **LANDLINE)
    assert (await town.settled("a"))["status"] == "to_call"
    page = (await town.intake.get(PAGE)).text
    assert 'href="tel:+4944211234"' in page
    assert "Українська" in page
    assert re.search(r'<blockquote lang="uk" dir="ltr"><p>[^<]*Dialog', page)
    assert "Dasselbe auf Deutsch" in page
    assert 'href="/registration/wilhelmshaven/desk/g/registrations/a"' in page
    assert "<b>" not in page
    missed = await _press(town.intake, "m-a?outcome=not_reached")
    assert missed.status_code == 303
    assert "nicht erreicht" in (await town.intake.get(PAGE)).text
    assert (await _press(town.intake, "m-a?outcome=reached")).status_code == 303
    assert "Niemand muss angerufen werden" in (await town.intake.get(PAGE)).text


async def test_filters_stay_after_a_call(town: Town) -> None:
    await town.owes("a", name="Olena", **LANDLINE)
    await town.owes("b", name="Maryam", **{**LANDLINE, "language": "ar"})
    await town.owes("c", kind="registered", name="Petro", **LANDLINE)
    for id in "abc":
        await town.settled(id)
    page = (await town.intake.get(PAGE, params={"language": "uk", "kind": "offered"})).text
    assert "Olena" in page
    assert "Maryam" not in page
    assert "Petro" not in page
    assert '<blockquote lang="ar" dir="rtl">' in (await town.intake.get(PAGE, params={"language": "ar"})).text
    done = await _press(town.intake, "m-a?outcome=reached", language="uk", kind="offered")
    assert done.headers["location"] == f"{PAGE}?kind=offered&language=uk"


async def test_a_call_that_a_colleague_made_is_reported(town: Town) -> None:
    await town.owes("a", **LANDLINE)
    await town.settled("a")
    token = form_of((await town.intake.get(PAGE)).text, "m-a?outcome=reached")
    base = "/notifications/v1/wilhelmshaven/call-list/m-a/outcome"
    assert (await town.intake.post(base, json={"outcome": "reached"})).status_code == 200
    late = await town.intake.post(f"{PAGE}/m-a?outcome=reached", data=token)
    assert late.status_code == 422
    assert "nicht (mehr) auf der Anrufliste" in late.text
    assert (await town.intake.post(f"{PAGE}/unknown?outcome=reached", data=token)).status_code == 404


async def test_a_cancellation_is_recorded_once(town: Town) -> None:
    await town.owes("a", **LANDLINE)
    await town.settled("a")
    page = (await town.intake.get(PAGE)).text
    assert "Kommt nicht: ganze Anmeldung absagen" in page
    fields = form_of(page, "m-a?outcome=cancels")
    for _ in range(2):
        assert (await town.intake.post(f"{PAGE}/m-a?outcome=cancels", data=fields)).status_code == 303
    intent = await town.settled("a")
    assert [one["outcome"] for one in intent["attempts"]] == ["cancels"]
    handed_on, settled = intent["outbox"]
    assert not re.search(r"cancels\W+true", str(handed_on), re.IGNORECASE)
    assert re.search(r"cancels\W+true", str(settled), re.IGNORECASE)


@pytest.mark.parametrize("outcome", ["", "lost"])
async def test_an_unknown_outcome_is_refused(town: Town, outcome: str) -> None:
    assert (await town.intake.post(f"{PAGE}/m-a", params={"outcome": outcome})).status_code == 422


async def test_messages_lead_to_the_call_list(town: Town) -> None:
    await town.owes("a", **LANDLINE)
    await town.settled("a")
    page = (await town.intake.get("/notifications/wilhelmshaven/")).text
    assert "1 Person ist anzurufen" in page
    assert f'href="{PAGE}"' in page


async def test_people_who_have_to_answer_do_so_in_the_call(town: Town) -> None:
    await town.owes("a", name="Olena", **LANDLINE)
    await town.owes("b", kind="registered", name="Petro", **LANDLINE)
    for id in "ab":
        await town.settled(id)
    page = (await town.intake.get(PAGE)).text
    assert "m-a?outcome=comes" in page
    assert "m-b?outcome=comes" not in page
    assert (await _press(town.intake, "m-a?outcome=comes")).status_code == 303
    settled = await town.service.context.database["intents"].find_one({"_id": "m-a"})
    assert settled is not None
    assert settled["status"] == "sent"
    assert b'"registration_id":"a"' in settled["outbox"][-1]["d"]
