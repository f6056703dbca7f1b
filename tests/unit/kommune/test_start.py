"""What a process of a service has not loaded when it is ready: libraries that are heavy and that few requests need."""

from __future__ import annotations

import sys

import pytest

from kommune.services import NAMES
from tests.support.waiting import run

NEVER = (
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
)
NOT_IN_AN_API = ("aiokafka", "faststream")


@pytest.mark.parametrize("name", NAMES)
def test_an_api_starts_without_what_few_requests_need(name: str) -> None:
    assert _loaded(f"services.{name}.service, kommune.cli, kommune.http") & {*NEVER, *NOT_IN_AN_API} == set()


@pytest.mark.parametrize("name", NAMES)
def test_a_worker_starts_without_what_few_events_need(name: str) -> None:
    loaded = _loaded(f"services.{name}.service, chassis.messaging.relay, chassis.messaging.subscriptions")
    assert loaded & set(NEVER) == set()
    assert set(NOT_IN_AN_API) <= loaded, "the check would see them"


def _loaded(modules: str) -> set[str]:
    """The modules that are there after these imports, in a process of its own."""
    found = run([sys.executable, "-c", f"import sys, {modules}; print(*sys.modules)"])
    assert found.returncode == 0, found.stderr
    return set(found.stdout.split())
