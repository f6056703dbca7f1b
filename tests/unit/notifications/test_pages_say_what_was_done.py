"""Each form of staff says afterwards what was done: what acts on it answers with `page.done`, or with a page of its own."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SERVICE = Path(__file__).parents[3] / "services" / "notifications"
PAGES = sorted(SERVICE.glob("*/staff_pages*.py"))


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.parent.name)
def test_nobody_is_sent_on_without_a_word(file: Path) -> None:
    tree = ast.parse(file.read_text("utf-8"))
    actions = [node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef) and node.name == "act"]
    for action in actions:
        for node in ast.walk(action):
            if isinstance(node, ast.Return):
                assert isinstance(node.value, ast.Call | ast.Await), f"{file.parent.name}: line {node.lineno}"
    assert "see_other" not in file.read_text("utf-8")


def test_there_are_forms_to_look_at() -> None:
    assert len([file for file in PAGES if "answer_form" in file.read_text("utf-8")]) >= 8
