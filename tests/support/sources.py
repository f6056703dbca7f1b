"""The program's own Python files, for tests that read it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("chassis", "contracts", "deploy", "disclosure", "kommune", "programme", "services")


@cache
def texts(folder: str) -> dict[str, str]:
    """Text of each file by its path, of a folder of the repository."""
    return {
        file.relative_to(ROOT).as_posix(): file.read_text("utf-8") for file in sorted((ROOT / folder).rglob("*.py"))
    }


def parsed(*folders: str, with_any_of: tuple[str, ...]) -> Iterator[tuple[str, ast.Module]]:
    """Path and syntax tree of the files that have one of these words in them.

    Parsing all files takes seconds, and a dozen tests would do it: name what their finds can not be without.
    """
    for folder in folders:
        for path, text in texts(folder).items():
            if any(word in text for word in with_any_of):
                yield path, ast.parse(text)


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    """Calls of functions and methods with these names; without names, all."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (not names or called(node) in names):
            yield node


def called(call: ast.Call) -> str:
    """The last part of what is called: `f` of `f()` and of `a.b.f()`."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
