"""What pages, docstrings and comments refer to by its dotted name, such as `chassis.jobs.lease.Lease`, exists under that name."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from tests.support.sources import PACKAGES, ROOT

REFERENCE = re.compile(rf"`((?:{'|'.join(PACKAGES)}|tests)(?:\.\w+)+)`")
KINDS = (".py", ".md", ".html", ".css", ".js", ".typ")
FOLDERS = (*PACKAGES, "docs", "tests", "bench")
FILE_NAMES = {"services.py", "programme.py"}
"""Named with their ending as files are, and look like a module of the package of that name."""


def _references() -> dict[str, set[str]]:
    """The files that refer to a name, by the name."""
    found: dict[str, set[str]] = {}
    files = [ROOT / "README.md", *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.*"))]
    for path in files:
        if path.suffix in KINDS and "node_modules" not in path.parts:
            for name in REFERENCE.findall(path.read_text("utf-8")):
                if name not in FILE_NAMES:
                    found.setdefault(name, set()).add(path.relative_to(ROOT).as_posix())
    return found


@cache
def _text(module: Path) -> str:
    return module.read_text("utf-8")


def _exists(name: str) -> bool:
    """Whether there is a module of this name, or one that has the rest of it written in it."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        path = ROOT.joinpath(*parts[:end])
        module = path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py"
        if module.is_file():
            return all(re.search(rf"(?<!\w){part}(?!\w)", _text(module)) for part in parts[end:])
        if path.is_dir() and end == len(parts):
            return True
    return False


def test_what_is_referred_to_exists() -> None:
    references = _references()
    assert len(references) > 50, "references have another form, and nothing of them is tested"
    gone = {name: sorted(files) for name, files in references.items() if not _exists(name)}
    assert not gone, gone


@pytest.mark.parametrize("name", ["chassis.jobs.lost", "chassis.jobs.lease.Lost", "services.lost.Repository"])
def test_what_does_not_exist_is_found(name: str) -> None:
    assert not _exists(name)
