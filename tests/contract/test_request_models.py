"""Whatever enters has a type that says what it may be: text by the one definition, numbers and times within bounds."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date, datetime
from enum import Enum
from pathlib import PurePath
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel, StringConstraints
from pydantic_core import PydanticCustomError

from chassis.http.routes import permission_checks
from chassis.settings import Settings
from chassis.text.field_rules import Rule, Span
from kommune.services import NAMES, build
from tests.support.sources import called, calls, parsed


@pytest.fixture(scope="module")
def apps() -> dict[str, FastAPI]:
    settings = Settings(
        environment="local",
        secret_key="a secret for tests only, 32 characters and more",
        mongodb_uri="mongodb://127.0.0.1:1",
        kafka_bootstrap="127.0.0.1:1",
    )
    return {name: build(name, settings).app(works=False) for name in NAMES}


def bare(annotation: Any, metadata: tuple[Any, ...] = ()) -> Iterator[str]:
    """What in a type has no rule."""
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        yield from bare(inner, (*metadata, *more))
    elif (
        annotation in (type(None), bool)
        or get_origin(annotation) is Literal
        or any(isinstance(one, Rule) for one in metadata)
    ):
        return
    elif get_origin(annotation) in (Union, UnionType):
        for part in get_args(annotation):
            yield from bare(part, metadata)
    elif get_origin(annotation) in (list, dict, tuple):
        for part in get_args(annotation):
            yield from bare(part)
    elif isinstance(annotation, type) and issubclass(annotation, Enum):
        return
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            yield from (f"{name}: {found}" for found in bare(field.annotation, tuple(field.metadata)))
    elif annotation is str or annotation in (int, float, Any, date, datetime):
        if not any(isinstance(one, Span) for one in metadata):
            yield getattr(annotation, "__name__", str(annotation))
    elif not any(isinstance(one, Span) for one in metadata):
        yield str(annotation)


def parameters(dependant: Dependant) -> Iterator[Any]:
    for kind in ("query_params", "header_params", "cookie_params", "body_params"):
        yield from getattr(dependant, kind)
    for inner in dependant.dependencies:
        yield from parameters(inner)


def test_nothing_enters_without_a_rule(apps: dict[str, FastAPI]) -> None:
    flaws = []
    for app in apps.values():
        for route, _ in permission_checks(app):
            for one in parameters(route.dependant):
                info = one.field_info
                flaws += [f"{route.path} {one.alias}: {f}" for f in bare(info.annotation, tuple(info.metadata))]
    assert sorted(set(flaws)) == []


def bodies_with_numbers_of_addresses(annotation: Any, metadata: tuple[Any, ...] = ()) -> Iterator[str]:
    """Where a body takes numbers as text, as only addresses do."""
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        yield from bodies_with_numbers_of_addresses(inner, (*metadata, *more))
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            inner_flaws = bodies_with_numbers_of_addresses(field.annotation, tuple(field.metadata))
            yield from (f"{name}: {found}" for found in inner_flaws)
    elif annotation in (int, float):
        for rule in (one for one in metadata if isinstance(one, Rule)):
            if rule.schema and _reads_text(rule, dict(rule.schema)["minimum"]):
                yield annotation.__name__
    else:
        for part in get_args(annotation):
            yield from bodies_with_numbers_of_addresses(part, metadata)


def _reads_text(rule: Rule, least: float) -> bool:
    try:
        rule.read(str(max(int(least), 1)), False)
    except PydanticCustomError:
        return False
    return True


def test_a_body_takes_no_text_for_a_number(apps: dict[str, FastAPI]) -> None:
    flaws = []
    for app in apps.values():
        for route, _ in permission_checks(app):
            for one in route.dependant.body_params:
                info = one.field_info
                found = bodies_with_numbers_of_addresses(info.annotation, tuple(info.metadata))
                flaws += [f"{route.path} {one.alias}: {flaw}" for flaw in found]
    assert sorted(set(flaws)) == []


def test_the_walk_finds_what_has_no_rule() -> None:
    class Wrong(BaseModel):
        name: str
        seats: int | None = None
        texts: dict[str, list[str]]
        at: datetime
        day: Annotated[date, "a word"]
        any: Any
        key: Annotated[str, StringConstraints(pattern=r"^[0-9]{8}$")]

    assert [found.partition(":")[0] for found in bare(Wrong)] == [
        "name",
        "seats",
        "texts",
        "texts",
        "at",
        "day",
        "any",
        "key",
    ]


CONVERTERS = ("int", "float")
DIGITS = ("isdecimal", "isdigit", "isnumeric")


def conversions(tree: ast.AST) -> Iterator[str]:
    """Where a page makes numbers or times of a form's entries by itself, or hands them to a model as if they were JSON."""
    for node in calls(tree, *CONVERTERS, "fromisoformat", "model_validate", *DIGITS):
        name, inside = called(node), ast.unparse(node)
        of_form = "form.value(" in inside or "form.chosen(" in inside
        if of_form and (name in CONVERTERS or (name == "fromisoformat" and "time." not in inside)):
            yield f"{node.lineno}: {inside}"
        if name == "model_validate" or (of_form and name in DIGITS):
            yield f"{node.lineno}: {inside}"


def test_pages_read_entries_by_the_types_alone() -> None:
    found = [
        f"{path}:{flaw}"
        for path, tree in parsed("services", with_any_of=("model_validate", "form.value", "form.chosen"))
        if "pages" in (name := PurePath(path).name) or "form" in name or name == "sign_up.py"
        for flaw in conversions(tree)
    ]
    assert found == []


def test_conversions_in_pages_are_found() -> None:
    wrong = "a = int(form.value('n'))\nb = Body.model_validate({})\nc = form.value('n').isdecimal()"
    assert len(list(conversions(ast.parse(wrong)))) == 3
