"""Each form of staff says afterwards what was done: what acts on it answers with `done`, or with a page that says it itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGES = sorted([*(ROOT / "services").glob("*/*/staff_pages*.py"), *(ROOT / "chassis").glob("*/staff_pages*.py")])
SAY_IT_THEMSELVES = ("?came=", "?done=", "/erasures/", "/erasure", "/deletion")
"""Parts of addresses whose page is about nothing else: who just came or was signed up, the certificate of what was deleted."""


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def _posts(tree: ast.Module) -> Iterator[ast.AsyncFunctionDef]:
    """What takes the forms of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.AsyncFunctionDef) and any(
            "router.post" in ast.unparse(one) for one in node.decorator_list
        ):
            yield node


def _sent_on(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """(line, where to) of each answer that sends somebody on and says nothing."""
    acts = [node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef) and node.name == "act"]
    for handler in [*_posts(tree), *acts]:
        for node in ast.walk(handler):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("see_other", "RedirectResponse"):
                yield node.lineno, ast.unparse(node.args[0])


@pytest.mark.parametrize("file", PAGES, ids=lambda file: f"{file.parts[-3]}-{file.parts[-2]}-{file.stem}")
def test_nobody_is_sent_on_without_a_word(file: Path) -> None:
    sent_on = _sent_on(_tree(file))
    assert [(line, to) for line, to in sent_on if not any(part in to for part in SAY_IT_THEMSELVES)] == []


def test_there_are_forms_to_look_at() -> None:
    assert sum(len(list(_posts(_tree(file)))) for file in PAGES) >= 100
