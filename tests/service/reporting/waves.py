"""Benchmark waves for tests: municipalities with closed self-checks that take part in one, up to its freezing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from contracts import selfcheck as s
from tests.service.reporting.towns import Reporting, admitted

WAVES = "/reporting/v1/benchmark-waves"
TOWNS = [f"town-{number:02}" for number in range(14)]
FIELDS = ("f1", "f2")
BODY: dict[str, Any] = {
    "title": {"de": "Welle 2026"},
    "questionnaire": {"id": "weltoffene-kommune", "versions": ["1"]},
    "opens_at": "2020-01-01T00:00:00Z",
    "freezes_at": "2099-01-01T00:00:00Z",
    "groups": [
        {"id": "all", "label": {"de": "Alle"}},
        {
            "id": "cities",
            "label": {"de": "Städte"},
            "rule": {"kind": "city", "population": {"from": 50_000, "to": None}},
        },
    ],
}


def figure(score: float | None) -> dict[str, Any]:
    return {"score": score, "coverage": 1.0, "answered": 8, "perspectives": {}, "consensus_score": None}


async def closed(
    reporting: Reporting,
    scores: dict[str, tuple[float | None, float | None]],
    version: str = "1",
    at_home: Mapping[str, Any] | None = None,
) -> None:
    """Municipalities with a closed self-check each, of which these scores of two fields count beyond them.

    `at_home`: fields as some of them see their own, where that is not the same."""
    topics, start = reporting.topics, len(reporting.topics.records)
    topics.tell(
        f"weltoffene-kommune:{version}",
        s.QuestionnairePublished(
            questionnaire_id="weltoffene-kommune",
            version=version,
            title={"de": "Selbstcheck"},
            content_hash="0",
            fields=tuple(s.Titled(id=field, title={"de": f"Feld {field}"}) for field in FIELDS),
            questions=(),
        ),
        "-",
    )
    for slug, told in scores.items():
        topics.tell(slug, admitted(slug), slug)
        id = f"{slug}-{version}"
        topics.tell(
            id,
            s.AssessmentCreated(
                assessment_id=id,
                title={"de": "Selbstcheck"},
                questionnaire_id="weltoffene-kommune",
                version=version,
                perspectives=(s.Titled(id="administration", title={"de": "Verwaltung"}),),
                minimum_group=3,
            ),
            slug,
        )
        fields = {field: figure(score) for field, score in zip(FIELDS, told, strict=True)}
        result = {"disclosure_rule": 2, "overall": figure(50), "fields": fields, "questions": {}}
        own = {**result, "fields": (at_home or {}).get(slug, fields)}
        topics.tell(id, s.AssessmentClosed(assessment_id=id, result=own, across=result), slug)
    await reporting.handle(topics.records[start:])


async def opened(reporting: Reporting, **changes: Any) -> str:
    async with reporting.client("-", "programme_office") as office:
        made = await office.post(WAVES, json=BODY | changes)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def consent(reporting: Reporting, wave: str, slug: str, *, version: str = "1", named: bool = False) -> int:
    async with reporting.client(slug) as town:
        body = {"wave": wave, "assessment": f"{slug}-{version}", "named": named}
        return (await town.put(f"/reporting/v1/{slug}/benchmark-consent", json=body)).status_code


async def frozen(reporting: Reporting, at_home: Mapping[str, Any] | None = None, **changes: Any) -> str:
    """A wave of fourteen with figures from 20 to 85 in the first field and none from two of them in the second."""
    scores = {slug: (20 + 5 * n, 40 + 3 * n if n > 1 else None) for n, slug in enumerate(TOWNS)}
    await closed(reporting, scores, at_home=at_home)
    wave = await opened(reporting, **changes)
    for slug in TOWNS:
        assert await consent(reporting, wave, slug, named=slug in TOWNS[:2]) == 200
    async with reporting.client("-", "programme_office") as office:
        done = await office.post(f"{WAVES}/{wave}/freezing")
    assert (done.status_code, done.json()["taking_part"]) == (200, 14), done.text
    return wave


def token(page: Any) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]
