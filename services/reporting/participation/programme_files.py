"""The programme's figures as files: CSV, and a workbook with a native chart beside each table."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from services.reporting.spreadsheet import csv_bytes

TABLES = ("months", "kinds", "languages", "channels")
WORDS: Mapping[str, Mapping[str, str]] = {
    "de": {
        "table": "Tabelle",
        "key": "Wert",
        "people": "Personen",
        "as_of": "Stand",
        "months": "Monate",
        "kinds": "Arten",
        "languages": "Sprachen",
        "channels": "Wege",
        "items": "Kommunen",
        "municipality": "Kommune",
        "gatherings": "Veranstaltungen",
        "registered_people": "Personen",
        "attended_people": "waren da",
        "assessments": "Selbstchecks",
        "assessments_closed": "abgeschlossen",
        "alt": "Balken: {}. Dieselben Zahlen stehen in der Tabelle daneben.",
    },
    "en": {
        "table": "Table",
        "key": "Value",
        "people": "People",
        "as_of": "As of",
        "months": "Months",
        "kinds": "Kinds",
        "languages": "Languages",
        "channels": "Ways",
        "items": "Municipalities",
        "municipality": "Municipality",
        "gatherings": "Meetings",
        "registered_people": "People",
        "attended_people": "Were there",
        "assessments": "Self-checks",
        "assessments_closed": "closed",
        "alt": "Bars: {}. The table beside has the same numbers.",
    },
}
NUMBERS = ("gatherings", "registered_people", "attended_people", "assessments", "assessments_closed")
Language = Literal["de", "en"]


def csv(figures: Mapping[str, Any], language: Language) -> bytes:
    """One row for each number, with the table that it stands in."""
    words = WORDS[language]
    header = [words[name] for name in ("table", "key", "people", "as_of")]
    rows = [(words[table], row["key"], row["people"], figures["as_of"]) for table in TABLES for row in figures[table]]
    rows += [
        (f"{words['items']}: {words[name]}", item["tenant"], item[name], item["as_of"])
        for item in figures["items"]
        for name in NUMBERS
    ]
    return csv_bytes(header, rows, language)


def workbook(figures: Mapping[str, Any], language: Language) -> bytes:
    """A sheet for each table."""
    import xlsxwriter

    words, out = WORDS[language], io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": "Weltoffene Kommune", "comments": f"{words['as_of']}: {figures['as_of']}"})
    bold = book.add_format({"bold": True})
    for table in TABLES:
        sheet, rows = book.add_worksheet(words[table]), figures[table]
        _write_table(sheet, [words["key"], words["people"]], [(row["key"], row["people"]) for row in rows], bold)
        sheet.write(len(rows) + 2, 0, f"{words['as_of']}: {figures['as_of']}")
        if rows:
            name = words[table]
            chart = book.add_chart({"type": "bar"})
            chart.add_series(
                {
                    "name": words["people"],
                    "categories": [name, 1, 0, len(rows), 0],
                    "values": [name, 1, 1, len(rows), 1],
                }
            )
            chart.set_title({"name": name})
            chart.set_legend({"none": True})
            sheet.insert_chart("D2", chart, {"description": words["alt"].format(name)})
    items = [(next(iter(item["name"].values())), *(item[name] for name in NUMBERS)) for item in figures["items"]]
    heads = [words["municipality"], *(words[name] for name in NUMBERS)]
    _write_table(book.add_worksheet(words["items"]), heads, items, bold)
    book.close()
    return out.getvalue()


def _write_table(sheet: Any, head: Sequence[str], rows: Sequence[Sequence[Any]], bold: Any) -> None:
    """Write a table into a sheet; a cell is empty where its number may not be shown."""
    sheet.write_row(0, 0, head, bold)
    sheet.set_column(0, 0, 32)
    sheet.freeze_panes(1, 0)
    for place, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(place, column, cell)
            elif cell is not None:
                sheet.write_number(place, column, cell)
