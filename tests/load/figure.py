"""A measured figure beside what it is held against."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Figure:
    """`against`: what `limit` is: a peer measured in the same run, or the number to reach. `better`: which way is better."""

    name: str
    value: float
    unit: str
    limit: float
    against: str
    better: Literal["more", "less"] = "more"
    note: str = ""
    machine_ms: float = 0.0
    """How fast the machine was around it (`machine_ms`): what makes figures of different days comparable."""

    @property
    def ratio(self) -> float:
        """At least 1 where the limit is reached."""
        if self.better == "more":
            return self.value / self.limit if self.limit else 1.0
        return self.limit / self.value if self.value else 1.0

    def line(self) -> str:
        return f"{self.name:<52}{self.value:>10,.1f} {self.unit:<5}{self.limit:>10,.1f} {self.against:<34}{self.ratio:>6.2f}{self.machine_ms:>9.1f}  {self.note}"

    def plain(self) -> dict[str, Any]:
        return asdict(self) | {"ratio": round(self.ratio, 3)}


HEAD = f"{'figure':<52}{'measured':>10} {'':<5}{'limit':>10} {'which is':<34}{'ratio':>6}{'loop ms':>9}"

LOOP = 500_000


def machine_ms() -> float:
    """Milliseconds that a fixed loop takes, the best of three: more on a slower machine."""
    times = []
    for _ in range(3):
        began = time.perf_counter()
        total = 0
        for number in range(LOOP):
            total += number * number % 7
        times.append((time.perf_counter() - began) * 1000)
    return round(min(times), 1)
