"""The page that shows the API of a service to who programs against it: Swagger UI, served by us, with no third party."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

from fastapi import FastAPI, Request, Response

from chassis.http.permissions import Caller, Permission
from chassis.http.routing import APIRouter, add_routes
from chassis.pages.assets import Assets
from chassis.pages.pages import Pages

Public = Annotated[Caller, Permission(public=True, allow_suspended=True)]


def add_api_page(app: FastAPI, service: str, pages: Pages, services: Sequence[str]) -> None:
    """Serve the page on which the API is read and tried: `/{service}/api`, and the viewer's own files beside it."""
    viewer = Assets(f"/{service}/api-viewer", _viewer())
    router = APIRouter(prefix=f"/{service}", include_in_schema=False)

    @router.get("/api")
    async def show_api(request: Request, caller: Public) -> Response:
        return pages.render(
            request, "api.html", document=f"/{service}/openapi.json", viewer=viewer.url, services=services
        )

    app.mount(f"/{service}/api-viewer", viewer)
    add_routes(app, [router])


def _viewer() -> Path:
    """The files of Swagger UI, as its package on PyPI holds them."""
    spec = find_spec("fastapi_swagger")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "resources"
