"""Whatever a request model refuses is told with a remedy, not in the words of the validation library."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

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


@pytest.mark.parametrize("model", _models(), ids=lambda model: f"{model.__module__}.{model.__qualname__}")
def test_every_refusal_says_what_to_do(model: type[RequestModel]) -> None:
    names = [field.alias or name for name, field in model.model_fields.items()]
    bodies: list[Any] = [[], "x", {}, {"burned": 1}, *({name: wrong} for name in names for wrong in WRONG)]
    told = {sentence for body in bodies for _, sentence in _said(model, body)}
    without = sorted(sentence for sentence in told if OF_THE_LIBRARY.search(sentence) or not REMEDY.search(sentence))
    assert not without
