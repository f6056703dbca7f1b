"""The workshop's board: before the reveal who has answered (never what), then the spread of every question."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from functools import partial

import orjson

from chassis.http.event_stream import Feeds, View
from chassis.storage.tenancy import TenantScope
from disclosure import RULE
from disclosure.figures import Figures
from disclosure.result import NodeResult, Result, question_result, spread_by_perspective
from services.selfcheck.agenda.commands import chosen_agenda
from services.selfcheck.answering.repository import Participation, Sheets
from services.selfcheck.assessments.assessments import Assessments, to_response
from services.selfcheck.assessments.documents import StoredAssessment
from services.selfcheck.domain.assessment_model import Assessment, Phase
from services.selfcheck.domain.own_section import SECTION
from services.selfcheck.domain.perspectives import gap
from services.selfcheck.domain.questionnaire import Question, Questionnaire
from services.selfcheck.domain.room import Picture as Shown
from services.selfcheck.perspectives.comparison import PerspectiveComparison
from services.selfcheck.perspectives.schemas import ComparisonResponse
from services.selfcheck.results.results import Results
from services.selfcheck.room.responses import shown_stage
from services.selfcheck.room.voting import Voting
from services.selfcheck.workshop.schemas import BoardConsensus, BoardEntry, ParticipationResponse, RoomPicture
from services.selfcheck.workshop.schemas import BoardResponse as Picture

LOOK_EVERY = 0.35
"""Seconds between two looks for changes, one look for all viewers of an assessment in this process."""
REMEMBERED = 32
"""Assessments whose questions a process keeps as they are shown."""
ENTRY = "question:"

Spreads = dict[str, list[int] | None]
"""Voices per level (lowest first) by perspective; None is hidden."""


@dataclass
class Board:
    """Makes the board and tells its viewers of changes, whichever process made them."""

    results: Results
    assessments: Assessments
    sheets: Sheets
    voting: Voting
    comparison: PerspectiveComparison
    _feeds: Feeds[Picture] = field(default_factory=lambda: Feeds(LOOK_EVERY))
    _entries: OrderedDict[tuple[str, int], list[BoardEntry]] = field(default_factory=OrderedDict)
    _own_entries: OrderedDict[tuple[str, int], list[BoardEntry]] = field(default_factory=OrderedDict)

    async def show(self, scope: TenantScope, id: str) -> Picture:
        """The board as it stands: `{…assessment, as_of, levels: [lowest, highest], labels, participation, stage, questions,
        own_questions, agenda, comparison}`; `questions` is empty before the reveal, then the largest disagreement first. `as_of`
        names this state in the stream: it is made of what is shown, so that saves nobody may see the effect of leave no trace in
        it."""
        return (await self._look(scope, id))[1]

    async def follow(self, scope: TenantScope, id: str, view: View[Picture], last: str | None) -> AsyncIterator[bytes]:
        """Stream the board to one viewer as server-sent events: all changes since the state named `last`, or the whole board.

        Raises:
            Problem: 404; 503 for too many viewers.
        """
        await self.assessments.get(scope, id)
        return self._feeds.get_or_create(id, partial(self._look, scope, id)).follow(view, last)

    async def _look(self, scope: TenantScope, id: str) -> tuple[str, Picture]:
        assessment = await self.assessments.get(scope, id)
        questionnaire = await self.assessments.questionnaire(assessment)
        sheets = await self.sheets.participation(scope, id)
        vote = await self.voting.newest(scope, assessment)
        ballots = vote["ballots"] or 0 if vote else 0
        participation = {one.id: _participation(sheets.get(one.id)) for one in assessment.perspectives}
        participation_digest = hashlib.sha256(orjson.dumps(participation)).hexdigest()[:16]
        name = f"{assessment.version}.{participation_digest}.{ballots}"
        scale = questionnaire.scale
        return name, {
            **to_response(assessment),
            "as_of": name,
            "levels": [scale.min, scale.max],
            "labels": [dict(words) for words in scale.labels],
            "participation": participation,
            "stage": shown_stage(assessment.stage),
            "room": {"open": bool(assessment.room.hash), "number": assessment.room.number},
            "vote": vote,
            "questions": await self._questions(scope, assessment),
            "own_questions": await self._own_questions(scope, assessment),
            "agenda": chosen_agenda(assessment.agenda),
            "comparison": await self._comparison(scope, assessment),
        }

    async def _comparison(self, scope: TenantScope, assessment: StoredAssessment) -> ComparisonResponse | None:
        if assessment.phase is Phase.OPEN or assessment.stage.picture is not Shown.PERSPECTIVES:
            return None
        return await self.comparison.compare(scope, assessment, assessment.stage.field)

    async def _questions(self, scope: TenantScope, assessment: StoredAssessment) -> list[BoardEntry]:
        state = assessment.state
        if state.phase is Phase.OPEN:
            return []
        key = _consensus_key(state)
        if key not in self._entries:
            questionnaire = await self.assessments.questionnaire(assessment)
            if assessment.rule == RULE:
                figures = await self.results.figures(scope, assessment)
                self._entries[key] = _questions(questionnaire, figures, state)
            else:
                result = await self.results.result(scope, state.id)
                self._entries[key] = _questions_of_earlier_rule(questionnaire, result, state)
            while len(self._entries) > REMEMBERED:
                self._entries.popitem(last=False)
        return self._entries[key]

    async def _own_questions(self, scope: TenantScope, assessment: StoredAssessment) -> list[BoardEntry]:
        """The municipality's own questions in their order: they are compared with nothing, so none comes before another."""
        state = assessment.state
        if state.phase is Phase.OPEN or assessment.own_section is None:
            return []
        key = _consensus_key(state)
        if key not in self._own_entries:
            own_result = await self.results.own_result(scope, assessment.id)
            self._own_entries[key] = [
                {**one, "field": SECTION, "own": True, "gap": None, "consensus": _consensus(state, one["id"])}
                for one in own_result["questions"]
            ]
            while len(self._own_entries) > REMEMBERED:
                self._own_entries.popitem(last=False)
        return self._own_entries[key]


