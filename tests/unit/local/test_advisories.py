"""A dependency that nobody was asked about is not said to be sound."""

from __future__ import annotations

import json
from typing import Any

import pytest

from deploy.local.advisories import read

SOUND = {"name": "orjson", "version": "3", "vulns": []}
FAULTY = {"name": "starlette", "version": "0.1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["0.2"]}]}
UNASKED = {"name": "uvloop", "skip_reason": "Dependency not found on PyPI and could not be audited: uvloop (0.23.0)"}


def told(*dependencies: Any) -> str:
    return json.dumps({"dependencies": dependencies, "fixes": []})


@pytest.mark.parametrize(
    ("report", "codes", "said"),
    [
        (told(SOUND), (0, 0), "Nothing is known of the 1 "),
        (told(SOUND, FAULTY), (1, 1), "starlette 0.1: PYSEC-1, mended in 0.2"),
        (told(SOUND, UNASKED), (0, 3), "NOT AUDITED: nobody could be asked about 1 of 2 "),
        (told(UNASKED), (0, 3), "NOT AUDITED: nobody could be asked about 1 of 1 "),
        (told(FAULTY, UNASKED), (1, 1), "NOT AUDITED"),
        ("", (0, 3), "NOT AUDITED: nobody could be asked about anything"),
        ("null", (0, 3), "NOT AUDITED"),
    ],
)
def test_what_was_not_asked_is_said(report: str, codes: tuple[int, int], said: str) -> None:
    advice = read(report)
    assert said in "\n".join(advice.lines())
    assert (advice.exit_code(False), advice.exit_code(True)) == codes
    if advice.unchecked:
        assert not any(line.startswith("Nothing is known") for line in advice.lines() if advice.checked == 0)
