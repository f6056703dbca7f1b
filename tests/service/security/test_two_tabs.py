"""Two tabs on one form of staff: the older one keeps what the newer one saved, and says so where both changed the same."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.service.security import test_faults_of_real_use as faults
from tests.service.security.test_bad_input import DRAFT, Desk
from tests.service.security.test_faults_of_real_use import WEB, R
from tests.support.page_forms import form_of

everything, desk = faults.everything, faults.desk  # fixtures for this file
OURS = {"Sec-Fetch-Site": "same-origin"}
Fields = dict[str, str]
FIGURE = {"year": "2024", "source": "Statistisches Landesamt"}


class Tab:
    """A page that stands open with one of its forms."""

    def __init__(self, desk: Desk, page: str, ends: str) -> None:
        self._desk, self._page, self._ends = desk, page, ends

    async def open(self) -> Tab:
        shown = await self._desk.ask("GET", self._page, "coordinator", headers=OURS)
        assert shown.status_code == 200, shown.text
        self.fields: dict[str, Any] = form_of(shown.text, self._ends, "shown")
        return self

    async def save(self, changes: Fields) -> httpx.Response:
        self.fields |= changes
        to = self._page + self._ends if not self._page.endswith(self._ends) else self._page
        answer = await self._desk.ask("POST", to, "coordinator", data=self.fields, headers=OURS)
        if answer.status_code == 422:
            self.fields = form_of(answer.text, self._ends, "shown")
        return answer


@pytest.mark.parametrize(
    ("page", "ends", "one", "another"),
    [
        (f"{WEB}/settings", "", {"phone_hours.de": "Mo bis Fr"}, {"barriers.de": "Noch ohne Leichte Sprache."}),
        (f"{WEB}/settings/texts", "/privacy", {"privacy.de": "Erst dies."}, {}),
        (f"{WEB}/desk/{{draft}}/plan/edit", "", {"place": "Halle 7"}, {"capacity": "77"}),
        ("/notifications/wilhelmshaven/settings", "/settings", {"from_name": "Rathaus"}, {"signature_de": "Ihr Rathaus"}),
        (
            "/notifications/wilhelmshaven/templates/registered/de",
            "",
            {"subject": "Angemeldet: {title}", "do": "draft"},
            {"sms": "Angemeldet: {title}", "do": "draft"},
        ),
        (
            "/reporting/wilhelmshaven/own-figures",
            "",
            {f"foreigners.{name}": value for name, value in ({"value": "12.5"} | FIGURE).items()},
            {f"fiscal_strength.{name}": value for name, value in ({"value": "900.5"} | FIGURE).items()},
        ),
    ],
    ids=["profile", "legal texts", "plan", "settings", "text of a message", "figures"],
)  # fmt: skip
async def test_neither_tab_overwrites_the_other(desk: Desk, page: str, ends: str, one: Fields, another: Fields) -> None:
    desk.places["draft"] = (await desk.ask("POST", f"{R}/gatherings", "coordinator", DRAFT)).json()["id"]
    newer, older = await Tab(desk, page, ends).open(), await Tab(desk, page, ends).open()
    assert (await newer.save(one)).status_code == 303
    saved = await older.save(another)
    assert saved.status_code == 303, saved.text
    stands = (await Tab(desk, page, ends).open()).fields
    wanted = {name: value for name, value in (one | another).items() if name != "do"}
    assert {name: stands[name][-1] for name in wanted} == wanted

    newer, older = await Tab(desk, page, ends).open(), await Tab(desk, page, ends).open()
    field = next(iter(one))
    theirs, mine = ("13.5", "14.5") if field.endswith("value") else ("Das eine", "Das andere")
    assert (await newer.save(one | {field: theirs})).status_code == 303
    refused = await older.save(one | {field: mine})
    assert refused.status_code == 422
    assert f"Inzwischen steht hier: {theirs}." in refused.text
    assert older.fields[field][-1] == mine
    assert (await older.save({name: value for name, value in one.items() if name == "do"})).status_code == 303
    assert (await Tab(desk, page, ends).open()).fields[field][-1] == mine
