"""Workbooks: nothing is lost on the way there and back, no text becomes a formula, and hostile ones are refused quickly."""

from __future__ import annotations

import io
import json
import random
import re
import resource
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given

from services.selfcheck.domain.errors import Invalid
from services.selfcheck.domain.questionnaire import content_hash
from services.selfcheck.domain.questionnaire_tables import from_tables
from services.selfcheck.questionnaires.questionnaire_xlsx import MAX_UPLOAD, read, write
from services.selfcheck.questionnaires.repository import SHIPPED
from services.selfcheck.questionnaires.workbook_check import WorkbookCheck
from services.selfcheck.upload_child import CPU_SECONDS
from tests.unit.selfcheck.builders import EXAMPLES, document
from tests.unit.selfcheck.documents import documents

SMALL = document({"f": {"f.q": 1}})
OURS = json.loads((SHIPPED / "weltoffene-kommune-1.json").read_text("utf-8"))


@EXAMPLES
@given(documents())
def test_export_and_import_give_the_same_content(source: dict[str, Any]) -> None:
    assert content_hash(from_tables(read(write(source))).document) == content_hash(source)


def test_the_shipped_questionnaire_survives_export_and_import() -> None:
    assert content_hash(from_tables(read(write(OURS))).document) == content_hash(OURS)


def test_no_text_is_a_formula() -> None:
    source = document({"f": {"q1": 1}})
    for start in "=+-@":
        source["fields"][0]["title"] = {"de": f'{start}cmd|" /C calc"!A0'}
        book = openpyxl.load_workbook(io.BytesIO(write(source)))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert {cell.data_type for cell in cells} <= {"s", "n"}
        assert from_tables(read(write(source))).document["fields"][0]["title"] == source["fields"][0]["title"]


def test_a_workbook_saved_by_another_program_reads_the_same() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write(OURS)))
    book["questions"].insert_rows(2)
    book.create_sheet("sums")["A1"] = "=1+1"
    saved = io.BytesIO()
    book.save(saved)
    assert content_hash(from_tables(read(saved.getvalue())).document) == content_hash(OURS)


