"""Whatever a request model refuses is told with a remedy, not in the words of the validation library."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from chassis.http.app import validation_problem
from chassis.http.base_schemas import RequestModel

ROOT = Path(__file__).parents[3]
WRONG: tuple[Any, ...] = (None, True, 7, -1, 1e300, "", "§", "x" * 20_000, [], [[]], ["§"] * 2_000, {}, {"burned": 1})
REMEDY = re.compile(r"\b(Please|[Ww]rite|[Cc]hoose|[Ss]end|[Gg]ive|[Ss]ay|[Tt]ake|[Nn]ame)\b")
OF_THE_LIBRARY = re.compile(
    r"Input should|Field required|not permitted|should have|Value error|Unable to|valid dictionary"
)


def _models() -> list[type[RequestModel]]:
    for file in sorted(ROOT.glob("services/**/*schemas*.py")):
        importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
    found, waiting = [], [RequestModel]
    while waiting:
        for model in waiting.pop().__subclasses__():
            found.append(model)
            waiting.append(model)
    ours = (one for one in found if one.__module__.startswith("services."))
    return sorted(ours, key=lambda one: (one.__module__, one.__qualname__))


def _said(model: type[RequestModel], body: Any) -> list[tuple[str, str]]:
    try:
        model.model_validate(body)
    except ValidationError as error:
        errors = [{**one, "loc": ("body", *one["loc"])} for one in error.errors()]
        problem = validation_problem(RequestValidationError(errors, body=body)).body()
        told: Any = problem["errors"]
        return [(one["pointer"], one["detail"]) for one in told]
    return []


def places(annotation: Any, around: tuple[type, ...] = ()) -> Iterator[Callable[[Any], Any]]:
    """How a value is put at each place inside a value of a type, whatever depth the place has; `around`: the models it stands in."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            if field.annotation not in around:
                yield from (
                    _under(field.alias or name, put) for put in _within(field.annotation, (*around, annotation))
                )
    elif get_origin(annotation) is list:
        yield from (_listed(put) for put in _within(get_args(annotation)[0], around))
    elif get_origin(annotation) is dict:
        yield from (_under("de", put) for put in _within(get_args(annotation)[1], around))
        yield lambda wrong: {wrong: "x"} if isinstance(wrong, str) else {"de": wrong}
    elif get_origin(annotation) is Annotated:
        yield from places(get_args(annotation)[0], around)
    elif get_origin(annotation) in (Union, UnionType):
        for part in get_args(annotation):
            yield from places(part, around)


def _within(annotation: Any, around: tuple[type, ...]) -> Iterator[Callable[[Any], Any]]:
    yield lambda wrong: wrong
    yield from places(annotation, around)


def _under(name: str, put: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda wrong: {name: put(wrong)}


def _listed(put: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda wrong: [put(wrong)]


@pytest.mark.parametrize("model", _models(), ids=lambda model: f"{model.__module__}.{model.__qualname__}")
def test_every_refusal_says_what_to_do(model: type[RequestModel]) -> None:
    bodies: list[Any] = [[], "x", {}, {"burned": 1}, *(put(wrong) for put in places(model) for wrong in WRONG)]
    told = [(body, pointer, sentence) for body in bodies for pointer, sentence in _said(model, body)]
    without = {words for _, _, words in told if OF_THE_LIBRARY.search(words) or not REMEDY.search(words)}
    assert sorted(without) == []
    astray = [(pointer, body) for body, pointer, _ in told if not _leads_into(pointer, body) and len(str(body)) < 200]
    assert astray == []


def test_a_call_without_a_body_is_told_so() -> None:
    absent = {"type": "missing", "loc": ("body",), "msg": "Field required", "input": None}
    told: Any = validation_problem(RequestValidationError([absent], body=None)).body()["errors"]
    assert told == [{"pointer": "/", "detail": "There is no body. Please send one: a JSON object."}]


def _leads_into(pointer: str, body: Any) -> bool:
    """Whether a pointer names a value of the body, or one that is missing in an object of it."""
    *around, last = pointer.strip("/").split("/")
    try:
        for part in around:
            body = body[int(part)] if isinstance(body, list) else body[part]
        return last == "" or isinstance(body, dict) or (isinstance(body, list) and int(last) < len(body))
    except (KeyError, IndexError, TypeError, ValueError):
        return False


def test_the_walk_reaches_every_depth() -> None:
    class Inner(RequestModel):
        days: list[int]

    class Outer(RequestModel):
        one: Inner | None = None
        several: Annotated[list[Inner], "bounded"]
        texts: dict[str, Inner]

    found = [put("§") for put in places(Outer)]
    for expected in (
        {"one": "§"},
        {"one": {"days": ["§"]}},
        {"several": ["§"]},
        {"several": [{"days": "§"}]},
        {"several": [{"days": ["§"]}]},
        {"texts": {"de": {"days": ["§"]}}},
        {"texts": {"§": "x"}},
    ):
        assert expected in found