def as_json() -> View[Picture]:
    """The board for programs: an event `board` with all of it, then events `change` of the same shape with the keys that
    changed, and in `questions` the entries that changed."""
    return View("json", _parts, _event)


def entries_of(board: Picture) -> dict[str, BoardEntry]:
    """All questions that may be talked about, by id: those of the questionnaire, then the municipality's own."""
    return {one["id"]: one for one in [*board["questions"], *board["own_questions"]]}


def in_the_room(board: Picture) -> RoomPicture:
    """What people in the room see of it: the one thing that is shown."""
    picture, question = board["stage"]["picture"], board["stage"]["question"]
    head: RoomPicture = {
        "title": board["title"],
        "status": board["status"],
        "perspectives": board["perspectives"],
        "levels": board["levels"],
        "labels": board["labels"],
        "as_of": board["as_of"],
        "picture": picture,
    }
    if picture == "participation":
        head["participation"] = board["participation"]
    if picture == "vote":
        head["vote"] = board["vote"]
    if picture == "question":
        head["question"] = entries_of(board).get(question or "")
    if picture == "perspectives":
        head["comparison"] = board["comparison"]
    return head


def room_as_json(number: int) -> View[Picture]:
    """The picture in the room for programs, an event `room` whenever it changes; `number`: of the room's link."""

    def parts(board: Picture) -> dict[str, str]:
        return {"room": orjson.dumps({k: v for k, v in in_the_room(board).items() if k != "as_of"}).decode()}

    return View(("room-json", number), parts, lambda fresh, whole: ("room", fresh["room"]), partial(_is_open, number))


def _is_open(number: int, board: Picture) -> bool:
    return bool(board["room"] == {"open": True, "number": number})


def _parts(board: Picture) -> dict[str, str]:
    parts = {key: orjson.dumps(value).decode() for key, value in board.items() if key != "questions"}
    return parts | {f"{ENTRY}{one['id']}": orjson.dumps(one).decode() for one in board["questions"]}


def _event(parts: Mapping[str, str], whole: bool) -> tuple[str, str]:
    entries = [text for name, text in parts.items() if name.startswith(ENTRY)]
    members = [f'"{name}":{text}' for name, text in parts.items() if not name.startswith(ENTRY)]
    if whole or entries:
        members.append(f'"questions":[{",".join(entries)}]')
    return "board" if whole else "change", f"{{{','.join(members)}}}"


def _participation(sums: Participation | None) -> ParticipationResponse:
    """People invited, begun, submitted and still at it: about taking part. How many answers there are would tell of cells that
    are not shown, so `answers` and `asked` are null for ever."""
    counts = sums or Participation()
    return {
        "invited": counts.invited,
        "begun": counts.begun,
        "submitted": counts.submitted,
        "open": counts.open,
        "answers": None,
        "asked": None,
    }


def _questions(questionnaire: Questionnaire, figures: Figures, state: Assessment) -> list[BoardEntry]:
    entries = [
        _question(
            questionnaire,
            question,
            question_result(figures, question.id),
            spread_by_perspective(figures, question.id),
            state,
        )
        for question in questionnaire.questions.values()
    ]
    return sorted(entries, key=_disagreement, reverse=True)


def _questions_of_earlier_rule(questionnaire: Questionnaire, result: Result, state: Assessment) -> list[BoardEntry]:
    """The questions of a result that was published under an earlier rule: what it showed, and nothing that it did not."""
    hidden: Spreads = {one.id: None for one in state.perspectives}
    entries = [
        _question(questionnaire, question, result["questions"][question.id], hidden, state)
        for question in questionnaire.questions.values()
    ]
    return sorted(entries, key=_disagreement, reverse=True)


def _question(
    questionnaire: Questionnaire, question: Question, node: NodeResult, spreads: Spreads, state: Assessment
) -> BoardEntry:
    return {
        "id": question.id,
        "field": questionnaire.field_of[question.id].id,
        "own": False,
        "text": question.text,
        **node,
        "gap": gap(node),
        "spreads": spreads,
        "consensus": _consensus(state, question.id),
    }


def _consensus(state: Assessment, question: str) -> BoardConsensus | None:
    consensus = state.consensus.get(question)
    return (
        None
        if consensus is None
        else {"level": consensus.level, "reason": consensus.reason, "revision": consensus.revision}
    )


def _consensus_key(state: Assessment) -> tuple[str, int]:
    """The cache key of what is shown of questions: from the reveal on only the consensus changes it."""
    return state.id, sum(one.revision for one in state.consensus.values())


def _disagreement(entry: BoardEntry) -> tuple[float, float]:
    """The sort key of disagreement: the gap between perspectives first, then how little people agree; what may not be shown comes last."""
    rwg = entry["agreement"]["rwg"]
    return (-1.0 if entry["gap"] is None else entry["gap"], -2.0 if rwg is None else -rwg)
