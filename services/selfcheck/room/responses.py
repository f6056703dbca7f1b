"""Responses that show the stage and votes of a room."""

from __future__ import annotations

from chassis.clock import rfc3339
from services.selfcheck.assessments.documents import Vote, VoteResult
from services.selfcheck.domain.questionnaire import Questionnaire, Texts
from services.selfcheck.domain.room import Stage
from services.selfcheck.room.schemas import StageResponse, VoteResponse, VoteResultResponse


def shown_stage(stage: Stage) -> StageResponse:
    return {
        "picture": stage.picture.value,
        "question": stage.question,
        "field": stage.field,
        "revision": stage.revision,
    }


def shown_vote(vote: Vote) -> VoteResponse:
    return {
        "id": vote.id,
        "kind": vote.kind,
        "options": list(vote.options),
        "most": vote.most,
        "status": vote.status,
        "opened_at": rfc3339(vote.opened_at),
        "closed_at": rfc3339(vote.closed_at) if vote.closed_at else None,
        "result": _shown_result(vote.result) if vote.result else None,
    }


def option_titles(questionnaire: Questionnaire, vote: Vote) -> dict[str, Texts]:
    """What the options are called."""
    if vote.kind == "fields":
        return {field.id: field.title for field in questionnaire.fields if field.id in vote.options}
    return {id: questionnaire.questions[id].text for id in vote.options}


def _shown_result(result: VoteResult) -> VoteResultResponse:
    agreed = result.agreement
    return {
        "voters": result.voters,
        "places": [{"option": one.option, "chosen": one.chosen, "mean_rank": one.mean_rank} for one in result.places],
        "rest": list(result.rest),
        "agreement": {"w": agreed.w, "words": agreed.words, "voters": agreed.voters} if agreed else None,
    }
