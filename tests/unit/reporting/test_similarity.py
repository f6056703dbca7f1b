"""Which municipalities are alike, and why."""

from __future__ import annotations

import random
import time

import pytest

from services.reporting.domain.similarity import WEIGHTS, Gazetteer, Place


def place(
    key: str,
    population: int = 50_000,
    density: float = 500,
    kind: str = "town",
    state: str = "03",
    urbanisation: int = 2,
) -> Place:
    return Place(key, f"Ort {key}", state, kind, population, density, urbanisation)


def nation(count: int) -> list[Place]:
    rng = random.Random(11)
    kinds = ("municipality",) * 8 + ("town", "urban_district")
    return [
        place(
            f"{n:08}",
            int(10 ** rng.uniform(2, 6)),
            10 ** rng.uniform(1, 3.5),
            rng.choice(kinds),
            f"{rng.randint(1, 16):02}",
            rng.choice((1, 2, 3, 3, 3)),
        )
        for n in range(count)
    ]


def test_a_twin_has_distance_nought_and_every_reason() -> None:
    places = [place("1"), place("2"), place("3", 900_000, 3_000, "urban_district", "09", 1)]
    twin, far = Gazetteer(places).nearest("1")
    assert (twin.place.key, twin.distance) == ("2", 0.0)
    assert twin.reasons() == ["population", "density", "urbanisation", "kind", "state"]
    assert 0.7 < far.distance <= 1
    assert far.reasons() == []


def test_distances_lie_between_nought_and_one_and_are_symmetric() -> None:
    gazetteer = Gazetteer(nation(300))
    for key in ("00000000", "00000007"):
        for one in gazetteer.nearest(key, limit=299):
            assert 0 <= one.distance <= 1
            [back] = gazetteer.nearest(one.place.key, among=[key])
            assert back.distance == pytest.approx(one.distance)


def test_the_nearest_are_those_that_an_exhaustive_search_finds() -> None:
    gazetteer = Gazetteer(nation(500))
    everyone = gazetteer.nearest("00000042", limit=499)
    assert [one.place.key for one in gazetteer.nearest("00000042", 7)] == [one.place.key for one in everyone[:7]]
    assert [one.distance for one in everyone] == sorted(one.distance for one in everyone)


def test_weights_change_who_is_near_and_unknown_features_are_left_out() -> None:
    other_state = place("2", 51_000, state="09")
    same_state = place("3", 120_000, state="03")
    gazetteer = Gazetteer([place("1"), other_state, same_state, *nation(50)])
    assert gazetteer.nearest("1", 1, among=["2", "3"])[0].place.key == "2"
    only_state = {**dict.fromkeys(WEIGHTS, 0.0), "state": 1.0}
    assert gazetteer.nearest("1", 1, only_state, among=["2", "3"])[0].place.key == "3"


def test_a_feature_that_one_does_not_have_is_left_out() -> None:
    unknown = Place("u", "U", "03", "town", 50_000, 500, None)
    [twin, other] = Gazetteer([unknown, place("1"), place("2", 900_000)]).nearest("u")
    assert (twin.place.key, twin.distance) == ("1", 0.0)
    assert "urbanisation" not in other.differences


def test_districts_are_compared_with_districts_and_nobody_lives_in_empty_places() -> None:
    places = [place("1"), place("2"), place("9", 0), place("03154", kind="district"), place("03155", kind="district")]
    gazetteer = Gazetteer(places)
    assert [one.place.key for one in gazetteer.nearest("1")] == ["2"]
    assert [one.place.key for one in gazetteer.nearest("03154")] == ["03155"]
    assert gazetteer.get("9") is None
    with pytest.raises(KeyError):
        gazetteer.nearest("9")


def test_seven_of_a_nation_are_found_within_twenty_milliseconds_of_processor_time() -> None:
    gazetteer = Gazetteer(nation(11_004))
    gazetteer.nearest("00000001")
    began = time.process_time()
    for n in range(20):
        gazetteer.nearest(f"{n:08}")
    assert (time.process_time() - began) / 20 < 0.02
