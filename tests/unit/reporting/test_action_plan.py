"""Action plans: versions never change, and what changed between two is complete."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from services.reporting.council.action_plan import published_plan
from services.reporting.council.pdf import as_pdf
from services.reporting.council.wording import Language
from services.reporting.domain.action_plan import (
    MOST_VERSIONS,
    Before,
    NothingPublished,
    PlanState,
    Publish,
    Show,
    TooManyVersions,
    Version,
    changes,
    decide_plan,
)
from services.reporting.domain.council import Measure
from tests.support.verapdf import failures
from tests.unit.reporting.towns import council

AT = datetime(2026, 11, 1, tzinfo=UTC)
measures = st.lists(
    st.builds(
        Measure,
        id=st.sampled_from("abcdef"),
        field=st.just("f.0"),
        field_title=st.just({}),
        title=st.sampled_from(["Lotsen", "Wegweiser"]),
        status=st.sampled_from(["planned", "started", "done", "dropped"]),
        due=st.sampled_from([None, date(2027, 1, 1), date(2028, 1, 1)]),
        overdue=st.just(False),
    ),
    unique_by=lambda one: one.id,
)


def version(number: int, agreed: Sequence[Measure], foreword: str = "") -> Version:
    return Version(number, AT, dataclasses.replace(council(), measures=agreed), None, {"de": foreword})


def publish(state: PlanState, agreed: int = 3) -> PlanState:
    before = Before("05/2025", {"f.0": 30, "f.1": 47}, 4, 2, 1)
    return decide_plan(state, Publish(AT, council(agreed), before, {"de": "Uns ist das wichtig."}))


@given(measures, measures)
def test_who_knows_the_earlier_version_and_the_changes_knows_the_later_one(
    old: list[Measure], new: list[Measure]
) -> None:
    known = {one.id: one for one in old}
    for change in changes(version(1, old), version(2, new)):
        assert change.measure is not None
        if change.kind == "removed":
            del known[change.measure.id]
        elif change.kind == "added":
            known[change.measure.id] = change.measure
        else:
            part = {"status": "status", "due": "due", "reworded": "title"}[change.kind]
            id = change.measure.id
            known[id] = dataclasses.replace(known[id], **{part: getattr(change.measure, part)})
    assert known == {one.id: one for one in new}


@given(measures)
def test_nothing_has_changed_where_both_say_the_same(agreed: list[Measure]) -> None:
    assert changes(version(1, agreed), version(2, agreed)) == []
    assert [one.kind for one in changes(version(1, agreed), version(2, agreed, "Neu"))] == ["foreword"]


def test_what_was_published_stays_and_the_page_needs_a_version() -> None:
    with pytest.raises(NothingPublished):
        decide_plan(PlanState(), Show(public=True, indexed=False))
    assert decide_plan(PlanState(), Show(public=False, indexed=True)) == PlanState()
    first = publish(PlanState())
    second = publish(first, agreed=5)
    assert second.versions[0] == first.versions[0]
    shown = decide_plan(second, Show(public=True, indexed=True))
    assert (shown.public, shown.indexed, shown.versions) == (True, True, second.versions)
    assert decide_plan(shown, Show(public=False, indexed=True)).indexed is False, "a page that is gone is not listed"


def test_there_is_an_end_of_versions() -> None:
    state = PlanState()
    for _ in range(MOST_VERSIONS):
        state = publish(state)
    with pytest.raises(TooManyVersions):
        publish(state)


def test_a_version_holds_no_views_of_single_perspectives() -> None:
    [kept] = publish(PlanState()).versions
    assert kept.council.perspectives == ()
    assert not any(line.perspectives for line in kept.council.lines)
    assert all(len(questions) == 1 for questions in kept.council.questions.values())
    assert kept.council.weakest_question("f.0") == council().weakest_question("f.0")


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_version_as_pdf_says_what_changed_and_what_became_of_the_last_wave(
    language: Language, tmp_path: Path
) -> None:
    stored = msgspec.to_builtins(publish(publish(PlanState()), agreed=4), builtin_types=(datetime,))
    first, second = msgspec.convert(stored, PlanState, builtin_types=(datetime,)).versions
    content = as_pdf(published_plan(second, first, language))
    said = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())
    if language == "de":
        assert "Vereinbart waren 4 Maßnahmen: 2 sind erledigt, 1 wurden aufgegeben, 1 sind noch offen." in said
        assert "Der Punktwert stieg in 1 Handlungsfeldern, blieb in 1 gleich und sank in 0." in said
        assert "Neu: „Wegweiser in neun Sprachen, Teil 3“." in said
    else:
        assert "New: “Wegweiser in neun Sprachen, Teil 3”." in said
    file = tmp_path / "plan.pdf"
    file.write_bytes(content)
    assert failures(file) == []
