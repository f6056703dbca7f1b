"""Two assessments with equal shown cells answer byte for byte alike, on every route, stream and file, whatever stands in hidden cells:
levels, unsure, not applicable, silence, and who combined what."""

from __future__ import annotations

import itertools
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from chassis import service as chassis_service
from chassis.settings import Settings
from chassis.storage.tenancy import of_document
from services.selfcheck.domain.questionnaire_document import parse
from services.selfcheck.domain.responses import Response
from services.selfcheck.domain.scoring import figures_of
from services.selfcheck.workshop.board import as_json, room_as_json
from tests.service.selfcheck.town import QUESTIONS, TENANT, Town, questionnaire, town_of
from tests.support.twins import VARYING, StandingClock, got_paths

ASKED = parse(questionnaire())
VIEWS = ("administration", "civil_society", "office")
MINIMUM = 3
SCOPE = of_document({"tenant": TENANT})
WORDS = ("unsure", "not_applicable", None)
ROUTED = itertools.count()
OWN_PICTURE = re.compile(r'class="scan" src="[^"]+"')
"""The link with the resume code, to scan."""
QUESTIONNAIRES = ("/selfcheck/v1/questionnaire", "/selfcheck/questionnaires")
"""Routes about what is asked, not about anybody's answers."""


@pytest.fixture
async def towns(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Town, Town]]:
    monkeypatch.setattr(chassis_service, "SystemClock", StandingClock)
    async with town_of(settings) as one, town_of(settings) as other:
        yield one, other


@dataclass
class Twins:
    """People by perspective, each with what they answer here and there."""

    people: list[tuple[str, dict[str, Any], dict[str, Any]]]
    agreed: dict[str, int]
    closed: bool

    def answers(self, side: int) -> list[tuple[str, dict[str, Any]]]:
        return [(view, (here, there)[side]) for view, here, there in self.people]

    def cells(self, side: int) -> Any:
        people = [Response(str(n), *one) for n, one in enumerate(self.answers(side))]
        return figures_of(ASKED, people, minimum_group=MINIMUM, perspectives=VIEWS, institutions=["office"]).cells


@st.composite
def twins(draw: st.DrawFn) -> Twins:
    levels = st.integers(0, 4)
    hidden = st.one_of(levels, st.sampled_from(WORDS))
    people: list[tuple[str, dict[str, Any], dict[str, Any]]] = []
    for view in VIEWS:
        size = 1 if view == "office" else draw(st.integers(1, 5))
        group: list[tuple[str, dict[str, Any], dict[str, Any]]] = [(view, {}, {}) for _ in range(size)]
        for question in QUESTIONS:
            if view == "office" or (size >= MINIMUM and draw(st.booleans())):
                shown = [draw(levels) for _ in group[:MINIMUM]] + [draw(hidden) for _ in group[MINIMUM:]]
                there = draw(st.permutations(shown))
            else:
                shown, there = [draw(hidden) for _ in group], [draw(hidden) for _ in group]
            for (_, mine, theirs), here, other in zip(group, shown, there, strict=True):
                mine[question], theirs[question] = here, other
        people += group
    agreed = draw(st.dictionaries(st.sampled_from(QUESTIONS), levels, max_size=2))
    return Twins(people, agreed, draw(st.booleans()))


async def made(town: Town, case: Twins, side: int, number: int) -> tuple[str, list[str]]:
    """An assessment with everybody's answers, under ids that are the same in both towns; its id and the invitations' ids."""
    coordinator, moderator = town.client("coordinator"), town.client("moderator")
    body = {
        "questionnaire": {"id": "small", "version": "1"},
        "title": {"de": "Probe"},
        "minimum_group": MINIMUM,
        "perspectives": [
            {"id": view, "title": {"de": view}, "speaks": "institution" if view == "office" else "person"}
            for view in VIEWS
        ],
    }
    key = {"Idempotency-Key": f"open {number}"}
    id = (await coordinator.post(f"/selfcheck/v1/{TENANT}/assessments", json=body, headers=key)).json()["id"]
    opened = await moderator.post(f"{town.api(id)}/room")
    codes, resume_code, sheets = {"room": opened.json()["room_url"].rpartition("/")[2]}, "", []
    for place, (view, answers) in enumerate(case.answers(side)):
        key = {"Idempotency-Key": f"invite {number} {place}"}
        invited = await coordinator.post(f"{town.api(id)}/invitations", json={"perspective": view}, headers=key)
        sheets.append(invited.json()["id"])
        code = invited.json()["answer_url"].rpartition("/")[2]
        saved = await town.client().put(f"/selfcheck/v1/answers/{code}", json={"answers": answers})
        assert saved.status_code == 200, saved.text
        if view == "office":
            codes["answers"], resume_code = code, saved.json()["resume_code"]
        if place % 2:
            resume = {"X-Resume-Code": saved.json()["resume_code"]}
            assert (
                await town.client().post(f"/selfcheck/v1/answers/{code}/submission", headers=resume)
            ).status_code == 200
    before = await everything(town, id, sheets, codes, resume_code)
    await town.moderate(id, "reveal")
    stage = {"picture": "question", "question": QUESTIONS[0]}
    assert (await moderator.post(f"{town.api(id)}/stage", json=stage)).status_code == 200
    for question, level in case.agreed.items():
        body = {"question": question, "level": level, "reason": "So."}
        assert (await moderator.post(f"{town.api(id)}/consensus", json=body)).status_code == 200
    if case.closed:
        assert (await town.moderate(id, "closing")).status_code == 200
    return id, [*before, *await everything(town, id, sheets, codes, resume_code)]


