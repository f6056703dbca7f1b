"""Two tabs on one form of staff: the older one keeps what the newer one saved, and says so where both changed the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.service.security import test_faults_of_real_use as faults
from tests.service.security.conftest import TENANTS, Everything, admit
from tests.service.security.furnishing import DISTRICT, Furnishing, Town
from tests.service.security.test_bad_input import DRAFT, START, Desk
from tests.service.security.test_faults_of_real_use import WEB, R
from tests.support.page_forms import form_with_action

everything = faults.everything  # a fixture for this file
OURS = {"Sec-Fetch-Site": "same-origin"}
Fields = dict[str, str]
FIGURE = {"year": "2024", "source": "Statistisches Landesamt"}
COURSE = [
    {"id": str(number), "starts_at": (START + timedelta(days=7 * number)).isoformat(), "ends_at": (START + timedelta(days=7 * number, hours=2)).isoformat()}
    for number in range(2)
]  # fmt: skip
PART = {
    "place": "Rathaus",
    "mode": "onsite",
    "quotas": [{"id": "women", "label": {"de": "Frauen"}, "seats": 5}],
    "questions": [{"id": "food", "label": {"de": "Was essen Sie nicht?"}, "kind": "text"}],
}


def later(days: int) -> str:
    """A deadline as its field holds it."""
    return f"{START + timedelta(days=days):%Y-%m-%dT12:00}"


@pytest.fixture(scope="module")
async def desk(everything: Everything) -> Desk:
    """A municipality with one of everything."""
    town = Town(TENANTS[0])
    furnishing = Furnishing(everything, town)
    await furnishing.all()
    await furnishing.what_follows()
    await furnishing.afterwards()
    furnished = Desk(everything)
    furnished.places = dict(town.ids)
    await admit(everything, "jever", decided=False)
    span = {"starts_at": COURSE[0]["starts_at"], "ends_at": COURSE[-1]["ends_at"]}
    for name, more in (("draft", {}), ("course", span | {"meetings": COURSE})):
        made = await furnished.ask("POST", f"{R}/gatherings", "coordinator", DRAFT | PART | more)
        assert made.status_code == 201, made.text
        furnished.places[name] = made.json()["id"]
    return furnished


@dataclass(frozen=True)
class Case:
    """A form; what one tab changes in it, what another one, and what both then change differently."""

    page: str
    one: Fields
    another: Fields = field(default_factory=dict)
    ends: str = ""
    """Of the form's action."""
    press: Fields = field(default_factory=dict)
    """What the button sends."""
    theirs: str = "Das eine"
    mine: str = "Das andere"
    said: str = ""
    """How theirs is named, where not as it was entered."""
    role: str = "coordinator"
    tenant: str = TENANTS[0]


class Tab:
    """A page that stands open with one of its forms."""

    def __init__(self, desk: Desk, case: Case) -> None:
        self._desk, self._case = desk, case

    async def open(self) -> Tab:
        shown = await self._ask("GET", self._case.page)
        assert shown.status_code == 200, shown.text
        self._read(shown.text)
        return self

    async def save(self, changes: Fields) -> httpx.Response:
        self.fields |= changes
        answer = await self._ask("POST", self._action, data=self.fields | self._case.press)
        if answer.status_code == 422:
            self._read(answer.text)
        return answer

    def _read(self, html: str) -> None:
        action, fields = form_with_action(html, self._case.ends, "shown")
        self._action, self.fields = action or self._case.page, dict[str, Any](fields)

    async def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        return await self._desk.ask(method, path, self._case.role, tenant=self._case.tenant, headers=OURS, **more)


