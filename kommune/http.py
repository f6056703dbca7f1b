"""Runs services in this process behind one HTTP port."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import uvicorn
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.responses import RedirectResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.http.security_txt import PATH
from chassis.service import Service
from chassis.settings import Settings


class ByPrefix:
    """Several applications on one port: the first path segment is the service; everything else goes to `root`."""

    def __init__(self, apps: dict[str, FastAPI], root: Starlette, at_root: frozenset[str]) -> None:
        self._apps = apps
        self._root = root
        self._at_root = at_root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app: ASGIApp = self._root
        if scope["type"] == "http" and scope["path"] not in self._at_root:
            app = self._apps.get(scope["path"].removeprefix("/").split("/", 1)[0], self._root)
        await app(scope, receive, send)


def combine_services(
    services: Sequence[Service], works: bool, extra: Sequence[Route] = (), worker_port: int | None = None
) -> ByPrefix:
    """One ASGI application for several services; its start and stop are theirs. `worker_port`: whose metrics are shown as well."""
    apps = {service.name: service.app(works) for service in services}

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for app in apps.values():
                await stack.enter_async_context(app.router.lifespan_context(app))
            yield

    home = Route("/", lambda request: RedirectResponse("/registration/", 307))
    security = Route(PATH, lambda request: RedirectResponse("/registration/security.txt", 307))
    api = Route("/api", lambda request: RedirectResponse("/registration/api", 307))
    routes = [home, security, api, *extra]
    at_root: frozenset[str] = frozenset()
    if worker_port is not None:
        from kommune.scrape import Scrape  # on a laptop only

        routes.append(Route("/{service}/metrics", Scrape(services, worker_port).answer))
        at_root = frozenset(f"/{service.name}/metrics" for service in services)
    root = Starlette(routes=routes, lifespan=lifespan)
    # What is nobody's (`/unknown`, `OPTIONS *`) is answered like any other request: with our headers, in the reader's language.
    root.router.default = next(iter(apps.values()))
    return ByPrefix(apps, root, at_root)


def server(app: ASGIApp, settings: Settings, port: int) -> uvicorn.Server:
    """A uvicorn server with limits; access logs stay off because links carry codes. Who is behind a proxy
    is `chassis.http.app`'s business.

    What exists by now lives as long as the process, and remembered ledgers for long: the garbage collector never looks at the
    former and seldom at the latter, which saves a tenth of a second of the start and a tenth of the time of a registration.
    """
    gc.freeze()
    gc.enable()
    gc.set_threshold(50_000, 20, 100)
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=port,
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=15,
            timeout_keep_alive=30,
            h11_max_incomplete_event_size=64 * 1024,
            lifespan="on",
            loop="uvloop",
        )
    )
