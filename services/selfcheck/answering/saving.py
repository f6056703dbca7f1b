"""Saving answers, fast with many people at once: saves that arrive together are looked up, decided and written together.

One look-up and one bulk write a round, majority and journaled like every write. Each sheet is written onto the version
that was read, so a reveal or another device in between is noticed, and then decided anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from prometheus_client import Histogram

from chassis.http.problems import Problem, busy, not_found
from chassis.storage.group_commit import GroupCommit
from services.selfcheck.answering.documents import StoredSheet
from services.selfcheck.answering.repository import Sheets, hashed

MAX_ROUNDS = 20

Decide = Callable[[StoredSheet], tuple[StoredSheet, Any]]
"""Sheet → (sheet afterwards, answer). Pure; raises Problem. It may be called several times."""


@dataclass(frozen=True)
class PendingSave:
    """One person's save: what was sent through the link with this hash."""

    code_hash: str
    decide: Decide


class Saving:
    """Collects saves and writes them by rounds."""

    def __init__(self, sheets: Sheets, size: Histogram | None = None) -> None:
        self._sheets = sheets
        self._rounds: GroupCommit[PendingSave, Any] = GroupCommit(self._write, size=size)

    async def save(self, code: str, decide: Decide) -> Any:
        """Save what `decide` decides; its answer, once it is durable. Raises Problem 404 for an unknown code, and what `decide` raises."""
        return await self._rounds.submit(PendingSave(hashed(code), decide))

    async def _write(self, saves: Sequence[PendingSave]) -> Sequence[Any]:
        results: list[Any] = [None] * len(saves)
        waiting = list(range(len(saves)))
        for _ in range(MAX_ROUNDS):
            waiting = await self._round(saves, waiting, results)
            if not waiting:
                return results
        for index in waiting:
            results[index] = busy("Many people are changing this at the same moment.")
        return results

    async def _round(self, saves: Sequence[PendingSave], waiting: list[int], results: list[Any]) -> list[int]:
        """Write one round and fill in `results`; the saves whose sheet somebody else changed meanwhile."""
        sheets = await self._sheets.by_hashes({saves[index].code_hash for index in waiting})
        changed: dict[str, tuple[StoredSheet, StoredSheet, list[int]]] = {}
        for index in waiting:
            sheet = sheets.get(saves[index].code_hash)
            if sheet is None:
                results[index] = not_found("answer sheet")
                continue
            _, after, served = changed.get(sheet.id, (sheet, sheet, []))
            try:
                after, results[index] = saves[index].decide(after)
            except Problem as problem:
                results[index] = problem
                continue
            if after != sheet or served:  # who takes back what another save of this round did waits for its write, too
                changed[sheet.id] = (sheet, after, [*served, index])
        if not changed:
            return []
        written = await self._sheets.write_all([(before, after) for before, after, _ in changed.values()])
        return [index for id, (_, _, served) in changed.items() if id not in written for index in served]
