"""Runs the real Caddy and Prometheus programs on their configurations."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support import waiting
from tests.unit.deploy.compose import ROOT


def run(program: str, *arguments: str | Path) -> str:
    """Output of a program that must succeed; a missing program fails the test with the line to type."""
    found = shutil.which(program)
    if found is None:
        pytest.fail(
            f"{program} is missing; type: apt-get update && xargs apt-get install -y < deploy/local/debian-packages.txt"
        )
    done = waiting.run([found, *map(str, arguments)], cwd=ROOT)
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    return output
