"""Texts of a questionnaire's flaws on pages: by the flaw's code, with its values."""

from __future__ import annotations

import re
from gettext import NullTranslations

from chassis.text.translations import mark
from services.selfcheck.domain.errors import Flaw

_CELL = re.compile(r"/([a-z]+)/([A-Z]+[0-9]+)")

FLAW_TEXTS = {
    "cell_not_text": mark(
        "The spreadsheet made a date or a truth value of this; format the cell as text and type it again."
    ),
    "choice_unknown": mark("“%(key)s” has to be one of %(options)s."),
    "column_missing": mark("The sheet has no column “%(column)s”; add it."),
    "column_misspelt": mark("This column is not known; did you mean “%(close)s”?"),
    "column_twice": mark("There is a column with this heading already; keep one of them."),
    "column_unknown": mark("This column is not known; remove it, or call it “note”."),
    "continued_twice": mark("Another question continues this one already; keep the closer one and make the other new."),
    "continued_unknown": mark(
        "Version %(version)s has no question with this id; correct it, or leave continues and relation empty."
    ),
    "id_duplicate": mark("This id is taken by another entry already; give each an id of its own."),
    "id_malformed": mark(
        "Use only letters from a to z, digits and the signs . _ : - (at most %(most)s), for example “field.1”."
    ),
    "integer_out_of_range": mark("“%(key)s” has to be a whole number from %(low)s to %(high)s."),
    "key_misspelt": mark("This key is not known; did you mean “%(close)s”?"),
    "labels_count": mark(
        "A scale from %(low)s to %(high)s has %(levels)s levels, but %(labels)s labels are given; write one label per level, lowest first."
    ),
    "language_malformed": mark("Name the language by its code, as in “de-simple”."),
    "language_missing": mark("Add the text in the default language “%(language)s”."),
    "levels_not_rising": mark("Levels rise by one from row to row; correct the number."),
    "list_expected": mark("“%(key)s” has to be a list."),
    "malformed_json": mark("This is not JSON. Save the file anew, encoded in UTF-8."),
    "missing": mark("“%(key)s” is missing; add it."),
    "number_not_positive": mark("“%(key)s” has to be a number greater than 0 and at most %(high)s."),
    "number_out_of_range": mark("“%(key)s” has to be a number of at least 0 and at most %(high)s."),
    "object_expected": mark("This has to be an object with %(keys)s."),
    "one_row": mark("This sheet has one row; remove the others."),
    "reference_unknown": mark("There is no such entry in the sheet “%(sheet)s”; correct this id, or add it there."),
    "rule_twice": mark("This rule is there already; keep one of them."),
    "rule_unknown": mark("There is no such rule; the rules are %(rules)s."),
    "scale_changed": mark(
        "The scale differs from version %(version)s; use “comparable”, or leave continues and relation empty."
    ),
    "scale_range": mark("“max” has to be greater than “min”, by at most %(most)s."),
    "sheet_missing": mark("The sheet “%(sheet)s” is missing; add it, or begin with an exported workbook."),
    "text_empty": mark("Write the text in this language, or remove the language."),
    "text_too_long": mark("Shorten the text to %(most)s characters."),
    "text_unprintable": mark("The text holds characters that nobody can see; type it again instead of copying it."),
    "texts_expected": mark("Write the text by language, at least in “%(language)s”."),
    "too_few": mark("“%(key)s” needs at least %(least)s; add what is missing."),
    "too_many": mark("“%(key)s” may have at most %(most)s entries; split it."),
    "too_many_questions": mark("A questionnaire may have at most %(most)s questions."),
    "unknown_key": mark("This key is not known; allowed are %(keys)s."),
    "version_published": mark("This version is published already and never changes; give the draft a new version."),
    "version_reserved": mark("This word has another meaning in addresses; number the versions."),
    "workbook_too_large": mark(
        "The workbook holds far more than a questionnaire; copy its sheets into an exported workbook and send that."
    ),
    "workbook_unreadable": mark("This is no workbook that can be read; save it as XLSX and send it again."),
}


def explain(flaw: Flaw, texts: NullTranslations) -> dict[str, str]:
    """The flaw for a table: `sheet` and `cell` of a workbook, else the `place` in the document; and what to do."""
    match = _CELL.fullmatch(flaw.pointer)
    return {
        "sheet": match.group(1) if match else "",
        "cell": match.group(2) if match else "",
        "place": flaw.pointer or "/",
        "detail": texts.gettext(FLAW_TEXTS[flaw.code]) % flaw.values,
    }
