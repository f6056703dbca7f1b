"""The workshop's board: before the reveal who has answered (never what), then the spread of every question."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from chassis.mongo import Database, Document
from chassis.tenancy import TenantScope
from services.selfcheck.answering import status_of
from services.selfcheck.assessments import shown, state_of
from services.selfcheck.domain.assessed import Assessed
from services.selfcheck.domain.assessment_model import Assessment, Phase
from services.selfcheck.domain.questionnaire import Question
from services.selfcheck.domain.scoring import NodeResult, result, spread_by_perspective
from services.selfcheck.workshop import Workshop

LOOK_EVERY = 0.4
"""Seconds between two looks for changes, one look for all viewers of an assessment in this process."""

REMEMBERED = 64
"""Renderings of boards that a process keeps."""

COUNTED = {"perspective": 1, "answered": 1, "submitted_at": 1, "resume_hash": 1, "final": 1}


@dataclass
class Board:
    """Makes the board and tells its viewers of changes, whichever process made them."""

    workshop: Workshop
    database: Database
    _feeds: dict[str, Feed] = field(default_factory=dict)
    _rendered: OrderedDict[tuple[str, str, str], dict[str, str]] = field(default_factory=OrderedDict)

    def rendered(self, board: dict[str, Any], language: str) -> dict[str, str]:
        """Where the HTML of this very board in a language is kept, so that many viewers cost one rendering. Empty at first."""
        stamp = hashlib.sha256(orjson.dumps([board["status"], board["participation"], board["consensus"]])).hexdigest()
        found = self._rendered.setdefault((board["id"], language, stamp), {})
        while len(self._rendered) > REMEMBERED:
            self._rendered.popitem(last=False)
        return found

    async def show(self, scope: TenantScope, id: str) -> dict[str, Any]:
        """`{…assessment, levels: [lowest, highest], participation, questions}`; `questions` is empty before the reveal, then the largest disagreement first."""
        assessments = self.workshop.assessments
        document = await assessments.document(scope, id)
        state = state_of(document)
        sheets = await self.workshop.sheets.of(scope, id, COUNTED)
        participation = {one.id: _participation(sheets, one.id) for one in state.perspectives}
        questions: list[dict[str, Any]] = []
        if state.phase is not Phase.OPEN:
            questions = _questions(await self.workshop.assessed(scope, document), state)
        scale = (await assessments.questionnaire(document)).scale
        return shown(document) | {
            "levels": [scale.min, scale.max],
            "participation": participation,
            "questions": questions,
        }

    async def follow(self, scope: TenantScope, id: str) -> AsyncIterator[dict[str, Any]]:
        """The board now, and again after each change, until the viewer leaves."""
        await self.workshop.assessments.document(scope, id)
        feed = self._feeds.setdefault(id, Feed())
        feed.viewers += 1
        if feed.task is None:
            feed.task = asyncio.create_task(self._watch(scope, id, feed))
        try:
            seen = -1
            while True:
                async with feed.changed:
                    while feed.number <= seen:
                        await feed.changed.wait()
                    seen, board = feed.number, feed.board
                yield board
        finally:
            feed.viewers -= 1
            if not feed.viewers and feed.task is not None:
                feed.task.cancel()
                self._feeds.pop(id, None)

    async def _watch(self, scope: TenantScope, id: str, feed: Feed) -> None:
        stamp: Any = None
        while True:
            newest = await self._stamp(scope, id)
            if newest != stamp:
                stamp = newest
                board = await self.show(scope, id)
                async with feed.changed:
                    feed.board, feed.number = board, feed.number + 1
                    feed.changed.notify_all()
            await asyncio.sleep(LOOK_EVERY)

    async def _stamp(self, scope: TenantScope, id: str) -> tuple[int, int, int]:
        """Rises with every change of the assessment or of one of its sheets."""
        document = await self.workshop.assessments.all.load(scope, id, {"version": 1})
        grouped = await self.database.aggregate(
            self.workshop.sheets.all.collection.name,
            [
                {"$match": scope.filter(assessment=id)},
                {"$group": {"_id": None, "sheets": {"$sum": 1}, "versions": {"$sum": "$version"}}},
            ],
        )
        sheets = grouped[0] if grouped else {"sheets": 0, "versions": 0}
        return (document or {}).get("version", 0), sheets["sheets"], sheets["versions"]


@dataclass
class Feed:
    """What the viewers of one assessment in this process share. `number` counts the boards made."""

    viewers: int = 0
    number: int = -1
    board: dict[str, Any] = field(default_factory=dict)
    task: asyncio.Task[None] | None = None
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)


def _participation(sheets: list[Document], perspective: str) -> dict[str, int]:
    own = [sheet for sheet in sheets if sheet["perspective"] == perspective]
    return {
        "invited": len(own),
        "begun": sum(sheet["answered"] > 0 for sheet in own),
        "submitted": sum(bool(sheet.get("submitted_at")) for sheet in own),
        "open": sum(status_of(sheet) in {"invited", "begun"} for sheet in own),
    }


def _questions(assessed: Assessed, state: Assessment) -> list[dict[str, Any]]:
    figures = result(assessed)
    entries = [
        _question(assessed, question, figures["questions"][question.id], state)
        for question in assessed.questionnaire.questions.values()
    ]
    return sorted(entries, key=_disagreement, reverse=True)


def _question(assessed: Assessed, question: Question, node: NodeResult, state: Assessment) -> dict[str, Any]:
    scores = [one["score"] for one in node["perspectives"].values() if one["score"] is not None]
    consensus = state.consensus.get(question.id)
    return {
        "id": question.id,
        "field": assessed.questionnaire.field_of[question.id].id,
        "text": question.text,
        **node,
        "gap": max(scores) - min(scores) if len(scores) > 1 else None,
        "spreads": spread_by_perspective(assessed, question.id),
        "consensus": None
        if consensus is None
        else {"level": consensus.level, "reason": consensus.reason, "revision": consensus.revision},
    }


def _disagreement(entry: dict[str, Any]) -> tuple[float, float]:
    """The gap between perspectives first, then how little people agree; what may not be shown comes last."""
    rwg = entry["agreement"]["rwg"]
    return (-1.0 if entry["gap"] is None else entry["gap"], -2.0 if rwg is None else -rwg)


def counted(entry: dict[str, Any]) -> list[tuple[str, list[int] | None]]:
    """People per level (lowest first) by perspective; None where a group is too small to be shown."""
    return list(entry["spreads"].items())
