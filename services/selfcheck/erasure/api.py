"""HTTP API of the rights of a person: what the self-check holds about somebody who was asked for answers.

Answers are blind: staff are given how many there are, the respondent (link and resume code) what they are.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from chassis.clock import rfc3339
from chassis.http.permissions import Caller
from chassis.http.problems import not_found
from chassis.storage.mongo import Document
from services.selfcheck.answering.answering import status_of
from services.selfcheck.answering.repository import WITHOUT_BOOKKEEPING, hashed
from services.selfcheck.permissions import CoordinatorOrHolder
from services.selfcheck.services import get_services

router = APIRouter(prefix="/selfcheck/v1/{tenant}/people/{id}")


@router.get("/export")
async def export(request: Request, caller: CoordinatorOrHolder, id: str) -> dict[str, Any]:
    """By the id of a contact or of a respondent. Raises Problem 404 where the link is not theirs or nothing is held."""
    parts = get_services(request)
    wanted = caller.scope.filter(**{"$or": [{"_id": id}, {"contact": id}]})
    found = await parts.answering.sheets.all.collection.find(wanted, WITHOUT_BOOKKEEPING).to_list(None)
    resume = request.headers.get("x-resume-code")
    held = [sheet for sheet in found if not sheet.get("erased") and (caller.is_staff or _holds(sheet, caller, resume))]
    if not held and not caller.is_staff:
        raise not_found("person")
    return {"service": "selfcheck", "person_id": id, "sheets": [_shown(sheet, not caller.is_staff) for sheet in held]}


def _holds(sheet: Document, caller: Caller, resume: str | None) -> bool:
    claimed = sheet.get("resume_hash")
    return sheet.get("code_hash") == hashed(caller.link or "") and (claimed is None or claimed == hashed(resume or ""))


def _shown(sheet: Document, whole: bool) -> dict[str, Any]:
    given = {question: answer for question, answer in sheet["answers"].items() if answer is not None}
    # How many answers somebody gave would tell staff of cells that are not shown.
    answers = {"answers": given, "notes": sheet["notes"]} if whole else {"answers": None, "notes": None}
    return {
        "id": sheet["_id"],
        "assessment": sheet["assessment"],
        "perspective": sheet["perspective"],
        "label": sheet["label"],
        "status": status_of(sheet),
        "invited_at": rfc3339(sheet["invited_at"]),
        "handed_on": sheet["handed_on"],
        "asked": sheet["asked"],
        **answers,
    }
