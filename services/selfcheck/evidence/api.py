"""HTTP API for evidence: of respondents beside their own answers, of staff from the reveal on."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response

from chassis.http.app import json_response
from chassis.http.base_schemas import FileName, Filter, Key
from chassis.http.openapi import refusals
from chassis.http.routing import APIRouter
from chassis.storage.idempotency import IdempotencyKey
from services.selfcheck.answering.api import Resume, guarded
from services.selfcheck.evidence.evidence import File
from services.selfcheck.evidence.schemas import EvidenceAdded, EvidenceList
from services.selfcheck.http import BY_CODE, FILE
from services.selfcheck.permissions import Public, Staff
from services.selfcheck.schemas import NewLink
from services.selfcheck.services import Services, get_services

router = APIRouter(prefix="/selfcheck/v1", tags=["evidence"])

UPLOADS = r"/selfcheck/(v1/answers/[^/]+/evidence/files|answers/[^/]+/evidence/[^/]+)"
"""Paths that take a file."""


def _idempotency_key(services: Services, code: str, key: str | None, body: Any) -> IdempotencyKey:
    return IdempotencyKey.of(services.secrets, f"evidence {code}", key, body)


def download(file: File) -> Response:
    """A file to be saved, never to be shown by the browser as part of this site."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
    return Response(file.content, media_type=file.type, headers=headers)


@router.post(
    "/answers/{code}/evidence",
    responses=BY_CODE,
    status_code=201,
    response_model=EvidenceAdded,
    summary="Put a link beside an answer",
    **refusals("answers-closed", "evidence-too-many", "evidence-too-large"),
)
async def add_link(
    request: Request, caller: Public, code: str, body: NewLink, resume: Resume, key: Key = None
) -> Response:
    """It never enters a score."""
    services = get_services(request)
    work = services.evidence.add_link(
        code, body, resume, _idempotency_key(services, code, key, body), services.clock.now()
    )
    answer, replayed = await guarded(request, caller, work)
    return json_response(answer, 201, replayed)


@router.post(
    "/answers/{code}/evidence/files",
    responses=BY_CODE,
    status_code=201,
    response_model=EvidenceAdded,
    summary="Put a file beside an answer",
    **refusals("answers-closed", "evidence-too-many", "evidence-too-large"),
)
async def add_file(
    request: Request, caller: Public, code: str, question: Filter, resume: Resume, name: FileName = "", key: Key = None
) -> Response:
    """The body is the file. What it is, its content says; the name is kept without what could be misread."""
    services = get_services(request)
    await guarded(request, caller, services.answering.get_claimed(code, resume))
    content = await request.body()
    work = services.evidence.add_file(
        code,
        question,
        name,
        content,
        resume,
        _idempotency_key(services, code, key, [question, hashlib.sha256(content).hexdigest()]),
        services.clock.now(),
    )
    answer, replayed = await guarded(request, caller, work)
    return json_response(answer, 201, replayed)


@router.get(
    "/answers/{code}/evidence/{id}",
    responses=FILE | BY_CODE,
    response_class=Response,
    summary="A file of one's own sheet",
)
async def get_own_file(request: Request, caller: Public, code: str, id: str, resume: Resume) -> Response:
    """To be saved."""
    return download(await guarded(request, caller, get_services(request).evidence.own_file(code, id, resume)))


@router.delete(
    "/answers/{code}/evidence/{id}",
    responses=BY_CODE,
    status_code=204,
    summary="Take evidence away",
    **refusals("answers-closed"),
)
async def remove_evidence(request: Request, caller: Public, code: str, id: str, resume: Resume) -> Response:
    """A file is gone at once."""
    services = get_services(request)
    await guarded(request, caller, services.evidence.remove(code, id, resume, services.clock.now()))
    return Response(status_code=204)


@router.get(
    "/{tenant}/assessments/{id}/evidence",
    response_model=EvidenceList,
    summary="Evidence of a self-check",
    **refusals("assessment-not-revealed"),
)
async def list_evidence(request: Request, caller: Staff, id: str) -> Response:
    """From the reveal on, by question, without a word of who gave it."""
    return json_response({"items": await get_services(request).evidence.of_assessment(caller.scope, id), "next": None})


@router.get(
    "/{tenant}/assessments/{id}/evidence/{evidence}",
    responses=FILE,
    response_class=Response,
    summary="A file of evidence",
    **refusals("assessment-not-revealed"),
)
async def get_file(request: Request, caller: Staff, id: str, evidence: str) -> Response:
    """To be saved; from the reveal on."""
    return download(await get_services(request).evidence.file_of(caller.scope, id, evidence))
