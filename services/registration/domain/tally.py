"""Counts the answers of those with seats, once, and from then on with what changes."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from typing import Any, Literal

from services.registration.domain.answers import Answers, Summed
from services.registration.domain.questions import Question


class Tally:
    """Sums of a gathering's answers. After `follow` they are those that `summed` finds of the registrations it names.

    When a registration's answers changed is told as any value that is another one after each change. Of texts and days it is only
    known that there is one, since nothing else of them is counted.
    """

    def __init__(self, questions: Mapping[str, Question]) -> None:
        self.known = questions
        self.sums = {id: Summed() for id in questions}
        self._changed: dict[str, Hashable] = {}
        self._given: dict[str, dict[str, Any]] = {}
        self._counted: set[str] = set()
        self._seated: Collection[str] = frozenset()

    def outdated(self, changed: Mapping[str, Hashable]) -> list[str]:
        """The registrations whose answers have to be read again, because they changed since. `changed`: when each changed last."""
        return [id for id, at in changed.items() if id not in self._changed or self._changed[id] != at]

    def follow(
        self, changed: Mapping[str, Hashable], read: Mapping[str, tuple[Hashable, Answers]], seated: Collection[str]
    ) -> None:
        """Bring the sums up to date. `changed`: when the answers of registrations changed; `read`: of the `outdated` ones when they
        changed and the answers, where they still have any; `seated`: the registrations that count."""
        outdated = self.outdated(changed)
        for id in outdated:
            self._drop(id)
            self._changed[id] = changed[id]
        for id, (at, answers) in read.items():
            self._drop(id)
            self._changed[id] = at
            self._given[id] = {key: self._countable(key, value) for key, value in answers.items() if key in self.known}
        if not outdated and not read and seated is self._seated:
            return
        to_count = self._given.keys() & seated
        for id in self._counted - to_count:
            self._count(id, -1)
        for id in to_count - self._counted:
            self._count(id, 1)
        self._counted, self._seated = to_count, seated

    def _countable(self, key: str, value: Any) -> Any:
        if self.known[key].kind not in ("text", "long_text", "date"):
            return value
        return [one is not None or None for one in value] if isinstance(value, list) else True

    def _drop(self, id: str) -> None:
        if id in self._counted:
            self._counted.remove(id)
            self._count(id, -1)
        self._given.pop(id, None)

    def _count(self, id: str, times: Literal[1, -1]) -> None:
        for key, value in self._given[id].items():
            self.sums[key].add(self.known[key], value, times)
