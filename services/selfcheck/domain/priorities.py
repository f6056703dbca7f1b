"""Counts the vote on priorities: what the room wants to work on first, so that no small group shows.

Everybody ranks up to `most` of the options, the most important first. Nothing is told while the vote is open, so no single
vote can be seen coming; counted is once, at the end. Rules of disclosure, for a minimum group above 1:

1. With fewer voters than `minimum_group`, nothing is told; that looks as if nobody had voted.
2. An option that fewer than `minimum_group` people chose is left over: it has no place, no count and no rank.
3. What is left over is, taken together, the choice of nobody, or of at least `minimum_group` people and more than one
   option (a single one's count would follow from the sum); until that holds, the options chosen least join it.
4. Ranks and Kendall's W are calculated among the options that are told, so they say nothing of the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from services.selfcheck.domain.agreement import kendall_w, mid_ranks
from services.selfcheck.domain.errors import Flaw, Invalid, pointer

MOST_OPTIONS = 120
WORDS = ((0.9, "almost_one"), (0.7, "strong"), (0.5, "moderate"), (0.3, "weak"), (0.0, "hardly"))
"""What W means, after Schmidt (1997), Decision Sciences 28(3), table 2."""


@dataclass(frozen=True)
class Place:
    """One option: people who chose it among their first, and its mean rank among the options that are told."""

    option: str
    chosen: int
    rank: Fraction


@dataclass(frozen=True)
class Outcome:
    """The result of a vote. `voters` is None where they are too few to tell anything; `places`: the most wanted first; `rest`:
    options not told of, in their own order; `w`: Kendall's coefficient of concordance with its `words`, None where it is not
    defined."""

    voters: int | None
    places: tuple[Place, ...]
    rest: tuple[str, ...]
    w: Fraction | None
    words: str | None


def check_ranking(options: Sequence[str], most: int, ranking: Sequence[str]) -> None:
    """Raises `Invalid` with every flaw of a vote: unknown, repeated or too many options, or none."""
    flaws = [
        Flaw(
            pointer("ranking", index), "option_unknown", "This is not up for the vote; correct the id or leave it out."
        )
        for index, option in enumerate(ranking)
        if option not in options
    ]
    flaws += [
        Flaw(pointer("ranking", index), "option_repeated", "You have named this before; name each once.")
        for index, option in enumerate(ranking)
        if option in ranking[:index]
    ]
    if not 1 <= len(ranking) <= most:
        flaws.append(Flaw("/ranking", "ranking_length", f"Choose at least one and at most {most}."))
    if flaws:
        raise Invalid(flaws)


def tally(options: Sequence[str], rankings: Sequence[Sequence[str]], minimum_group: int) -> Outcome:
    """The outcome of all votes; their order is without meaning."""
    if not rankings or len(rankings) < minimum_group:
        return Outcome(None if minimum_group > 1 else len(rankings), (), tuple(options), None, None)
    chosen = {option: sum(option in ranking for ranking in rankings) for option in options}
    shown = _told_options(options, rankings, chosen, minimum_group)
    rows = [_row(shown, ranking) for ranking in rankings]
    sums = [sum((row[place] for row in rows), Fraction(0)) / len(rows) for place in range(len(shown))]
    places = [Place(option, chosen[option], rank) for option, rank in zip(shown, sums, strict=True)]
    w = kendall_w([[float(rank) for rank in row] for row in rows])
    return Outcome(
        len(rankings),
        tuple(sorted(places, key=lambda one: (one.rank, -one.chosen, options.index(one.option)))),
        tuple(option for option in options if option not in shown),
        w,
        None if w is None else next(words for least, words in WORDS if w >= Fraction(str(least))),
    )


def _told_options(
    options: Sequence[str], rankings: Sequence[Sequence[str]], chosen: Mapping[str, int], minimum_group: int
) -> list[str]:
    by_count = sorted(options, key=lambda option: (chosen[option], -options.index(option)))
    if minimum_group <= 1:
        return list(options)
    left_over = {option for option in options if chosen[option] < minimum_group}
    while left_over and len(left_over) < len(options):
        people = sum(any(option in left_over for option in ranking) for ranking in rankings)
        if people == 0 or (people >= minimum_group and len(left_over) > 1):
            break
        left_over.add(next(option for option in by_count if option not in left_over))
    return [option for option in options if option not in left_over]


def _row(shown: Sequence[str], ranking: Sequence[str]) -> list[Fraction]:
    """One person's ranks of the options that are told; those not named share the ranks that are left."""
    chosen = [option for option in ranking if option in shown]
    return mid_ranks([chosen.index(option) if option in chosen else len(chosen) for option in shown])
