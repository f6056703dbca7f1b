"""How alike municipalities are, by public facts alone: size, density, urbanisation, kind and state, and what they entered themselves.

Each feature gives a difference of 0–1: of numbers, their distance in standard deviations over all municipalities, capped at
`FAR`; of kind and state `OTHER` where they differ, so that these decide only between neighbours of about the same size. The distance is the root of the weighted mean of the squared differences over the
features that both have. Weights are visible and can be changed; a feature with weight 0 is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, log10
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from numpy.typing import NDArray

FAR = 2.0
"""Standard deviations from which on two numbers count as altogether unlike."""
OTHER = 0.25
"""The difference that another kind or another state makes."""
Feature = Literal["population", "density", "urbanisation", "foreigners", "fiscal_strength", "kind", "state"]
WEIGHTS: dict[Feature, float] = {
    "population": 4.0,
    "density": 2.0,
    "urbanisation": 2.0,
    "foreigners": 1.0,
    "fiscal_strength": 1.0,
    "kind": 1.0,
    "state": 0.5,
}
ENTERED: tuple[Feature, ...] = ("foreigners", "fiscal_strength")
"""Features that municipalities enter themselves; who did not is compared without them."""
LEAST_ENTERED = 5
"""Of fewer figures the spread says nothing about what is far apart."""
CATEGORIES: tuple[Feature, ...] = ("kind", "state")
CLOSE = 0.15
"""Up to this difference a feature is a reason for being alike."""


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality or district of the official list. `key`: AGS; `urbanisation`: 1 dense, 2 medium, 3 thin."""

    key: str
    name: str
    state: str
    kind: str
    population: int
    density: float
    urbanisation: float | None
    foreigners: float | None = None
    """Of a hundred people, where the municipality entered it."""
    fiscal_strength: float | None = None
    """Euros for each person, where the municipality entered it."""

    @property
    def is_district(self) -> bool:
        return self.kind == "district"

    def numbers(self) -> dict[Feature, float | None]:
        """The numeric features on the scale on which they are compared."""
        return {
            "population": log10(self.population) if self.population > 0 else None,
            "density": log10(self.density) if self.density > 0 else None,
            "urbanisation": self.urbanisation,
            "foreigners": self.foreigners,
            "fiscal_strength": self.fiscal_strength,
        }


@dataclass(frozen=True, slots=True)
class SimilarMunicipality:
    """One that is alike. `distance` 0–1; `differences`: of the features that both have."""

    place: Place
    distance: float
    differences: Mapping[Feature, float]

    def reasons(self) -> list[Feature]:
        """The features in which both are close, those that weigh most first."""
        close = [feature for feature, difference in self.differences.items() if difference <= CLOSE]
        return sorted(close, key=lambda feature: -WEIGHTS[feature])


class Gazetteer:
    """All places, ready to be compared. Districts are compared with districts, municipalities with municipalities."""

    def __init__(self, places: Sequence[Place]) -> None:
        import numpy as np

        self.places = [place for place in places if place.population > 0]
        self._positions = {place.key: position for position, place in enumerate(self.places)}
        numbers = [place.numbers() for place in self.places]
        columns: dict[Feature, Any] = {}
        for feature in WEIGHTS:
            if feature in CATEGORIES:
                codes = {value: code for code, value in enumerate(sorted({getattr(p, feature) for p in self.places}))}
                columns[feature] = np.array([codes[getattr(p, feature)] for p in self.places], dtype=float)
            else:
                known_values = [np.nan if features[feature] is None else features[feature] for features in numbers]
                values = np.array(known_values, dtype=float)
                if feature in ENTERED and np.isfinite(values).sum() < LEAST_ENTERED:
                    values[:] = np.nan
                spread = np.nanstd(values) if np.isfinite(values).any() else 0.0
                columns[feature] = values / spread if spread else values
        self._columns: dict[Feature, NDArray[Any]] = columns
        self._districts = np.array([place.is_district for place in self.places], dtype=bool)

    def __len__(self) -> int:
        return len(self.places)

    def get(self, key: str) -> Place | None:
        position = self._positions.get(key)
        return None if position is None else self.places[position]

    def nearest(
        self,
        key: str,
        limit: int = 7,
        weights: Mapping[Feature, float] | None = None,
        among: Sequence[str] | None = None,
    ) -> list[SimilarMunicipality]:
        """The places most alike, the nearest first, by key where two are equally near. `among`: only these keys.

        Raises:
            KeyError: the list has no such place.
        """
        import numpy as np

        own, all_weights = self._positions[key], {**WEIGHTS, **(weights or {})}
        differences = {feature: self._difference(feature, own) for feature in WEIGHTS if all_weights[feature] > 0}
        total, weight = np.zeros(len(self)), np.zeros(len(self))
        for feature, difference in differences.items():
            comparable = np.isfinite(difference)
            total[comparable] += all_weights[feature] * difference[comparable] ** 2
            weight[comparable] += all_weights[feature]
        distance = np.sqrt(np.divide(total, weight, out=np.ones(len(self)), where=weight > 0))
        candidates = self._districts == self._districts[own]
        candidates[own] = False
        if among is not None:
            allowed = np.zeros(len(self), dtype=bool)
            allowed[[self._positions[one] for one in among if one in self._positions]] = True
            candidates &= allowed
        places = np.flatnonzero(candidates)
        if len(places) > 4 * limit:
            places = places[np.argpartition(distance[places], 2 * limit)[: 2 * limit + 1]]
        ordered = sorted(places, key=lambda position: (round(float(distance[position]), 9), self.places[position].key))[
            :limit
        ]

        def similar(position: int) -> SimilarMunicipality:
            known = {feature: float(difference[position]) for feature, difference in differences.items()}
            comparable = {feature: difference for feature, difference in known.items() if isfinite(difference)}
            return SimilarMunicipality(self.places[position], float(distance[position]), comparable)

        return [similar(int(position)) for position in ordered]

    def _difference(self, feature: Feature, own: int) -> NDArray[Any]:
        import numpy as np

        column = self._columns[feature]
        difference: NDArray[Any]
        if feature in CATEGORIES:
            difference = np.where(column != column[own], OTHER, 0.0)
        else:
            difference = np.minimum(np.abs(column - column[own]) / FAR, 1.0)
        return difference
