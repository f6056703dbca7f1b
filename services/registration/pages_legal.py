"""Accessibility statement, data protection and legal notice: of a municipality, and of the platform itself."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response

from chassis.audience import Audience, Caller
from services.registration.frame import frame

router = APIRouter(prefix="/registration", include_in_schema=False)

Anyone = Annotated[Caller, Audience(public=True)]
Subject = Literal["accessibility", "privacy", "imprint"]


@router.get("/legal/{subject}")
async def platform(request: Request, caller: Anyone, subject: Subject) -> Response:
    response: Response = request.app.state.pages.render(request, f"{subject}.html")
    return response


@router.get("/{tenant}/{subject}")
async def municipality(request: Request, caller: Anyone, subject: Subject) -> Response:
    return (await frame(request, caller)).render(f"{subject}.html")