async def everything(town: Town, id: str, sheets: list[str], codes: dict[str, str], resume_code: str) -> list[str]:
    """What anybody can fetch of an assessment but people their own answers, stream by stream and route by route, and all events.

    `codes`: of the room's link, and of the institution's link to answer: it says the same in both towns and so has to see the
    same, with its `resume_code`."""
    found: list[str] = []
    values = {"tenant": [TENANT], "id": [id], "field": ["a", "b"], "question": list(QUESTIONS), "invitation": sheets}
    moderator, coordinator, respondent = town.client("moderator"), town.client("coordinator"), town.client()
    respondent.headers["X-Resume-Code"] = resume_code
    for address in addresses(town, values, id, sheets, codes):
        if TENANT not in address:
            answer = await respondent.get(address)
        elif (answer := await moderator.get(address)).status_code == 403:
            answer = await coordinator.get(address)
        body = OWN_PICTURE.sub("", answer.content.decode("utf-8", "replace").replace(resume_code, "resume code"))
        found.append(f"{address} {answer.status_code} {VARYING.sub('', body)}")
    parts, html = town.app.state.selfcheck, town.app.state.board_html
    number = (await parts.board.show(SCOPE, id))["room"]["number"]
    room_page = html.room("de", f"/selfcheck/room/{codes['room']}", number)
    for view in (as_json(), html.staff("de", town.page(id)), room_as_json(number), room_page):
        stream = await parts.board.follow(SCOPE, id, view, None)
        found.append((await anext(aiter(stream))).decode())
        await stream.aclose()
    return found + await told(town)


async def told(town: Town) -> list[str]:
    """Everything that stands in the outbox of any document, in whatever collection."""
    database = town.service.context.database
    found = []
    for name in await database.collections():
        async for document in database[name].find({"outbox": {"$exists": True}}).sort("_id"):
            found += [f"{name} {entry['y']} {entry['d']!r}" for entry in document["outbox"]]
    return found


def addresses(town: Town, values: dict[str, list[str]], id: str, sheets: list[str], codes: dict[str, str]) -> list[str]:
    """Every GET route of selfcheck but those of questionnaires, filled in; a new route is in by itself."""
    found = []
    for path in got_paths(town.service):
        if path.endswith(("/stream", "/fragments")) or path.startswith(QUESTIONNAIRES):
            continue
        assert "{tenant}" in path or "{code}" in path, f"nobody looks at {path}"
        options = {**values, "id": sheets if "/people/{id}" in path else [id]}
        options["code"] = [code for word, code in codes.items() if f"/{word}/" in path]
        # What there is none of is asked for all the same: its absence has to look alike.
        names = re.findall(r"\{(\w+)\}", path)
        combined = itertools.product(*(options.get(name, ["none"]) for name in names))
        found += [path.format(**dict(zip(names, chosen, strict=True))) for chosen in combined]
    found += [f"{town.api(id)}/result/trace?question={question}" for question in QUESTIONS]
    found += [f"{town.api(id)}/result/trace?field={field}" for field in ("a", "b")]
    found += [f"{town.api(id)}/perspectives?field={field}" for field in ("a", "b")]
    found += [f"{town.api(id)}/protocol.pdf?language=en"]
    assert len(found) > 60
    return found


@settings(
    max_examples=4,
    phases=[Phase.generate],
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(twins())
async def test_what_hidden_cells_hold_is_seen_nowhere(towns: tuple[Town, Town], case: Twins) -> None:
    assume(case.cells(0) == case.cells(1))
    assume(all(any(a is not None for a in answers.values()) for side in (0, 1) for _, answers in case.answers(side)))
    number = next(ROUTED)
    (id, here), (other, there) = [await made(town, case, side, number) for side, town in enumerate(towns)]
    assert id == other
    for mine, theirs in zip(here, there, strict=True):
        assert mine == theirs
    seen = {line.partition(" ")[0] for line in here if line.partition(" ")[2].startswith("200 ")}
    for part in ("/room/", "/answers/", "/result/trace", "/protocol.pdf", "/board", "/export"):
        assert any(part in address for address in seen), f"nobody saw {part}"
