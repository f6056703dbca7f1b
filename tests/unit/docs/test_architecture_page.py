"""The architecture page is true: what it says stands where it says, and every package it leaves out is a mistake."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "architecture.md").read_text()
RULES = re.findall(r"^\| .+ \| `([\w/.]+\.py)` \| `(\w+)` \|$", PAGE, re.M)


def test_ten_rules_are_listed() -> None:
    assert len(RULES) == 10, "a row has another form, and nothing of it is tested"


@pytest.mark.parametrize(("file", "name"), sorted(set(RULES)))
def test_a_rule_stands_where_the_page_says(file: str, name: str) -> None:
    tree = ast.parse((ROOT / file).read_text())
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def test_every_package_of_the_chassis_is_named() -> None:
    (row,) = (line for line in PAGE.splitlines() if line.startswith("| `chassis/` |"))
    packages = {path.parent.name for path in (ROOT / "chassis").glob("*/__init__.py")}
    assert packages == set(re.findall(r"`(\w+)`", row.split("|")[3]))


def test_links_lead_to_files() -> None:
    for page in ("architecture.md", "glossary.md"):
        text = (ROOT / "docs" / page).read_text()
        for target in re.findall(r"\]\(([\w/.-]+)\)", text):
            assert (ROOT / "docs" / target).exists(), target
