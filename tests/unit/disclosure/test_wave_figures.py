"""What a wave publishes of a group: classes, from enough contributors on, and a band that needs nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from disclosure.wave_figures import LEAST, LEAST_FOR_QUARTILES, band, class_of, figures_of, rank, unseen

SCORES = st.lists(st.integers(0, 1000).map(lambda tenths: tenths / 10), max_size=40)


@given(SCORES, st.integers(0, 20))
def test_classes_hold_the_ranks_and_nothing_is_told_of_too_few(scores: list[float], named: int) -> None:
    named = min(named, len(scores))
    told = figures_of(scores, named)
    hidden = unseen(len(scores), named)
    assert (told is None) == (hidden < LEAST)
    if told is None:
        return
    assert (told.quartiles is None) == (hidden < LEAST_FOR_QUARTILES)
    for at, found in told.ranks():
        assert sum(score < found.low for score in scores) <= at - 1
        assert found.high == 100 or sum(score < found.high for score in scores) >= at
        assert (found.low % 5, found.high - found.low) == (0, 5)


@given(SCORES.filter(lambda scores: len(scores) >= 11), st.data())
def test_the_band_follows_from_the_own_figure_and_the_published_ones_alone(
    scores: list[float], data: st.DataObject
) -> None:
    told = figures_of(scores, 0)
    assert told is not None
    others = figures_of(data.draw(st.permutations(scores)), 0)
    assert others == told, "no order"
    own = data.draw(st.sampled_from(scores))
    where = band(own, told)
    assert told.quartiles is not None
    assert (where == "lower") == (own < told.quartiles[0].low)
    assert (where == "upper") == (own >= told.quartiles[1].high)


@given(st.integers(1, 500))
def test_ranks_are_nearest_ranks(count: int) -> None:
    assert [rank(count, quarters) for quarters in (1, 2, 3)] == [-(-count * part // 4) for part in (1, 2, 3)]
    assert sum(n >= rank(count, 2) for n in range(1, count + 1)) >= count / 2


def test_hundred_stands_in_the_last_class() -> None:
    assert (class_of(100).low, class_of(100).high, class_of(99.9).low, class_of(0).low) == (95, 100, 95, 0)
