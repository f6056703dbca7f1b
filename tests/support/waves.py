"""Small random benchmark waves: linked groups, names, an earlier wave."""

from __future__ import annotations

import random
from collections.abc import Sequence

from disclosure.linked_waves import Cell, Contribution
from disclosure.wave_figures import figures_of


def sees_by_name(contributions: Sequence[Contribution], target: str, viewer: str) -> bool:
    waves = {wave for one in contributions if one.owner == viewer for wave in one.named_in}
    return any(one.key == target and (one.named_in & waves or one.owner == viewer) for one in contributions)


def random_wave(dice: random.Random) -> tuple[list[Contribution], list[Cell], list[Cell]]:
    """A small wave of linked groups, often with names and an earlier wave: contributions, new cells, earlier cells."""
    towns = [f"t{number}" for number in range(dice.randint(7, 18))]
    centre, spread = dice.choice((15, 50, 88, 95)), dice.choice((3, 12, 30))
    names = dice.choice((0.0, 0.0, 0.3, 0.5))
    named = {town for town in towns if dice.random() < names}

    def score() -> int:
        return min(100, max(0, round(dice.gauss(centre, spread))))

    contributions = [Contribution(town, town, score(), frozenset({"w2"} if town in named else ())) for town in towns]
    earlier_towns = dice.sample(towns, dice.randint(6, len(towns))) if dice.random() < 0.5 else []
    if dice.random() < 0.3:
        # Somebody made a new self-check in between: the same municipality with another figure.
        anew = dice.choice(towns)
        contributions.append(Contribution(f"{anew}-old", anew, score()))
        earlier_towns = [f"{town}-old" if town == anew else town for town in earlier_towns]
    new = _cell(contributions, "w2", "all", towns)
    for number in range(dice.randint(1, 3)):
        size = dice.choice((len(towns) - 1, len(towns) - 2, dice.randint(6, len(towns))))
        new += _cell(contributions, "w2", f"g{number}", dice.sample(towns, max(6, min(size, len(towns)))))
    used = {key for one in new for key in one.members}
    earlier = _cell(contributions, "w1", "all", earlier_towns) if earlier_towns else []
    used |= {key for one in earlier for key in one.members}
    return [one for one in contributions if one.key in used], new, earlier


def planted(dice: random.Random) -> tuple[list[Contribution], list[Cell], list[Cell]]:
    """A wave in which a municipality can be bounded by construction, among groups that have nothing to do with it.

    Either those who show their names are all low while so many have to be high that the others all are, or somebody joined
    (a later wave, or the larger of two groups) and the class of the median says on which side.
    """
    contributions, new, earlier = random_wave(dice)
    low, high = (lambda: dice.randint(0, 60)), (lambda: dice.randint(90, 100))
    if dice.random() < 0.4:
        named = dice.randint(4, 8)
        count = 2 * (named + 1)
        extra = [Contribution(f"p{n}", f"p{n}", low(), frozenset({"w2"})) for n in range(named)]
        extra += [Contribution(f"p{n}", f"p{n}", high()) for n in range(named, count)]
        new += _cell(extra, "w2", "planted", [one.key for one in extra])
    else:
        half = dice.randint(4, 9)
        extra = [Contribution(f"p{n}", f"p{n}", low() if n < half else high()) for n in range(2 * half + 1)]
        before = [one.key for one in extra[:-1]]
        later = dice.random() < 0.5
        (earlier if later else new).extend(_cell(extra, "w1" if later else "w2", "before", before))
        new += _cell(extra, "w2", "planted", [one.key for one in extra])
    return [*contributions, *extra], new, earlier


def _cell(contributions: Sequence[Contribution], wave: str, group: str, members: Sequence[str]) -> list[Cell]:
    by_key = {one.key: one for one in contributions}
    named = sum(wave in by_key[key].named_in for key in members)
    published = figures_of([by_key[key].score for key in members], named)
    return [] if published is None else [Cell(wave, group, frozenset(members), published)]
