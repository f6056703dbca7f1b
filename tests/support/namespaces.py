"""Databases of tests are emptied and used again: MongoDB keeps the files of dropped ones open until its next checkpoints, and a
run makes tens of thousands of collections and indexes, more than a server may have open files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pymongo import MongoClient

from chassis.ids import new_id

_unused: list[str] = []
"""Namespaces with empty databases, of this process."""


@contextmanager
def namespace(mongodb_uri: str) -> Iterator[str]:
    """A namespace with empty databases, for one who does not use Kafka: topics and groups of consumers can not be emptied."""
    name = _unused.pop() if _unused else new_namespace()
    yield name
    with MongoClient[dict[str, Any]](mongodb_uri) as client:
        for database in _databases(client, name):
            # Tests of the chassis make collections and indexes as they like.
            if database.endswith("_test"):
                client.drop_database(database)
            else:
                _empty(client, database)
    _unused.append(name)


@contextmanager
def namespace_for_once(mongodb_uri: str) -> Iterator[str]:
    """A namespace whose databases are removed afterwards."""
    name = new_namespace()
    yield name
    with MongoClient[dict[str, Any]](mongodb_uri) as client:
        for database in _databases(client, name):
            client.drop_database(database)


def new_namespace() -> str:
    return f"t{new_id()[-12:]}"


def _databases(client: MongoClient[dict[str, Any]], name: str) -> list[str]:
    return [one for one in client.list_database_names() if one.startswith(f"{name}_")]


def _empty(client: MongoClient[dict[str, Any]], database: str) -> None:
    for collection in client[database].list_collection_names(filter={"name": {"$not": {"$regex": r"^system\."}}}):
        if client[database][collection].estimated_document_count():
            client[database][collection].delete_many({})
