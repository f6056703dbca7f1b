"""The list of a gathering for spreadsheets: CSV as it is read, XLSX as a file. Texts stay texts, whatever they begin with."""

from __future__ import annotations

import asyncio
import csv
import io
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

from chassis.storage.mongo import Document
from chassis.text.languages import LANGUAGES, pick
from chassis.text.spreadsheets import guarded
from chassis.text.translations import mark
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
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


def cells(item: Answer, labels: dict[str, str]) -> dict[str, str | int | None]:
    """One registration as a row. Support is told by its label."""
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
        "support": ", ".join(labels.get(id, id) for id in item["support"]),
        "channel": "door" if item.get("walk_in") else item["channel"],
    }


def labels_of(offers: Iterable[Document], language: str) -> dict[str, str]:
    """The words for each kind of support a gathering offers."""
    return {offer["id"]: pick(offer["label"], language)[0] for offer in offers}


async def csv_rows(items: AsyncIterator[Answer], labels: dict[str, str], delimiter: str) -> AsyncIterator[bytes]:
    """UTF-8 with byte-order mark, because Excel takes it for Latin otherwise; columns are named as in the API."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)

    def taken() -> bytes:
        text = out.getvalue()
        out.seek(0)
        out.truncate()
        return text.encode()

    writer.writerow(COLUMNS)
    yield b"\xef\xbb\xbf" + taken()
    async for item in items:
        row = cells(item, labels)
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row.values()])
        if out.tell() > BUFFER:
            yield taken()
    yield taken()


async def xlsx_file(items: AsyncIterator[Answer], labels: dict[str, str], headings: Iterable[str]) -> Iterator[bytes]:
    """The workbook in pieces; it is put together on disk, row by row. `headings` in the order of COLUMNS."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed when its pieces are read
    from xlsxwriter import Workbook

    workbook = Workbook(
        file, {"constant_memory": True, "in_memory": False, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = workbook.add_worksheet()
    bold = workbook.add_format({"bold": True})
    for column, (name, heading) in enumerate(zip(COLUMNS, headings, strict=True)):
        sheet.set_column(column, column, WIDTHS.get(name, 16))
        sheet.write_string(0, column, heading, bold)
    sheet.freeze_panes(1, 2)
    number = 0
    async for item in items:
        number += 1
        _write(sheet, number, cells(item, labels))
    sheet.autofilter(0, 0, number, len(COLUMNS) - 1)
    await asyncio.to_thread(workbook.close)
    file.seek(0)
    return _pieces(file)


def _write(sheet: Any, row: int, values: dict[str, str | int | None]) -> None:
    """Every text by `write_string`: nothing is taken for a formula, a number or a link."""
    for column, value in enumerate(values.values()):
        if isinstance(value, str):
            sheet.write_string(row, column, value)
        elif value is not None:
            sheet.write_number(row, column, value)


def _pieces(file: Any) -> Iterator[bytes]:
    with file:
        while piece := file.read(BUFFER):
            yield piece
