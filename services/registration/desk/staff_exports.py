"""The list of a gathering for spreadsheets: CSV as it is read, XLSX as a file. Texts stay texts, whatever they begin with."""

from __future__ import annotations

import asyncio
import csv
import io
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

from chassis.storage.mongo import Document
from chassis.text.languages import LANGUAGES, pick
from chassis.text.spreadsheets import guarded
from chassis.text.translations import mark
from services.registration.domain.questions import Question
from services.registration.questions.answering import questions_shown
from services.registration.questions.wording import Wording, for_readers
from services.registration.seats.documents import Answer

COLUMNS = {
    "id": mark("Number"),
    "name": mark("Name"),
    "people": mark("People"),
    "companions": mark("Companions"),
    "status": mark("State"),
    "position": mark("Position in line"),
    "people_here": mark("Came"),
    "phone": mark("Telephone number"),
    "email": mark("E-mail address"),
    "post": mark("Postal address"),
    "language": mark("Language"),
    "support": mark("Support"),
    "channel": mark("Registered by"),
}
WIDTHS = {"id": 12, "name": 26, "companions": 30, "email": 28, "post": 28, "support": 30}
BUFFER = 64 * 1024
LONGEST_CELL = 32_767
"""Characters that Excel takes; of more, `write_string` would write nothing."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


@dataclass(frozen=True)
class Columns:
    """What a row is made with: the words for each kind of support, and the questions that have a column each."""

    labels: dict[str, str]
    questions: dict[str, Question]
    wording: Wording

    @property
    def answers(self) -> dict[str, str]:
        """The headings of questions by the names of their columns."""
        return {f"answers.{id}": self.wording.question(one) for id, one in self.questions.items()}


def columns_of(gathering: Document, special: bool, wording: Wording) -> Columns:
    """Choose the columns for a gathering as the desk knows it. `special`: also questions of a special kind."""
    labels = {offer["id"]: pick(offer["label"], wording.language)[0] for offer in gathering["support"]}
    return Columns(labels, for_readers(questions_shown(gathering), special), wording)


def cells(item: Answer, columns: Columns) -> dict[str, str | float | None]:
    """Write one registration as a row. Support and answers are told in words."""
    names = [item["name"], *item["party"]]
    answers = {
        f"answers.{id}": columns.wording.cell(question, item["answers"].get(id), names)
        for id, question in columns.questions.items()
    }
    contact, party = item["contact"], item["party"]
    return {
        "id": item["id"],
        "name": item["name"],
        "people": 1 + len(party),
        "companions": ", ".join(name for name in party if name),
        "status": item["status"],
        "position": item.get("position"),
        "people_here": item.get("people_here"),
        "phone": contact.get("phone"),
        "email": contact.get("email"),
        "post": contact.get("post"),
        "language": LANGUAGES[item["language"]].endonym,
        "support": ", ".join(columns.labels.get(id, id) for id in item["support"]),
        "channel": "door" if item.get("walk_in") else item["channel"],
        **answers,
    }


async def csv_rows(items: AsyncIterator[Answer], columns: Columns, delimiter: str) -> AsyncIterator[bytes]:
    """Write the list as CSV, in UTF-8 with byte-order mark, because Excel takes it for Latin otherwise; columns are named as in the API."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)

    def taken() -> bytes:
        text = out.getvalue()
        out.seek(0)
        out.truncate()
        return text.encode()

    writer.writerow([*COLUMNS, *map(guarded, columns.answers)])
    yield b"\xef\xbb\xbf" + taken()
    async for item in items:
        row = cells(item, columns)
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row.values()])
        if out.tell() > BUFFER:
            yield taken()
    yield taken()


async def xlsx_file(items: AsyncIterator[Answer], columns: Columns) -> Iterator[bytes]:
    """Write the list as a workbook, in pieces; it is put together on disk, row by row."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed when its pieces are read
    from xlsxwriter import Workbook

    workbook = Workbook(
        file, {"constant_memory": True, "in_memory": False, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = workbook.add_worksheet()
    bold = workbook.add_format({"bold": True})
    headings = {name: columns.wording.say(heading) for name, heading in COLUMNS.items()} | columns.answers
    for column, (name, heading) in enumerate(headings.items()):
        sheet.set_column(column, column, WIDTHS.get(name, 16))
        sheet.write_string(0, column, heading, bold)
    sheet.freeze_panes(1, 2)
    number = 0
    async for item in items:
        number += 1
        _write(sheet, number, cells(item, columns))
    sheet.autofilter(0, 0, number, len(headings) - 1)
    await asyncio.to_thread(workbook.close)
    file.seek(0)
    return _pieces(file)


def _write(sheet: Any, row: int, values: dict[str, str | float | None]) -> None:
    """Write a row, every text by `write_string`: nothing is taken for a formula, a number or a link. What is too long for a cell is cut and says so."""
    for column, value in enumerate(values.values()):
        if isinstance(value, str):
            sheet.write_string(row, column, value if len(value) <= LONGEST_CELL else f"{value[: LONGEST_CELL - 2]} …")
        elif value is not None:
            sheet.write_number(row, column, value)


def _pieces(file: Any) -> Iterator[bytes]:
    with file:
        while piece := file.read(BUFFER):
            yield piece
