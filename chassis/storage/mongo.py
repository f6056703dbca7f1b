"""MongoDB: the one module that imports a driver.

`MONGO_DRIVER=motor` (default) or `pymongo` (PyMongo's own asynchronous client, motor's designated successor). Both offer
the operations of `Collection`, which are all that repositories use.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC
from typing import Any, Protocol, cast

from bson.binary import UuidRepresentation
from bson.codec_options import CodecOptions
from bson.timestamp import Timestamp
from pymongo import ReadPreference, WriteConcern
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    ConnectionFailure,
    DuplicateKeyError,
    ExecutionTimeout,
    NetworkTimeout,
    PyMongoError,
    WTimeoutError,
)
from pymongo.read_concern import ReadConcern

from chassis.settings import Settings

Document = dict[str, Any]

DURABLE = WriteConcern(w="majority", j=True, wtimeout=10_000)
"""Acknowledged means: on a majority of nodes and in their journals."""
QUICK = WriteConcern(w=1)
"""For writes that repeat themselves or that a durable write follows."""

CHANGE_WAIT_MS = 10_000
"""How long MongoDB waits for a change before it says that there was none; less than a socket waits."""
DUPLICATE_KEY = 11000
"""The code of a bulk write's error where `insert_one` raises `DuplicateKeyError`."""

UNAVAILABLE = (AutoReconnect, ConnectionFailure, NetworkTimeout, ExecutionTimeout, WTimeoutError)
"""MongoDB is away or slow: try again later, the data is not at fault."""

__all__ = [
    "DUPLICATE_KEY",
    "DURABLE",
    "QUICK",
    "UNAVAILABLE",
    "BulkWriteError",
    "Collection",
    "Database",
    "Document",
    "DuplicateKeyError",
    "PyMongoError",
    "Timestamp",
    "connect",
    "is_unavailable",
]


class Cursor(Protocol):
    def sort(self, key: Any, direction: int = 1) -> Cursor: ...
    def limit(self, limit: int) -> Cursor: ...
    def hint(self, index: Any) -> Cursor: ...
    async def to_list(self, length: int | None = None) -> list[Document]: ...
    def __aiter__(self) -> Any: ...


class Collection(Protocol):
    """What both drivers' collections can do and repositories use."""

    @property
    def name(self) -> str: ...
    def with_options(self, *, write_concern: WriteConcern | None = None) -> Collection: ...
    def find(self, filter: Document, projection: Any = None) -> Cursor: ...
    async def find_one(self, filter: Document, projection: Any = None) -> Document | None: ...
    async def insert_one(self, document: Document) -> Any: ...
    async def insert_many(self, documents: Sequence[Document], ordered: bool = True) -> Any: ...
    async def update_one(self, filter: Document, update: Any, upsert: bool = False) -> Any: ...
    async def find_one_and_update(
        self, filter: Document, update: Any, *, upsert: bool = False, return_document: bool = False
    ) -> Document | None: ...
    async def update_many(self, filter: Document, update: Any) -> Any: ...
    async def replace_one(self, filter: Document, replacement: Document, upsert: bool = False) -> Any: ...
    async def delete_one(self, filter: Document) -> Any: ...
    async def delete_many(self, filter: Document) -> Any: ...
    async def bulk_write(self, requests: Sequence[Any], ordered: bool = True) -> Any: ...
    async def count_documents(self, filter: Document) -> int: ...
    async def create_indexes(self, indexes: Sequence[Any]) -> Any: ...


