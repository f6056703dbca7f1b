"""A questionnaire as tables for people: one sheet per thing, one row per entry, one column per language; and back.

Sheets and columns (`TEXTS [language]` stands for as many columns as there are languages; a column `note` is never read):

    questionnaire  id, version, title […]              one row
    scale          level, label […]                    lowest level first
    rules          rule, value                         unsure, unanswered, overall, minimum_coverage, decimals
    fields         id, weight, title […]
    criteria       field, id, title […]
    questions      field, criterion, id, weight, continues, relation, text […], help […]

Whatever is wrong with the content is found by the one parser of documents; here its JSON pointers become sheet and cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.selfcheck.domain.errors import Flaw, Invalid, pointer
from services.selfcheck.domain.questionnaire_document import parse
from services.selfcheck.domain.reading import MAX_FLAWS
from services.selfcheck.domain.sheet_columns import Cell, Columns, Row, Sheet, Tables, reading_order

COLUMNS: dict[str, Columns] = {
    "questionnaire": Columns(("id", "version"), ("title",)),
    "scale": Columns(("level",), ("label",)),
    "rules": Columns(("rule", "value")),
    "fields": Columns(("id", "weight"), ("title",)),
    "criteria": Columns(("field", "id"), ("title",)),
    "questions": Columns(
        ("field", "criterion", "id", "weight", "continues", "relation"),
        ("text", "help"),
        frozenset({"continues", "relation"}),
    ),
}
RULES = ("unsure", "unanswered", "overall", "minimum_coverage", "decimals")
_NUMBER = re.compile(r"-?\d+([.,]\d+)?([eE][+-]?\d+)?")


@dataclass(frozen=True)
class FromTables:
    """A document read from tables; `placed` moves a flaw of the document to the cell it came from."""

    document: dict[str, Any]
    placed: Callable[[Flaw], Flaw]


def to_tables(document: Mapping[str, Any]) -> Tables:
    """The tables of a valid document. Reading them back gives a document with the same content hash."""
    fields = document["fields"]
    criteria = [(field["id"], criterion) for field in fields for criterion in field["criteria"]]
    questions = [
        (field, criterion["id"], question) for field, criterion in criteria for question in criterion["questions"]
    ]
    scale = document["scale"]
    rows: dict[str, list[tuple[list[Cell], list[Mapping[str, str]]]]] = {
        "questionnaire": [([document["id"], document["version"]], [document["title"]])],
        "scale": [([scale["min"] + step], [label]) for step, label in enumerate(scale["labels"])],
        "rules": [([rule, document["rules"][rule]], []) for rule in RULES],
        "fields": [([field["id"], field["weight"]], [field["title"]]) for field in fields],
        "criteria": [([field, criterion["id"]], [criterion["title"]]) for field, criterion in criteria],
        "questions": [
            (
                [field, criterion, question["id"], question["weight"], *_continued(question)],
                [question["text"], question.get("help") or {}],
            )
            for field, criterion, question in questions
        ],
    }
    languages = _languages(texts for sheet in rows.values() for _, groups in sheet for texts in groups)
    tables: Tables = {}
    for sheet, columns in COLUMNS.items():
        text_columns = [f"{name} [{language}]" for name in columns.texts for language in languages]
        heading: list[Cell] = [*columns.plain, *text_columns]
        tables[sheet] = [heading] + [
            [*cells, *(texts.get(language) for texts in groups for language in languages)]
            for cells, groups in rows[sheet]
        ]
    return tables


def from_tables(tables: Tables) -> FromTables:
    """The document the tables describe.

    Raises `Invalid` with every flaw, of the tables and of the content; their pointers are `/sheet/cell`, as `/questions/C5`.
    """
    reading = _Reading()
    sheets = {name: Sheet.of(name, tables.get(name), columns, reading.note) for name, columns in COLUMNS.items()}
    document = reading.document(sheets)
    flaws = list(reading.flaws)
    try:
        parse(document)
    except Invalid as invalid:
        # A cell or a whole sheet that has a flaw already gets no second one; its consequences would only confuse.
        flawed_places = {flaw.pointer for flaw in flaws}
        flaws += [flaw for flaw in map(reading.placed, invalid.flaws) if flaw.pointer not in flawed_places]
    if flaws:
        flaws.sort(key=lambda flaw: reading_order(flaw.pointer, list(COLUMNS)))
        raise Invalid(flaws[:MAX_FLAWS])
    return FromTables(document, reading.placed)


class _Reading:
    """Builds the document, and remembers for each part of it which cell it came from."""

    def __init__(self) -> None:
        self.flaws: list[Flaw] = []
        self._places: dict[str, str] = {}

    def note(self, place: str, code: str, detail: str, **values: object) -> None:
        if len(self.flaws) < MAX_FLAWS:
            self.flaws.append(Flaw(place, code, detail % values if values else detail, values))

    def placed(self, flaw: Flaw) -> Flaw:
        """The flaw at its cell, or the closest that has one."""
        path = flaw.pointer
        while path and path not in self._places:
            path = path.rpartition("/")[0]
        return Flaw(self._places.get(path, "/questionnaire"), flaw.code, flaw.detail, flaw.values)

    def document(self, sheets: Mapping[str, Sheet]) -> dict[str, Any]:
        document = self._head(sheets["questionnaire"])
        document["scale"] = self._scale(sheets["scale"])
        document["rules"] = self._rules(sheets["rules"])
        fields: list[Any] = []
        document["fields"] = fields
        of_field: dict[str, tuple[int, list[Any]]] = {}
        for row in sheets["fields"].rows:
            path = f"/fields/{len(fields)}"
            field = self._entry(sheets["fields"], row, path, weighted=True) | {"criteria": []}
            of_field.setdefault(str(field.get("id")), (len(fields), field["criteria"]))
            fields.append(field)
        self._places["/fields"] = "/fields"
        of_criterion = self._criteria(sheets["criteria"], of_field)
        self._questions(sheets["questions"], of_field, of_criterion)
        return document

    def _head(self, sheet: Sheet) -> dict[str, Any]:
        if not sheet.rows:
            return {}
        for row in sheet.rows[1:]:
            detail = "This sheet has one row; remove the others."
            self.note(sheet.cell(row.number, 0), "one_row", detail)
        first = sheet.rows[0]
        head = self._entry(sheet, first, "")
        self._put_words(head, sheet, first, "version", "", "version")
        self._places[""] = f"/{sheet.name}"
        return head

    def _scale(self, sheet: Sheet) -> dict[str, Any]:
        self._places["/scale"] = f"/{sheet.name}"
        labels: list[Any] = []
        levels: list[Any] = []
        for row in sheet.rows:
            path = f"/scale/labels/{len(labels)}"
            labels.append(self._texts(sheet, row, "label", path))
            place = sheet.place(row, "level")
            levels.append(_number(row.plain.get("level")))
            if len(levels) == 1:
                self._places["/scale/min"] = place
            self._places["/scale/max"] = place
            if len(levels) > 1 and levels[-1] != _next(levels[-2]):
                detail = "Levels rise by one from row to row; correct the number."
                self.note(place, "levels_not_rising", detail)
        return {"min": levels[0], "max": levels[-1], "labels": labels} if levels else {"labels": []}

    def _rules(self, sheet: Sheet) -> dict[str, Any]:
        self._places["/rules"] = f"/{sheet.name}"
        rules: dict[str, Any] = {}
        for row in sheet.rows:
            rule = str(row.plain.get("rule") or "").strip()
            place = sheet.place(row, "rule")
            if rule not in RULES:
                detail = "There is no such rule; the rules are %(rules)s."
                self.note(place, "rule_unknown", detail, rules=", ".join(RULES))
            elif rule in rules:
                self.note(place, "rule_twice", "This rule is there already; keep one of them.")
            else:
                rules[rule] = _number(row.plain.get("value"))
                self._places[f"/rules/{rule}"] = sheet.place(row, "value")
        return rules

    def _criteria(
        self, sheet: Sheet, of_field: dict[str, tuple[int, list[Any]]]
    ) -> dict[tuple[str, str], tuple[str, list[Any]]]:
        of_criterion: dict[tuple[str, str], tuple[str, list[Any]]] = {}
        for row in sheet.rows:
            owner = self._reference(row, "field")
            if owner not in of_field:
                self._note_unknown_reference(sheet, row, "field", "fields")
                continue
            number, criteria = of_field[owner]
            path = f"/fields/{number}/criteria/{len(criteria)}"
            criterion = self._entry(sheet, row, path) | {"questions": []}
            of_criterion.setdefault((owner, str(criterion.get("id"))), (path, criterion["questions"]))
            criteria.append(criterion)
        return of_criterion

    def _questions(
        self, sheet: Sheet, of_field: Mapping[str, Any], of_criterion: dict[tuple[str, str], tuple[str, list[Any]]]
    ) -> None:
        for row in sheet.rows:
            owner, criterion = self._reference(row, "field"), self._reference(row, "criterion")
            if (owner, criterion) not in of_criterion:
                owner_known = owner in of_field
                self._note_unknown_reference(
                    sheet, row, "criterion" if owner_known else "field", "criteria" if owner_known else "fields"
                )
                continue
            criterion_path, questions = of_criterion[owner, criterion]
            path = f"{criterion_path}/questions/{len(questions)}"
            question = self._entry(sheet, row, path, text="text", weighted=True)
            if "help" in row.texts:
                question["help"] = self._texts(sheet, row, "help", f"{path}/help")
            self._places[f"{path}/continues/question"] = sheet.place(row, "continues")
            self._places[f"{path}/continues/relation"] = sheet.place(row, "relation")
            if row.plain.get("continues") is not None or row.plain.get("relation") is not None:
                continues: dict[str, Any] = {}
                question["continues"] = continues
                self._put_words(continues, sheet, row, "continues", f"{path}/continues", "question")
                self._put_words(continues, sheet, row, "relation", f"{path}/continues", "relation")
            questions.append(question)

    def _entry(self, sheet: Sheet, row: Row, path: str, text: str = "title", weighted: bool = False) -> dict[str, Any]:
        """Id, weight and text of a row."""
        entry: dict[str, Any] = {}
        self._places[path] = sheet.place(row, "id")
        self._put_words(entry, sheet, row, "id", path, "id")
        if weighted:
            self._places[f"{path}/weight"] = sheet.place(row, "weight")
            if row.plain.get("weight") is not None:
                entry["weight"] = _number(row.plain["weight"])
        entry[text] = self._texts(sheet, row, text, f"{path}/{text}")
        return entry

    def _texts(self, sheet: Sheet, row: Row, name: str, path: str) -> dict[str, Any]:
        texts: dict[str, Any] = {}
        for (column, language), index in sheet.texts.items():
            if column == name:
                self._places[path + pointer(language)] = sheet.cell(row.number, index)
                self._places.setdefault(path, sheet.cell(row.number, index))
                cell = row.texts.get(name, {}).get(language)
                if cell is not None:
                    texts[language] = self._text(cell, sheet.cell(row.number, index))
        return texts

    def _put_words(self, target: dict[str, Any], sheet: Sheet, row: Row, column: str, path: str, key: str) -> None:
        """A cell of words under a key."""
        place = sheet.place(row, column)
        self._places[f"{path}/{key}"] = place
        cell = row.plain.get(column)
        if cell is not None:
            target[key] = self._text(cell, place)

    def _text(self, cell: Cell, place: str) -> str:
        if _is_words(cell):
            return _as_words(cell)
        detail = "The spreadsheet made a date or a truth value of this; format the cell as text and type it again."
        self.note(place, "cell_not_text", detail)
        return "-"

    def _reference(self, row: Row, column: str) -> str:
        cell = row.plain.get(column)
        return _as_words(cell) if _is_words(cell) else ""

    def _note_unknown_reference(self, sheet: Sheet, row: Row, column: str, where: str) -> None:
        if column in sheet.columns:
            detail = "There is no such entry in the sheet “%(sheet)s”; correct this id, or add it there."
            self.note(sheet.place(row, column), "reference_unknown", detail, sheet=where)


def _is_words(cell: Cell) -> bool:
    return isinstance(cell, str | int | float) and not isinstance(cell, bool)


def _as_words(cell: Cell) -> str:
    """A cell as words: a number that people typed without thinking of it as one is written as they see it."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _number(cell: Cell) -> Any:
    """A number, also one typed as text or with a decimal comma; other cells as they are."""
    if isinstance(cell, str) and _NUMBER.fullmatch(cell.strip()):
        cell = float(cell.strip().replace(",", "."))
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell.strip() if isinstance(cell, str) else cell


def _next(level: Any) -> Any:
    return level + 1 if isinstance(level, int | float) and not isinstance(level, bool) else None


def _continued(question: Mapping[str, Any]) -> list[Cell]:
    continues = question.get("continues") or {}
    return [continues.get("question"), continues.get("relation")]


def _languages(texts: Iterable[Mapping[str, str]]) -> list[str]:
    """All languages, German first, then as they come."""
    return list(dict.fromkeys(["de", *(language for one in texts for language in one)]))
