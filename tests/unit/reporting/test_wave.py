"""Benchmark waves as rules: who belongs to a group, when consent counts, and what regrouping may do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.domain.wave import (
    Facts,
    Group,
    Merge,
    NoGroupLeft,
    Refusal,
    Rule,
    Span,
    Status,
    UnknownGroup,
    WaveFrozen,
    WaveHasMembers,
    WaveNotFrozen,
    WaveNotOpen,
    WavePublished,
    WaveTooSmall,
    belongs,
    check_consent,
    check_freezing,
    check_publication,
    check_removal,
    regrouped,
)

KINDS, STATES = ("city", "district", "municipality"), ("Bayern", "Hessen", "Niedersachsen")
NOW = datetime(2026, 11, 1, tzinfo=UTC)
BOUNDS = st.none() | st.integers(0, 1_000)
SPANS = st.none() | st.builds(Span, BOUNDS, BOUNDS)
RULES = st.builds(Rule, SPANS, st.none() | st.sampled_from(KINDS), st.none() | st.sampled_from(STATES), SPANS)
FACTS = st.builds(
    Facts, st.integers(0, 1_000), st.sampled_from(KINDS), st.sampled_from(STATES), st.none() | st.floats(0, 1_000)
)
STATUSES = st.sampled_from(("open", "frozen", "published"))
GROUPS = st.lists(RULES, min_size=1, max_size=6).map(
    lambda rules: [Group(f"g{at}", {"de": f"Gruppe {at}"}, (rule,)) for at, rule in enumerate(rules)]
)


@given(RULES, FACTS)
def test_a_rule_holds_where_each_of_its_parts_does(rule: Rule, facts: Facts) -> None:
    parts = [Rule(population=rule.population), Rule(kind=rule.kind), Rule(state=rule.state), Rule(density=rule.density)]
    assert belongs(_of(rule), facts) == all(belongs(_of(part), facts) for part in parts)


@given(FACTS, st.integers(0, 1_000))
def test_two_spans_that_meet_hold_everybody_once(facts: Facts, edge: int) -> None:
    below, above = _of(Rule(population=Span(None, edge))), _of(Rule(population=Span(edge, None)))
    assert belongs(below, facts) != belongs(above, facts)


@given(FACTS)
def test_a_rule_about_density_never_holds_of_whose_density_is_not_known(facts: Facts) -> None:
    assert belongs(_of(Rule(density=Span())), facts) == (facts.density is not None)
    assert belongs(_of(Rule()), facts)


@given(GROUPS, st.data())
def test_regrouping_makes_nobody_belong_who_did_not_and_keeps_the_order(
    groups: list[Group], data: st.DataObject
) -> None:
    ids = [group.id for group in groups]
    parts = data.draw(st.permutations(ids))
    cut = sorted(data.draw(st.lists(st.integers(0, len(ids)), min_size=2, max_size=2)))
    drop, merged, kept = parts[: cut[0]], parts[cut[0] : cut[1]], parts[cut[1] :]
    merges = [Merge("merged", {"de": "Zusammen"}, tuple(merged))] if merged else []
    if not merged and not kept:
        with pytest.raises(NoGroupLeft):
            regrouped("frozen", groups, drop, merges)
        return
    after = regrouped("frozen", groups, drop, merges)
    first = min((ids.index(id) for id in merged), default=None)
    expected = ["merged" if at == first else id for at, id in enumerate(ids) if id in kept or at == first]
    assert [group.id for group in after] == expected
    facts = data.draw(FACTS)
    of_before = {group.id for group in groups if belongs(group, facts)}
    of_after = {group.id for group in after if belongs(group, facts)}
    assert of_after == (of_before & set(kept)) | ({"merged"} if of_before & set(merged) else set())


@given(GROUPS, STATUSES)
def test_regrouping_refuses_what_it_does_not_know_and_what_is_published(groups: list[Group], status: Status) -> None:
    twice = [groups[0].id, groups[0].id]
    for drop, merges in ((["other"], []), (twice, []), ([], [Merge("m", {}, ())]), ([], [Merge("m", {}, ("other",))])):
        with pytest.raises(WavePublished if status == "published" else UnknownGroup):
            regrouped(status, groups, drop, merges)


def test_a_merged_group_takes_no_other_groups_name() -> None:
    groups = [Group(id, {}, (Rule(),)) for id in ("a", "b", "c")]
    with pytest.raises(UnknownGroup):
        regrouped("frozen", groups, (), [Merge("c", {}, ("a", "b"))])
    assert [one.id for one in regrouped("frozen", groups, (), [Merge("a", {}, ("a", "b"))])] == ["a", "c"]


@given(STATUSES, st.integers(-5, 5))
def test_consent_counts_from_the_opening_to_the_freezing(status: Status, days: int) -> None:
    opens_at = NOW - timedelta(days=days)
    expected = WaveFrozen if status != "open" else WaveNotOpen if days < 0 else None
    assert _refusal(lambda: check_consent(status, opens_at, NOW)) is expected


@given(STATUSES, st.integers(0, 3))
def test_a_wave_is_removed_exactly_while_it_is_open_and_nobody_takes_part(status: Status, municipalities: int) -> None:
    expected = None if status == "open" and not municipalities else WaveHasMembers
    assert _refusal(lambda: check_removal(status, municipalities)) is expected


@given(STATUSES, st.integers(0, 20), st.integers(5, 10))
def test_a_wave_is_frozen_once_and_with_more_than_the_minimum(status: Status, taking_part: int, minimum: int) -> None:
    expected = WaveFrozen if status != "open" else WaveTooSmall if taking_part <= minimum else None
    assert _refusal(lambda: check_freezing(status, taking_part, minimum)) is expected


@pytest.mark.parametrize(
    ("status", "expected"), [("open", WaveNotFrozen), ("frozen", None), ("published", WavePublished)]
)
def test_a_wave_is_published_once_and_only_frozen(status: Status, expected: type[Refusal] | None) -> None:
    assert _refusal(lambda: check_publication(status)) is expected


def _of(rule: Rule) -> Group:
    return Group("g", {}, (rule,))


def _refusal(check: Callable[[], None]) -> type[Refusal] | None:
    try:
        check()
    except Refusal as refusal:
        return type(refusal)
    return None
