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
from services.reporting.council.sentences import Language
from services.reporting.domain.action_plan import (
    MOST_VERSIONS,
    FieldChanged,
    FieldPlan,
    MeasurePlan,
    NothingPublished,
    PlanState,
    PreviousWave,
    Publish,
    Show,
    TooManyVersions,
    Version,
    Write,
    changes,
    decide_plan,
    with_plan,
)
from services.reporting.domain.cost import Cost, merge_costs
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
        office=st.sampled_from(["", "Amt für Integration"]),
        budget=st.one_of(st.none(), st.builds(Cost, low=st.just(5), high=st.integers(5, 6), yearly=st.booleans())),
    ),
    unique_by=lambda one: one.id,
)


def version(number: int, agreed: Sequence[Measure], foreword: str = "") -> Version:
    return Version(number, AT, dataclasses.replace(council(), measures=agreed), None, {"de": foreword})


def publish(state: PlanState, agreed: int = 3) -> PlanState:
    before = PreviousWave("05/2025", {"f.0": 30, "f.1": 47}, 4, 2, 1)
    written = {
        "f.0": FieldPlan(
            goal={"de": "Jede Stelle hilft.", "en": "Every office helps."},
            indicators={"de": "Liste liegt aus\nAlle kennen sie"},
            measures={"m0": MeasurePlan("Amt für Integration", Cost(5_000, 12_000 + agreed, yearly=True))},
        )
    }
    content = with_plan(council(agreed), written)
    return decide_plan(state, Publish(AT, content, before, {"de": "Uns ist das wichtig."}))


@given(measures, measures)
def test_who_knows_the_earlier_version_and_the_changes_knows_the_later_one(
    old: list[Measure], new: list[Measure]
) -> None:
    earlier_by_id = {one.id: one for one in old}
    for change in changes(version(1, old), version(2, new)):
        assert change.measure is not None
        if change.kind == "removed":
            del earlier_by_id[change.measure.id]
        elif change.kind == "added":
            earlier_by_id[change.measure.id] = change.measure
        else:
            part = {"status": "status", "due": "due", "reworded": "title"}.get(change.kind, change.kind)
            id = change.measure.id
            earlier_by_id[id] = dataclasses.replace(earlier_by_id[id], **{part: getattr(change.measure, part)})
    assert earlier_by_id == {one.id: one for one in new}


@given(measures)
def test_nothing_has_changed_where_both_say_the_same(agreed: list[Measure]) -> None:
    assert changes(version(1, agreed), version(2, agreed)) == []
    assert [one.kind for one in changes(version(1, agreed), version(2, agreed, "Neu"))] == ["foreword"]


texts = st.dictionaries(st.sampled_from(["de", "uk"]), st.sampled_from(["Gut", "Besser"]))
plans = st.dictionaries(
    st.sampled_from(["f.0", "f.1", "gone"]),
    st.builds(
        FieldPlan,
        goal=texts,
        indicators=texts,
        measures=st.dictionaries(
            st.sampled_from(["m0", "m1", "gone"]),
            st.builds(MeasurePlan, office=st.sampled_from(["", "Amt"]), budget=st.just(Cost(1, 2))),
        ),
    ),
)


@given(plans)
def test_the_plan_holds_what_was_written_of_measures_and_fields_that_exist(written: dict[str, FieldPlan]) -> None:
    content = with_plan(council(2), written)
    assert set(content.aims) == {id for id, plan in written.items() if id != "gone" and (plan.goal or plan.indicators)}
    written_by_measure = {id: one for plan in written.values() for id, one in plan.measures.items()}
    for before, after in zip(council(2).measures, content.measures, strict=True):
        one = written_by_measure.get(before.id, MeasurePlan())
        assert (after.office, after.budget) == (one.office, one.budget)
        assert dataclasses.replace(after, office="", budget=None) == before


