"""The limit registrations are measured against: one journaled majority insert per request, through the same HTTP stack."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvloop
from fastapi import FastAPI, Response

from chassis.http.app import create_app, json_response
from chassis.http.permissions import Permission
from chassis.ids import new_id
from chassis.operations.metrics import Metrics
from chassis.settings import load_settings
from chassis.storage.mongo import connect
from kommune.http import server
from programme.programme import PROGRAMME
from services.registration.registrations.schemas import NewRegistration


async def main() -> None:
    settings = load_settings()
    database = connect(settings, "limit")

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield

    async def ready() -> dict[str, bool]:
        await asyncio.sleep(0)
        return {}

    app = create_app("limit", settings, Metrics("limit"), ready, lifespan, PROGRAMME)

    @app.post("/insert", dependencies=[Permission(public=True)])
    async def insert(body: NewRegistration) -> Response:
        document = {"_id": new_id(), **body.model_dump()}
        await database["documents"].insert_one(document)
        return json_response({"id": document["_id"]}, 201)

    app.state.verifier = app.state.tenant_registry = None
    await server(app, settings, settings.port).serve()


if __name__ == "__main__":
    uvloop.run(main())
