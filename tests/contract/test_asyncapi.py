"""The events as others are told of them: AsyncAPI that a parser takes, and a page that is current."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest
from faststream.specification.asyncapi.v3_0_0.schema import ApplicationSchema
from jsonschema import Draft202012Validator

from contracts.asyncapi import document
from contracts.events_page import FILE, page
from contracts.topics import ALL
from tests.support.node_tools import script

HINT = 2
"""Severity from which on the parser only has an opinion, such as that there is a newer version; below are errors and warnings."""


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for part in value.values():
            yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)


@pytest.mark.parametrize("service", sorted(ALL))
def test_the_document_is_asyncapi(service: str) -> None:
    told = document(service)
    read = ApplicationSchema.model_validate(told)
    assert read.asyncapi == "3.0.0"
    assert set(read.channels) == set(told["channels"])
    for message in told["components"]["messages"].values():
        check_schema(orjson.dumps(message["payload"]))
        check_schema(orjson.dumps(message["headers"]))


@cache
def check_schema(written: bytes) -> None:
    """Most are part of the documents of several services, and each takes 10 ms."""
    Draft202012Validator.check_schema(orjson.loads(written))


@pytest.mark.parametrize("service", sorted(ALL))
def test_every_reference_leads_somewhere(service: str) -> None:
    told = document(service)
    found = 0
    for reference in references(told):
        assert reference.startswith("#/"), reference
        node = told
        for part in reference[2:].split("/"):
            assert part in node, reference
            node = node[part]
        found += 1
    assert found > 5


@pytest.mark.slow
def test_the_parser_of_asyncapi_finds_nothing_wrong(tmp_path: Path) -> None:
    found = orjson.loads(script("asyncapi.mjs", tmp_path, {service: document(service) for service in sorted(ALL)}))
    assert set(found) == set(ALL)
    told = {service: [one for one in flaws if one["severity"] < HINT] for service, flaws in found.items()}
    assert told == {service: [] for service in ALL}


@pytest.mark.slow
def test_the_parser_would_notice(tmp_path: Path) -> None:
    wrong = document("registration")
    wrong["operations"]["send-registration.v1"]["action"] = "shout"
    (flaws,) = orjson.loads(script("asyncapi.mjs", tmp_path, {"registration": wrong})).values()
    assert "/operations/send-registration.v1/action" in {f"/{one['path']}" for one in flaws}


def test_the_page_of_events_is_current() -> None:
    assert FILE.read_text() == page(), "run `python -m contracts.events_page`"
