"""Two waves of one municipality under two versions: what selfcheck tells is what reporting needs to draw its lines."""

from __future__ import annotations

import random

from tests.service.security.conftest import Everything, everything
from tests.support.second_version import first_version, second_version

__all__ = ["everything"]


async def wave(everything: Everything, version: str, level: int) -> str:
    """A self-check of six people in two perspectives, closed; its id."""
    coordinator = everything.client("wilhelmshaven", "coordinator")
    moderator = everything.client("wilhelmshaven", "moderator")
    nobody = everything.client()
    base = everything.url("/selfcheck/v1/wilhelmshaven/assessments")
    opened = await coordinator.post(
        base,
        json={
            "questionnaire": {"id": "weltoffene-kommune", "version": version},
            "title": {"de": "Selbstcheck"},
            "minimum_group": 3,
            "perspectives": [
                {"id": "administration", "title": {"de": "Verwaltung"}},
                {"id": "civil_society", "title": {"de": "Zivilgesellschaft"}},
            ],
        },
    )
    assert opened.status_code == 201, opened.text
    one = f"{base}/{opened.json()['id']}"
    asked = second_version() if version == "2" else first_version()
    ids = [q["id"] for field in asked["fields"] for criterion in field["criteria"] for q in criterion["questions"]]
    chance = random.Random(level)
    for number in range(6):
        perspective = "administration" if number % 2 else "civil_society"
        invited = await coordinator.post(f"{one}/invitations", json={"perspective": perspective})
        code = invited.json()["answer_url"].rpartition("/")[2]
        answers = {id: min(4, level + chance.randint(0, 1)) for id in ids}
        saved = await nobody.put(everything.url(f"/selfcheck/v1/answers/{code}"), json={"answers": answers})
        assert saved.status_code == 200, saved.text
    for step in ("reveal", "closing"):
        assert (await moderator.post(f"{one}/{step}")).status_code == 200
    return str(opened.json()["id"])


async def test_a_series_of_waves_names_the_version_of_each(everything: Everything) -> None:
    office = everything.client("-", "programme_office")
    published = await office.post(everything.url("/selfcheck/v1/questionnaires"), json=second_version())
    assert published.status_code == 201, published.text
    waves = [await wave(everything, "1", 1), await wave(everything, "2", 2)]
    for collection in ("questionnaires", "assessments"):
        await everything.spread(collection, "selfcheck")
    staff = everything.client("wilhelmshaven", "decision_maker")
    [series] = (await staff.get(everything.url("/reporting/v1/wilhelmshaven/series"))).json()["items"]
    assert [(one["assessment"], one["version"]) for one in series["waves"]] == list(zip(waves, "12", strict=True))
    drawn = {
        field["id"]: [(line["basis"], len(line["points"])) for line in field["lines"]] for field in series["fields"]
    }
    assert drawn == {
        "management": [("field", 2)],
        "opening": [("field", 2)],
        "access": [("questions", 2)],
        "economy": [("questions", 2)],
        "participation": [("field", 1), ("field", 1)],
        "cohesion": [("questions", 2)],
        "communication": [("field", 2)],
    }
    fields = {field["id"]: field for field in series["fields"]}
    assert fields["opening"]["steps"][0]["comparable"] == ["opening.staff.1"]
    assert fields["access"]["steps"][0]["new"] == ["access.education.5"]
    assert fields["access"]["steps"][0]["removed"] == ["access.education.4"]
    assert fields["participation"]["breaks"][0]["reason"] == "questions"
    for id, assessment in zip(("management", "communication"), waves, strict=True):
        profile = (await staff.get(everything.url(f"/reporting/v1/wilhelmshaven/assessments/{assessment}"))).json()
        point = next(p for p in fields[id]["lines"][0]["points"] if p["assessment"] == assessment)
        assert point["score"] == next(field["score"] for field in profile["fields"] if field["id"] == id)
    moved = next(one for one in series["questions"] if one["id"] == "access.education.4")
    assert (moved["field"], [point["relation"] for point in moved["points"]]) == ("cohesion", [None, "same"])
