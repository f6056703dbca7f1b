"""Routers whose routes FastAPI analyses at the first request for them, so that a service need not do it for all before it starts."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from typing import Any

import fastapi
from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic.warnings import UnsupportedFieldAttributeWarning
from starlette.routing import Match, compile_path
from starlette.types import Scope

# FastAPI hushes this where it builds what validates a body; with `defer_build` pydantic builds it later.
warnings.filterwarnings("ignore", category=UnsupportedFieldAttributeWarning)


class Route(APIRoute):
    """A route that knows its address and its function; what FastAPI makes of these, it makes when it is needed.

    Parameters, the body and the answer of a route take some milliseconds to analyse, and a service has two hundred routes.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        self._options = options
        self._beginning = path.partition("{")[0]
        self.path = path
        self.endpoint = endpoint
        self.methods = {method.upper() for method in options.get("methods") or ["GET"]}
        self.include_in_schema = options.get("include_in_schema", True)
        self.dependencies = list(options.get("dependencies") or [])

    def __getattr__(self, name: str) -> Any:
        """What `APIRoute` sets and is asked for the first time."""
        if name in ("path_regex", "path_format", "param_convertors"):
            self.path_regex, self.path_format, self.param_convertors = compile_path(self.path)
        elif (options := self.__dict__.pop("_options", None)) is not None:
            super().__init__(self.path, self.endpoint, **options)
        else:
            raise AttributeError(name)
        return getattr(self, name)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if not scope["path"].startswith(self._beginning):
            return Match.NONE, {}
        return super().matches(scope)


class APIRouter(fastapi.APIRouter):
    """FastAPI's router, of such routes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(route_class=Route, **options)


def add_routes(app: FastAPI, routers: Iterable[fastapi.APIRouter]) -> None:
    """Take in the routes of these routers as the application's own.

    `include_router` would keep the routers, and analyse all of a router's routes once more at the first request that reaches it.
    """
    for router in routers:
        app.router.routes += router.routes
