"""HTTP API of the rights of a person: what the self-check holds about somebody who was asked for answers.

Answers are blind: staff are given how many there are, the respondent (link and resume code) what they are.
"""

from __future__ import annotations

from fastapi import Request

from chassis.clock import rfc3339
from chassis.http.permissions import Caller
from chassis.http.problems import not_found
from chassis.http.routing import APIRouter
from services.selfcheck.answering.documents import StoredSheet
from services.selfcheck.answering.repository import hashed
from services.selfcheck.erasure.schemas import HeldOfPerson, HeldSheet
from services.selfcheck.http import ResumeHeader
from services.selfcheck.permissions import CoordinatorOrHolder
from services.selfcheck.services import get_services

router = APIRouter(prefix="/selfcheck/v1/{tenant}/people/{id}", tags=["data subject rights"])


@router.get("/export", response_model=HeldOfPerson, summary="What is held about a person")
async def export_person(
    request: Request, caller: CoordinatorOrHolder, id: str, resume: ResumeHeader = None
) -> HeldOfPerson:
    """By the id of a contact or of a respondent; 404 where the link is not theirs or nothing is held."""
    sheets = await get_services(request).answering.sheets.of_person(caller.scope, id)
    visible_sheets = [sheet for sheet in sheets if caller.is_staff or _is_holder(sheet, caller, resume)]
    if not visible_sheets and not caller.is_staff:
        raise not_found("person")
    return {
        "service": "selfcheck",
        "person_id": id,
        "sheets": [_held_sheet(sheet, not caller.is_staff) for sheet in visible_sheets],
    }


def _is_holder(sheet: StoredSheet, caller: Caller, resume: str | None) -> bool:
    claimed = sheet.resume_hash
    return sheet.code_hash == hashed(caller.link or "") and (claimed is None or claimed == hashed(resume or ""))


def _held_sheet(sheet: StoredSheet, whole: bool) -> HeldSheet:
    # How many answers somebody gave would tell staff of cells that are not shown.
    answers = {question: answer for question, answer in sheet.answers.items() if answer is not None}
    return {
        "id": sheet.id,
        "assessment": sheet.assessment,
        "perspective": sheet.perspective,
        "label": sheet.label,
        "status": sheet.status,
        "invited_at": rfc3339(sheet.invited_at),
        "handed_on": list(sheet.handed_on),
        "asked": None if sheet.asked is None else list(sheet.asked),
        "answers": dict(answers) if whole else None,
        "notes": sheet.notes if whole else None,
    }
