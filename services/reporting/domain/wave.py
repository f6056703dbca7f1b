"""A benchmark wave: opened, joined by consent, frozen, published; after that it never changes.

Comparison groups are fixed rules over public facts. Before the publication the office may merge or drop groups, because the
audit found that somebody could be recognised; it can't invent new ones once the wave is frozen.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Literal

import msgspec

Status = Literal["open", "frozen", "published"]
MOST_GROUPS = 60


class Span(msgspec.Struct, frozen=True, omit_defaults=True):
    """From `low` up to, not including, `high`; None: without end."""

    low: int | None = None
    high: int | None = None

    def holds(self, value: float | None) -> bool:
        return (
            value is not None and (self.low is None or value >= self.low) and (self.high is None or value < self.high)
        )


class Rule(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who belongs to a group; what is None does not count. `density`: people per km²."""

    population: Span | None = None
    kind: str | None = None
    state: str | None = None
    density: Span | None = None


class Group(msgspec.Struct, frozen=True, omit_defaults=True):
    """A comparison group: whoever fits one of the rules (more than one after a merge)."""

    id: str
    label: dict[str, str]
    rules: tuple[Rule, ...]


class Facts(msgspec.Struct, frozen=True, omit_defaults=True):
    """Public facts about a municipality, as of the freezing. `density` None: the official list does not have it."""

    population: int
    kind: str
    state: str
    density: float | None = None


class Refusal(Exception):
    """A command that does not fit; the class says which rule."""


class WaveNotOpen(Refusal):
    """Consent can't be given yet."""


class WaveFrozen(Refusal):
    """Who takes part does not change any more."""


class WaveHasMembers(Refusal):
    """Municipalities take part, so it is not taken back any more."""


class WaveNotFrozen(Refusal):
    """The wave can't be published yet."""


class WavePublished(Refusal):
    """The wave never changes again."""


class WaveTooSmall(Refusal):
    """Nothing could be shown of so few."""


class UnknownGroup(Refusal):
    """No such group, or one named twice."""


class NoGroupLeft(Refusal):
    """Nothing would be left to compare with."""


def belongs(group: Group, facts: Facts) -> bool:
    return any(_fits(rule, facts) for rule in group.rules)


def _fits(rule: Rule, facts: Facts) -> bool:
    return (
        (rule.population is None or rule.population.holds(facts.population))
        and (rule.density is None or rule.density.holds(facts.density))
        and rule.kind in (None, facts.kind)
        and rule.state in (None, facts.state)
    )


def check_consent(status: Status, opens_at: datetime, now: datetime) -> None:
    """Consent is given and taken back while a wave is open. Raises a `Refusal`."""
    if status != "open":
        raise WaveFrozen
    if now < opens_at:
        raise WaveNotOpen


def is_planned(status: Status, opens_at: datetime, now: datetime) -> bool:
    """Whether nobody could take part yet."""
    return status == "open" and now < opens_at


def can_be_removed(status: Status, municipalities: int) -> bool:
    """Whether nobody takes part: it is planned, or open and nobody gave anything."""
    return status == "open" and not municipalities


def check_removal(status: Status, municipalities: int) -> None:
    """A wave is taken back while nobody takes part. Raises a `Refusal`."""
    if not can_be_removed(status, municipalities):
        raise WaveHasMembers


def check_freezing(status: Status, municipalities: int, minimum: int) -> None:
    """A wave is frozen once, with at least one more than the minimum: nobody counts for themselves. Raises a `Refusal`."""
    if status != "open":
        raise WaveFrozen
    if municipalities <= minimum:
        raise WaveTooSmall


def check_publication(status: Status) -> None:
    """Check that the wave can be published. Raises a `Refusal`."""
    if status == "open":
        raise WaveNotFrozen
    if status == "published":
        raise WavePublished


class Merge(msgspec.Struct, frozen=True):
    """Several groups become one."""

    id: str
    label: Mapping[str, str]
    groups: tuple[str, ...]


def regrouped(
    status: Status, groups: Sequence[Group], drop: Collection[str], merges: Sequence[Merge]
) -> tuple[Group, ...]:
    """The groups afterwards; a merged one stands where the first of its parts stood. Raises a `Refusal`."""
    if status == "published":
        raise WavePublished
    named_ids = [*drop, *(id for merge in merges for id in merge.groups)]
    groups_by_id = {group.id: group for group in groups}
    if (
        len(set(named_ids)) < len(named_ids)
        or not groups_by_id.keys() >= set(named_ids)
        or any(not merge.groups for merge in merges)
    ):
        raise UnknownGroup
    merge_by_part = {id: merge for merge in merges for id in merge.groups}
    after: dict[str, Group] = {}
    for group in groups:
        merge = merge_by_part.get(group.id)
        if merge is not None:
            rules = tuple(rule for id in merge.groups for rule in groups_by_id[id].rules)
            if merge.id in groups_by_id and merge.id not in merge.groups:
                raise UnknownGroup
            after.setdefault(merge.id, Group(merge.id, dict(merge.label), rules))
        elif group.id not in drop:
            after[group.id] = group
    if not after:
        raise NoGroupLeft
    return tuple(after.values())
