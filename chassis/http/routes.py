"""Looks over the routes of an application: which there are, which permission each asks for, which are pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_type_hints

from fastapi import FastAPI, params
from fastapi.routing import APIRoute
from starlette.routing import Mount

from chassis.http.permissions import PermissionCheck
from chassis.pages.assets import Assets
from chassis.programme import Programme


def permission_checks(app: FastAPI) -> Iterator[tuple[APIRoute, PermissionCheck | None]]:
    """Every route with its permission, or None where it has none.

    Raises:
        RuntimeError: there is a route of a kind this does not know how to look into.
    """
    for route in all_routes(app):
        yield route, next(_declared_checks(route), None)


def _declared_checks(route: APIRoute) -> Iterator[PermissionCheck]:
    """The permissions that a route asks for: as its own dependency, or at a parameter of its function.

    They are read where they are written, not in what FastAPI makes of the route: at the start nobody needs that yet.
    """
    declared: list[Any] = [*route.dependencies, *(getattr(route.endpoint, "__defaults__", None) or ())]
    for annotation in get_type_hints(route.endpoint, include_extras=True).values():
        declared += getattr(annotation, "__metadata__", ())
    for dependency in declared:
        if isinstance(dependency, params.Depends) and isinstance(dependency.dependency, PermissionCheck):
            yield dependency.dependency


def all_routes(app: FastAPI) -> Iterator[APIRoute]:
    """Every route, without a look at its permission.

    Raises:
        RuntimeError: there is a route of a kind this does not know how to look into.
    """
    for route in app.routes:
        if isinstance(route, APIRoute):
            yield route
        elif (
            not (isinstance(route, Mount) and isinstance(route.app, Assets)) and getattr(route, "name", "") != "openapi"
        ):
            raise RuntimeError(f"a route without a permission: {route!r}")


def page_routes(app: FastAPI) -> list[APIRoute]:
    """The pages that can be read."""
    return [
        route
        for route in all_routes(app)
        if "GET" in (route.methods or ()) and not route.include_in_schema and not route.path.startswith("/{")
    ]


def require_permissions(app: FastAPI) -> None:
    """Refuse to start with a route that has no permission, or one for roles that do not exist."""
    programme: Programme = app.state.programme
    known_roles = programme.tenant_roles.keys() | programme.platform_roles.keys()
    limits = {False, *app.state.rate_limiters}
    missing = [
        route.path
        for route, check in permission_checks(app)
        if check is None or check.roles - known_roles or check.limited not in limits
    ]
    if missing:
        raise RuntimeError(f"no permission, or one with an unknown role or limit: {', '.join(missing)}")