class Database:
    """One service's database: majority reads, durable writes, times with their zone."""

    def __init__(self, client: Any, name: str, prefix: str = "") -> None:
        """`prefix`: stands before the names of all collections."""
        self._client = client
        self._prefix = prefix
        self._database = client.get_database(
            name,
            codec_options=CodecOptions(tz_aware=True, tzinfo=UTC, uuid_representation=UuidRepresentation.STANDARD),
            write_concern=DURABLE,
            read_concern=ReadConcern("majority"),
            read_preference=ReadPreference.PRIMARY,
        )

    def __getitem__(self, name: str) -> Collection:
        return cast(Collection, self._database[self._prefix + name])

    def shadow(self, prefix: str) -> Database:
        """A view of the same database with collections of its own."""
        return Database(self._client, self._database.name, prefix)

    async def swap_in(self, prefix: str, collection: str) -> None:
        """Let the collection that stands beside take the place of the one of its name, at once for all who read it."""
        name = self._database.name
        await self.command(
            {"renameCollection": f"{name}.{prefix}{collection}", "to": f"{name}.{collection}", "dropTarget": True},
            "admin",
        )

    async def drop_collection(self, name: str) -> None:
        await self._database.drop_collection(self._prefix + name)

    async def ping(self) -> None:
        """Ask MongoDB whether it answers. Raises a PyMongoError where MongoDB does not answer."""
        await self._database.command("ping")

    async def logical_time(self) -> Timestamp:
        """That of the last operation, which never goes back. Later writes get later times, whoever makes them."""
        now: Timestamp = (await self.command({"ping": 1}))["operationTime"]
        return now

    async def command(self, command: Document, database: str | None = None) -> Document:
        """Run a command of this database, or of another one such as `admin`."""
        target = self._database if database is None else self._client.get_database(database)
        return cast(Document, await target.command(command))

    async def collections(self) -> list[str]:
        """The names of the collections, sorted, without those that MongoDB keeps for itself, such as its profiler's."""
        ours = {"type": "collection", "name": {"$not": {"$regex": r"^system\."}}}
        return sorted(await self._database.list_collection_names(filter=ours))

    async def indexes(self, collection: str) -> list[Document]:
        """The indexes of a collection as MongoDB describes them."""
        cursor = self._database[collection].list_indexes()
        if hasattr(cursor, "__await__"):
            cursor = await cursor
        return cast("list[Document]", await cursor.to_list(None))

    async def aggregate(self, collection: str, pipeline: list[Document]) -> list[Document]:
        """Run an aggregation; the drivers differ in whether the call itself is awaited."""
        cursor = self._database[collection].aggregate(pipeline)
        if hasattr(cursor, "__await__"):
            cursor = await cursor
        return cast("list[Document]", await cursor.to_list(None))

    @asynccontextmanager
    async def changes(self, uninteresting: Sequence[str]) -> AsyncIterator[Callable[[], Awaitable[None]]]:
        """A change stream: inside, awaiting the call that is given returns after the next change of another collection."""
        pipeline = [{"$match": {"ns.coll": {"$nin": list(uninteresting)}}}, {"$project": {"_id": 1}}]
        now = await self.logical_time()
        # From a second ago: what was written then may not have been readable on a majority of nodes until now.
        since = Timestamp(now.time - 1, 1)
        stream = self._database.watch(pipeline, max_await_time_ms=CHANGE_WAIT_MS, start_at_operation_time=since)
        if hasattr(stream, "__await__"):
            stream = await stream
        async with stream:

            async def changed() -> None:
                await stream.next()

            yield changed

    async def drop(self) -> None:
        """Remove the database. For tests."""
        await self._client.drop_database(self._database.name)

    async def close(self) -> None:
        result = self._client.close()
        if hasattr(result, "__await__"):
            await result


def connect(settings: Settings, service: str, patient: bool = False) -> Database:
    """Open the service's database; connects on first use. Call it inside a running event loop.

    `patient`: for commands of an administrator, which may take minutes.
    """
    options: dict[str, Any] = {
        "appname": service,
        "serverSelectionTimeoutMS": 3_000,
        "connectTimeoutMS": 2_000,
        "socketTimeoutMS": None if patient else 15_000,
        "maxPoolSize": 64,
        "retryWrites": True,
    }
    client: Any
    if settings.mongo_driver == "pymongo":
        from pymongo import AsyncMongoClient

        client = AsyncMongoClient(settings.mongodb_uri, **options)
    else:
        os.environ.setdefault("MOTOR_MAX_WORKERS", str(settings.motor_max_workers))
        from motor.motor_asyncio import AsyncIOMotorClient

        client = AsyncIOMotorClient(settings.mongodb_uri, **options)
    return Database(client, f"{settings.namespace}_{service}")


def is_unavailable(error: BaseException) -> bool:
    """Whether an error says that MongoDB is away rather than that the data is wrong."""
    if isinstance(error, UNAVAILABLE):
        return True
    return isinstance(error, PyMongoError) and (
        error.has_error_label("RetryableWriteError") or error.has_error_label("TransientTransactionError")
    )