CASES = {
    "profile": Case(f"{WEB}/settings", {"phone_hours.de": "Mo bis Fr"}, {"barriers.de": "Noch ohne Leichte Sprache."}),
    "legal texts": Case(f"{WEB}/settings/texts", {"privacy.de": "Erst dies."}, ends="/privacy"),
    "plan": Case(f"{WEB}/desk/{{draft}}/plan/edit", {"place": "Halle 7"}, {"capacity": "77"}),
    "invitations": Case(f"{WEB}/desk/{{gathering}}/invitations", {"name.{way}": "Kurs"}, {"uses.{way}": "7"}, "/invitations"),
    "quotas": Case(f"{WEB}/desk/{{draft}}/quotas", {"seats.women": "6"}, {"label.women.uk": "Жінки"}, theirs="7", mine="8"),
    "question": Case(f"{WEB}/desk/{{draft}}/question?q=food", {"label.de": "Allergien?"}, {"required": "yes"}),
    "dates": Case(f"{WEB}/desk/{{course}}/meetings", {"place.0": "Halle 7"}, {"place.1": "Aula"}),
    "roles": Case(f"{WEB}/settings/staff?change={{staff}}", {"name": "Ida Neu"}, {"language": "uk"}, press={"roles": "intake"}),
    "applicant": Case("/registration/office/jever", {"name": "Neu"}, {"email": "neu@jever.example"}, "/contact", role="programme_office", tenant="-"),
    "settings": Case("/notifications/wilhelmshaven/settings", {"from_name": "Rathaus"}, {"signature_de": "Ihr Rathaus"}, "/settings"),
    "text of a message": Case("/notifications/wilhelmshaven/templates/registered/de", {"subject": "Angemeldet: {{title}}"}, {"sms": "Angemeldet: {{title}}"}, press={"do": "draft"}),
    "figures": Case(
        "/reporting/wilhelmshaven/own-figures",
        {f"foreigners.{name}": value for name, value in ({"value": "12.5"} | FIGURE).items()},
        {f"fiscal_strength.{name}": value for name, value in ({"value": "900.5"} | FIGURE).items()},
        theirs="13.5",
        mine="14.5",
    ),
    "report by mail": Case("/reporting/wilhelmshaven/report-mail", {"every": "month"}, theirs="quarter", mine="never", said="Am ersten Tag jedes Quartals"),
    "measure of a ring": Case("/reporting/wilhelmshaven/rings/{ring}", {"status.{task}": "under_way"}, press={"button": "status"}, theirs="done", mine="dropped", said="erledigt"),
    "training": Case("/reporting/wilhelmshaven/trainings/{training}", {"materials": "Folien: https://example.org/1"}, {"offices": "Rat: 9"}, theirs="Folien: https://example.org/2", mine="Folien: https://example.org/3"),
    "foreword": Case("/reporting/wilhelmshaven/assessments/{closed}/action-plan", {"foreword.de": "Wir."}, {"foreword.uk": "Ми."}, press={"button": "publish"}),
    "deadline": Case("/selfcheck/wilhelmshaven/assessments/{assessment}/keeping", {"deadline": later(20)}, {"reminder_days": "1"}, "/deadline", theirs=later(21), mine=later(22)),
    "deadline of all": Case("/selfcheck/landkreis/joint-assessments/{joint}", {"deadline": later(20)}, ends="/deadline", theirs=later(21), mine=later(22), tenant=DISTRICT),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_neither_tab_overwrites_the_other(desk: Desk, case: Case) -> None:
    one, another = (
        {name.format(**desk.places): value.format(title="{title}") for name, value in changes.items()}
        for changes in (case.one, case.another)
    )
    newer, older = await Tab(desk, case).open(), await Tab(desk, case).open()
    first = await newer.save(one)
    assert first.status_code == 303, first.text
    saved = await older.save(another)
    assert saved.status_code == 303, saved.text
    stands = (await Tab(desk, case).open()).fields
    assert {name: stands[name][-1] for name in one | another} == one | another

    newer, older = await Tab(desk, case).open(), await Tab(desk, case).open()
    what = next(iter(one))
    assert (await newer.save({what: case.theirs})).status_code == 303
    refused = await older.save({what: case.mine})
    assert refused.status_code == 422
    assert f"Inzwischen steht hier: {case.said or case.theirs}." in refused.text
    assert older.fields[what][-1] == case.mine
    assert (await older.save({})).status_code == 303
    assert (await Tab(desk, case).open()).fields[what][-1] == case.mine
