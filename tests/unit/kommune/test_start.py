"""What a process of a service has not loaded when it is ready: libraries that are heavy and that few requests need."""

from __future__ import annotations

import json
import sys

import pytest

from kommune.services import NAMES
from tests.support.waiting import run

NEVER = {
    "babel.messages",
    "icalendar",
    "joserfc.jwt",
    "numpy",
    "openpyxl",
    "phonenumbers",
    "playwright",
    "python_calamine",
    "segno",
    "typst",
    "xlsxwriter",
}
NOT_IN_AN_API = {"aiokafka", "faststream"}
APIS = [f"services.{name}.service" for name in NAMES] + ["kommune.cli", "kommune.http"]
WORKERS = ["chassis.messaging.relay", "chassis.messaging.subscriptions"]
NOT_IN_THE_COMMAND = {"fastapi", "httpx", "pydantic", "pymongo", "uvicorn"} | NOT_IN_AN_API
"""What a command imports when it is run, and `kommune up` once the pages answer."""
COMMAND = ["kommune.cli", "kommune.up"]
IMPORT_ONE_AFTER_ANOTHER = """
import importlib, json, sys
came = {}
for module in sys.argv[1:]:
    before = set(sys.modules)
    importlib.import_module(module)
    came[module] = sorted(set(sys.modules) - before)
print(json.dumps(came))
"""


@pytest.fixture(scope="module")
def came_with() -> dict[str, set[str]]:
    """What each module brought along that was not there yet: all in one process, as starting is what takes the time."""
    return _imported([*APIS, *WORKERS])


def _imported(modules: list[str]) -> dict[str, set[str]]:
    found = run([sys.executable, "-c", IMPORT_ONE_AFTER_ANOTHER, *modules])
    assert found.returncode == 0, found.stderr
    return {module: set(others) for module, others in json.loads(found.stdout).items()}


@pytest.mark.parametrize("module", APIS)
def test_an_api_starts_without_what_few_requests_need(module: str, came_with: dict[str, set[str]]) -> None:
    assert came_with[module] & (NEVER | NOT_IN_AN_API) == set()


@pytest.mark.parametrize("module", WORKERS)
def test_a_worker_starts_without_what_few_events_need(module: str, came_with: dict[str, set[str]]) -> None:
    assert came_with[module] & NEVER == set()


def test_the_command_and_the_start_of_a_platform_load_no_library_of_services() -> None:
    assert {module: came & NOT_IN_THE_COMMAND for module, came in _imported(COMMAND).items()} == {
        module: set() for module in COMMAND
    }


def test_the_check_would_see_them(came_with: dict[str, set[str]]) -> None:
    assert set().union(*(came_with[module] for module in WORKERS)) >= NOT_IN_AN_API
    assert set().union(*came_with.values()) >= NOT_IN_THE_COMMAND - {"httpx"}