def changed(name: str, change: Callable[[str], str], source: bytes | None = None) -> bytes:
    """A workbook whose part `name` was edited by hand."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(source or write(SMALL))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            words = old.read(part.filename).decode()
            new.writestr(part.filename, change(words) if part.filename == name else words)
    return out.getvalue()


def lied_about(content: bytes, size: int) -> bytes:
    """The workbook, its directory claiming that every part is small."""
    marked = bytearray(content)
    place = marked.find(b"PK\x01\x02")
    while place >= 0:
        marked[place + 24 : place + 28] = size.to_bytes(4, "little")
        place = marked.find(b"PK\x01\x02", place + 4)
    return bytes(marked)


SHEET = "xl/worksheets/sheet6.xml"
STRINGS = "xl/sharedStrings.xml"


def far_away(reference: str) -> bytes:
    return changed(
        SHEET,
        lambda words: words.replace("</sheetData>", f'<row r="9"><c r="{reference}"><v>1</v></c></row></sheetData>'),
    )


def unpacking(megabytes: int) -> bytes:
    return changed(
        STRINGS, lambda words: words.replace("</sst>", "<si><t>" + " " * (megabytes << 20) + "</t></si></sst>")
    )


def shared(cells: int, length: int) -> bytes:
    row = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(10, 10 + cells))
    long = changed(STRINGS, lambda words: re.sub(r"<si><t[^>]*>[^<]*", "<si><t>" + "x" * length, words, count=1))
    return changed(SHEET, lambda words: words.replace("</sheetData>", row + "</sheetData>"), long)


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
HOSTILE = {
    "too many bytes": lambda: unpacking(40),
    "a directory that lies": lambda: lied_about(unpacking(40), 100),
    "a cell far to the right": lambda: far_away("XFD9"),
    "a cell far below": lambda: far_away("A1048576"),
    "a row far below": lambda: changed(
        SHEET, lambda words: words.replace("</sheetData>", '<row r="1048576"><c><v>1</v></c></row></sheetData>')
    ),
    "one long text shared by many": lambda: shared(2500, 30_000),
    "many cells in a row": lambda: changed(
        SHEET, lambda words: words.replace("</sheetData>", "<row>" + "<c/>" * 90_000 + "</row></sheetData>")
    ),
    "entities": lambda: changed(STRINGS, lambda words: words.replace("<sst", f"{LAUGHS}<sst")),
    "no XML": lambda: changed(SHEET, lambda words: words[:-40]),
    "a strange reference": lambda: far_away("1A"),
    "no workbook part": lambda: changed("xl/workbook.xml", lambda words: "<nothing/>"),
    "many parts": lambda: many_parts(),
    "no archive": lambda: b"id;version\n1;2\n",
    "nothing": lambda: b"",
    "half": lambda: write(SMALL)[:2000],
    "damaged, by bzip2": lambda: damaged(zipfile.ZIP_BZIP2),
    "damaged, by LZMA": lambda: damaged(zipfile.ZIP_LZMA),
}


def damaged(packing: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as packed:
        packed.writestr("x.xml", "<a/>" * 100)
    content = bytearray(out.getvalue())
    for at in range(45, 55):
        content[at] ^= 0xFF
    return bytes(content)


def many_parts() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for number in range(5000):
            packed.writestr(f"xl/{number}.xml", "<a/>")
    return out.getvalue()


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_workbooks_are_refused_quickly(kind: str) -> None:
    content = HOSTILE[kind]()
    tracemalloc.start()
    started = time.process_time()
    try:
        with pytest.raises(Invalid) as caught:
            from_tables(read(content))
        took, (_, peak) = time.process_time() - started, tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert took < 3
    assert peak < 120 << 20
    assert {flaw.code for flaw in caught.value.flaws} & {"workbook_unreadable", "workbook_too_large", "sheet_missing"}


@pytest.mark.parametrize("kind", HOSTILE)
async def test_a_hostile_workbook_is_read_in_a_child_within_the_limits(kind: str) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with pytest.raises(Invalid) as caught:
        from_tables(await WorkbookCheck().tables(HOSTILE[kind]()[: MAX_UPLOAD + 1]))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert {flaw.code for flaw in caught.value.flaws} & {"workbook_unreadable", "workbook_too_large", "sheet_missing"}
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < CPU_SECONDS + 0.5


async def test_a_child_that_goes_over_is_ended_and_the_workbook_refused() -> None:
    with pytest.raises(Invalid) as caught:
        await WorkbookCheck(20 * 1024 * 1024).tables(write(SMALL))
    assert [flaw.code for flaw in caught.value.flaws] == ["workbook_unreadable"]


async def test_what_is_fine_comes_back_from_the_child_as_it_is() -> None:
    assert content_hash(from_tables(await WorkbookCheck().tables(write(OURS))).document) == content_hash(OURS)
    dated = openpyxl.load_workbook(io.BytesIO(write(SMALL)))
    for row in dated["questions"].iter_rows(min_row=2):
        for cell in row:
            cell.value = datetime(2027, 5, 3)
    saved = io.BytesIO()
    dated.save(saved)
    tables = await WorkbookCheck().tables(saved.getvalue())
    with pytest.raises(Invalid) as there:
        from_tables(tables)
    with pytest.raises(Invalid) as here:
        from_tables(read(saved.getvalue()))
    assert there.value.flaws == here.value.flaws


def test_damaged_workbooks_never_break_anything() -> None:
    """Random bytes in a real workbook: refused, or read with whatever flaws they have."""
    chance = random.Random(5)
    source = write(SMALL)
    for _ in range(300):
        damaged = bytearray(source)
        for _ in range(chance.randint(1, 30)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            from_tables(read(bytes(damaged)))
        except Invalid as invalid:
            assert invalid.flaws


def test_damaged_parts_never_break_anything() -> None:
    """Random characters in the parts themselves, which then carry the right checksums."""
    chance = random.Random(6)
    names = ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", STRINGS, SHEET, "xl/styles.xml", "[Content_Types].xml"]

    def damage(words: str) -> str:
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(words))
            words = (
                words[:at]
                + chance.choice(['"', "<", ">", "9", "-1", "x", "", "99999999999"])
                + words[at + chance.randint(0, 9) :]
            )
        return words

    for _ in range(400):
        try:
            from_tables(read(changed(chance.choice(names), damage)))
        except Invalid as invalid:
            assert invalid.flaws