@given(plans, plans)
def test_changed_goals_and_indicators_are_named(old: dict[str, FieldPlan], new: dict[str, FieldPlan]) -> None:
    def at(number: int, written: dict[str, FieldPlan]) -> Version:
        return Version(number, AT, with_plan(dataclasses.replace(council(), measures=[]), written))

    changed_aims = {(one.kind, one.line.id) for one in changes(at(1, old), at(2, new)) if one.line is not None}
    nothing = FieldPlan()
    assert changed_aims == {
        (part, id)
        for id in ("f.0", "f.1")
        for part in ("goal", "indicators")
        if getattr(old.get(id, nothing), part) != getattr(new.get(id, nothing), part)
    }


def test_a_field_that_somebody_changed_meanwhile_is_not_overwritten() -> None:
    first = decide_plan(PlanState(), Write("f.0", FieldPlan(goal={"de": "A"}), 0))
    assert first.fields["f.0"].revision == 1
    with pytest.raises(FieldChanged):
        decide_plan(first, Write("f.0", FieldPlan(goal={"de": "B"}), 0))
    other = decide_plan(first, Write("f.1", FieldPlan(goal={"de": "B"}), 0))
    assert other.fields["f.0"] == first.fields["f.0"], "another field is another matter"
    assert decide_plan(other, Write("f.0", FieldPlan(), None)).fields["f.0"] == FieldPlan(revision=2)


@given(st.lists(st.one_of(st.none(), st.builds(Cost, st.integers(0, 9), st.integers(10, 20), st.booleans()))))
def test_costs_are_added_apart_by_how_often(costs: list[Cost | None]) -> None:
    total = merge_costs(costs)
    assert total.unknown == costs.count(None)
    for shown, yearly in ((total.once, False), (total.yearly, True)):
        meant = [one for one in costs if one is not None and one.yearly == yearly]
        expected = Cost(sum(one.low for one in meant), sum(one.high for one in meant), yearly) if meant else None
        assert shown == expected


def test_published_versions_stay_and_the_page_needs_one() -> None:
    with pytest.raises(NothingPublished):
        decide_plan(PlanState(), Show(public=True, indexed=False))
    assert decide_plan(PlanState(), Show(public=False, indexed=True)) == PlanState()
    first = publish(PlanState())
    second = publish(first, agreed=5)
    assert second.versions[0] == first.versions[0]
    shown = decide_plan(second, Show(public=True, indexed=True))
    assert (shown.public, shown.indexed, shown.versions) == (True, True, second.versions)
    assert decide_plan(shown, Show(public=False, indexed=True)).indexed is False, "a page that is gone is not listed"


def test_a_plan_takes_only_so_many_versions() -> None:
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


@pytest.mark.slow
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_version_as_pdf_says_what_changed_and_what_became_of_the_last_wave(
    language: Language, tmp_path: Path
) -> None:
    stored = msgspec.to_builtins(publish(publish(PlanState()), agreed=4), builtin_types=(datetime,))
    first, second = msgspec.convert(stored, PlanState, builtin_types=(datetime,)).versions
    content = as_pdf(published_plan(second, first, language))
    text_of_pdf = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())
    text_of_pdf = text_of_pdf.replace("\xad ", "")
    if language == "de":
        assert "Vereinbart waren 4 Maßnahmen: 2 sind erledigt, 1 wurden aufgegeben, 1 sind noch offen." in text_of_pdf
        assert "Der Punktwert stieg in 1 Handlungsfeldern, blieb in 1 gleich und sank in 0." in text_of_pdf
        assert "Neu: „Wegweiser in neun Sprachen, Teil 3“." in text_of_pdf
        assert "Kosten bisher 5.000 bis 12.003 Euro im Jahr, jetzt 5.000 bis 12.004 Euro im Jahr." in text_of_pdf
        assert "Kosten der Maßnahmen, soweit sie beziffert sind: 5.000 bis 12.004 Euro im Jahr." in text_of_pdf
        assert "3 von 4 Maßnahmen sind noch nicht beziffert." in text_of_pdf
        for words in ("Jede Stelle hilft.", "Liste liegt aus; Alle kennen sie", "Amt für Integration"):
            assert words in text_of_pdf
    else:
        assert "New: “Wegweiser in neun Sprachen, Teil 3”." in text_of_pdf
        assert "Every office helps." in text_of_pdf
    file = tmp_path / "plan.pdf"
    file.write_bytes(content)
    assert failures(file) == []
