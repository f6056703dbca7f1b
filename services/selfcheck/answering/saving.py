"""Saving answers, fast with many people at once: saves that arrive together are looked up, decided and written together.

One look-up and one bulk write a round, majority and journaled like every write. Each sheet is written onto the version
that was read, so a reveal or another device in between is noticed, and then decided anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from prometheus_client import Histogram
from pymongo import UpdateOne

from chassis.http.problems import Problem, busy, not_found
from chassis.ids import new_id
from chassis.operations.failpoints import failpoint
from chassis.storage.group_commit import GroupCommit
from chassis.storage.mongo import Document
from services.selfcheck.answering.repository import Sheets, hashed

MAX_ROUNDS = 20

Decide = Callable[[Document], tuple[Document, Any]]
"""Sheet → (fields that change, answer). Pure; raises Problem. It may be called several times."""


@dataclass(frozen=True)
class Save:
    """One person's save: what was sent through the link with this hash."""

    code_hash: str
    decide: Decide


class Saving:
    """Collects saves and writes them by rounds."""

    def __init__(self, sheets: Sheets, size: Histogram | None = None) -> None:
        self._sheets = sheets
        self._rounds: GroupCommit[Save, Any] = GroupCommit(self._write, size=size)

    async def save(self, code: str, decide: Decide) -> Any:
        """What `decide` answered, once it is durable. Raises Problem 404 for an unknown code, and what `decide` raises."""
        return await self._rounds.submit(Save(hashed(code), decide))

    async def _write(self, saves: Sequence[Save]) -> Sequence[Any]:
        results: list[Any] = [None] * len(saves)
        waiting = list(range(len(saves)))
        for _ in range(MAX_ROUNDS):
            waiting = await self._round(saves, waiting, results)
            if not waiting:
                return results
        for index in waiting:
            results[index] = busy("Many people are changing this at the same moment.")
        return results

    async def _round(self, saves: Sequence[Save], waiting: list[int], results: list[Any]) -> list[int]:
        """Fill in results; returns those whose sheet somebody else changed meanwhile."""
        documents = await self._sheets.by_codes({saves[index].code_hash for index in waiting})
        changed: dict[str, tuple[Document, Document, list[int]]] = {}
        for index in waiting:
            document = documents.get(saves[index].code_hash)
            if document is None:
                results[index] = not_found("answer sheet")
                continue
            _, fields, served = changed.get(document["_id"], (document, {}, []))
            try:
                more, results[index] = saves[index].decide({**document, **fields})
            except Problem as problem:
                results[index] = problem
                continue
            if more:
                changed[document["_id"]] = (document, {**fields, **more}, [*served, index])
            elif served:
                changed[document["_id"]] = (document, fields, [*served, index])
        if not changed:
            return []
        return await self._commit(list(changed.values()))

    async def _commit(self, changed: list[tuple[Document, Document, list[int]]]) -> list[int]:
        mark = new_id()
        failpoint("sheets.before_commit")
        written = await self._sheets.all.collection.bulk_write(
            [
                UpdateOne(
                    {"_id": document["_id"], "tenant": document["tenant"], "version": document["version"]},
                    {"$set": {**fields, "round": mark}, "$inc": {"version": 1}},
                )
                for document, fields, _ in changed
            ],
            ordered=False,
        )
        failpoint("sheets.after_commit")
        if written.matched_count == len(changed):
            return []
        ids = [document["_id"] for document, _, _ in changed]
        through = await self._sheets.all.collection.find({"_id": {"$in": ids}, "round": mark}, {"_id": 1}).to_list(None)
        done = {document["_id"] for document in through}
        return [index for document, _, served in changed if document["_id"] not in done for index in served]
