"""No text of a table is taken for a formula."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chassis.text.spreadsheets import guarded


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1",
        "-1",
        "@x",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "\u00a0=1",
        "\tTab",
        "＝1+1",
        "+49 4421 1234",
        '=HYPERLINK("x")',
    ],
)
def test_what_would_start_a_formula_gets_an_apostrophe(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Feld = 1", "Müller-Lüdenscheidt", "a@example.org", "04421 1234", "1.000"])
def test_other_texts_stay(cell: str) -> None:
    assert guarded(cell) == cell


def test_there_is_one_guard_against_formulas() -> None:
    """Nobody else lists the signs that begin one."""
    root = Path(__file__).parents[3]
    others = [
        str(file.relative_to(root))
        for folder in ("chassis", "programme", "services", "kommune")
        for file in (root / folder).rglob("*.py")
        if re.search(r"""["']=["'],\s*["']\+["'],""", file.read_text()) and file.name != "spreadsheets.py"
    ]
    assert others == []
