"""Counts the answers of those with seats, once, and from then on with what changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Literal

from services.registration.domain.answers import Answers, Summed
from services.registration.domain.questions import Question


class Tally:
    """Sums of a gathering's answers. After `follow` they are those that `summed` finds of the registrations it names.

    Of texts and days it is only known that there is one, since nothing else of them is counted.
    """

    def __init__(self, known: Mapping[str, Question]) -> None:
        self.known = known
        self.sums = {id: Summed() for id in known}
        self._versions: dict[str, int] = {}
        self._given: dict[str, dict[str, Any]] = {}
        self._counted: set[str] = set()

    def outdated(self, versions: Mapping[str, int]) -> list[str]:
        """Of these registrations, those whose answers are not known in this version."""
        return [id for id, version in versions.items() if self._versions.get(id) != version]

    def follow(
        self, versions: Mapping[str, int], read: Mapping[str, tuple[int, Answers]], seated: Collection[str]
    ) -> None:
        """The gathering's registrations with answers have these versions now; of the `outdated` ones (version, answers) was `read`, where
        they still have any. Those in `seated` count."""
        for id in [*(self._versions.keys() - versions.keys()), *self.outdated(versions)]:
            self._drop(id)
        for id, (version, answers) in read.items():
            self._drop(id)
            self._versions[id] = version
            self._given[id] = {key: self._countable(key, value) for key, value in answers.items() if key in self.known}
        wanted = self._given.keys() & seated
        for id in self._counted - wanted:
            self._count(id, -1)
        for id in wanted - self._counted:
            self._count(id, 1)
        self._counted = wanted

    def _countable(self, key: str, value: Any) -> Any:
        if self.known[key].kind not in ("text", "long_text", "date"):
            return value
        return [one is not None or None for one in value] if isinstance(value, list) else True

    def _drop(self, id: str) -> None:
        if id in self._counted:
            self._counted.remove(id)
            self._count(id, -1)
        self._versions.pop(id, None)
        self._given.pop(id, None)

    def _count(self, id: str, times: Literal[1, -1]) -> None:
        for key, value in self._given[id].items():
            self.sums[key].add(self.known[key], value, times)
