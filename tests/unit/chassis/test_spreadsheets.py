"""No text of a table is taken for a formula."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from chassis.text.spreadsheets import FORMULA_STARTS, guarded


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@x", "  =1", "\u00a0=1", "\tTab", "＝1+1", "+49 4421 1234", '=HYPERLINK("x")']
)
def test_what_would_start_a_formula_gets_an_apostrophe(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Feld = 1", "Müller-Lüdenscheidt", "a@example.org", "04421 1234", "1.000"])
def test_texts_that_are_no_formula_stay_as_they_are(cell: str) -> None:
    assert guarded(cell) == cell


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("read_with", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "cell",
    [
        *("\t=1", "\n=1", "a,=1+1", 'a";=1+1', 'a"\t"@SUM(1)', "a, +49|cmd", "a|-2+3", "x\n=1", 'x","=1'),
        *("a;;=1", "=1,=2", "a, \u00a0=1", ",=1"),
    ],
)
def test_nor_where_lines_are_divided_by_another_sign(cell: str, read_with: str, delimiter: str) -> None:
    """As by an English spreadsheet, which divides by commas where a German one divides by semicolons, or that minds no quotes."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerow(["first", guarded(cell), "last"])
    parsed = [one for row in csv.reader(io.StringIO(out.getvalue()), delimiter=read_with) for one in row]
    divided = re.split(f"[{re.escape(read_with)}\r\n]", out.getvalue())
    assert not [one for one in (*parsed, *divided) if one.lstrip(' "\u00a0').startswith(FORMULA_STARTS[:4])]


def test_a_sign_amid_words_stays() -> None:
    for text in ("ja, - vielleicht", "a = b", "x@example.org", "Mo-Fr, 9-12", "1;2"):
        assert guarded(text) == text


def test_every_table_that_is_written_guards_its_texts() -> None:
    """CSV through `guarded`; workbooks by `write_string`, which takes nothing for a formula, and never by `write`."""
    root = Path(__file__).parents[3]
    files = [file for folder in ("chassis", "services", "kommune") for file in (root / folder).rglob("*.py")]
    texts = {str(file.relative_to(root)): file.read_text() for file in files}
    tables = [name for name, text in texts.items() if "csv.writer(" in text or "csv.DictWriter(" in text]
    books = [name for name, text in texts.items() if "xlsxwriter" in text and "import" in text]
    assert len(tables) >= 4
    assert len(books) >= 4
    assert [name for name in tables if "guarded(" not in texts[name]] == []
    guesses = [name for name in books if re.search(r"sheet\.write(_row|_column)?\(", texts[name])]
    assert [
        name for name in guesses if '"strings_to_formulas": False, "strings_to_urls": False' not in texts[name]
    ] == []
    assert [name for name in books if re.search(r"\.write_(formula|url|array_formula)\(", texts[name])] == []


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
