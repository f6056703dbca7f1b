"""HTTP of the council pack: every file at the path under which the archive holds it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import Request as HttpRequest
from fastapi import Response

from chassis.http.routing import APIRouter
from services.reporting.council import docx, slides
from services.reporting.council.packs import PACK, Request
from services.reporting.http import Wanted, address_of_files, file
from services.reporting.permissions import Staff
from services.reporting.services import get_services
from services.reporting.workbook import MEDIA_TYPE

router = APIRouter(prefix="/reporting/v1/{tenant}/assessments/{id}", tags=["council pack"])

FILES = {
    "report.pdf": ("application/pdf", "One page for the council"),
    "committee-paper.pdf": ("application/pdf", "Committee paper (Beschlussvorlage)"),
    "committee-paper.docx": (docx.MEDIA_TYPE, "Committee paper, to be edited"),
    "paper.json": ("application/json", "Committee paper as an OParl 1.1 Paper"),
    "slides.pptx": (slides.MEDIA_TYPE, "Slides with native charts"),
    "action-plan.pdf": ("application/pdf", "Action plan (Handlungskonzept)"),
    "chart.svg": ("image/svg+xml", "The profile as a picture"),
    "data.xlsx": (MEDIA_TYPE, "Figures as a workbook with native charts"),
    "data.csv": ("text/csv; charset=utf-8", "Figures as a table"),
    "datapackage.json": ("application/json", "What the columns of the table mean (Frictionless data package)"),
    PACK: ("application/zip", "All files of the council pack"),
}


def _route(name: str, media_type: str) -> Callable[..., Awaitable[Response]]:
    async def answer(request: HttpRequest, caller: Staff, id: str, language: Wanted = None) -> Response:
        services = get_services(request)
        chosen = language or await services.municipalities.language_of_documents(caller.scope.tenant)
        address = address_of_files(request, caller, id)
        content = await services.council.make_file(caller.scope, Request(id, chosen, address), name)
        return file(content, media_type, name)

    return answer


for _name, (_media_type, _summary) in FILES.items():
    router.add_api_route(
        f"/{_name}",
        _route(_name, _media_type),
        methods=["GET"],
        summary=_summary,
        description="In the municipality's language unless `language` says another. 409 until the self-check is closed.",
        name=f"get_council_{_name.replace('.', '_').replace('-', '_')}",
        response_class=Response,
        responses={200: {"content": {_media_type.partition(";")[0]: {}}}},
    )
