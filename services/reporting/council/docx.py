"""Writes a document of blocks as DOCX, to be edited: styles for headings, header rows that repeat, the language set."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from services.reporting.domain.blocks import (
    Block,
    Bullets,
    Document,
    Facts,
    Heading,
    PageBreak,
    Paragraph,
    Picture,
    Table,
    TwoColumns,
)

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LOCALES = {"de": "de-DE", "en": "en-GB"}
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def office_text(text: str) -> str:
    """The text with U+FFFD for what XML can't hold: a document must always come."""
    return _NOT_IN_XML.sub("\ufffd", text)


def as_docx(document: Document) -> bytes:
    """A document as DOCX, without its pictures: the table beside each holds the same figures. Takes some 0.1 s: call it in a thread."""
    import docx
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    docx_document = docx.Document()
    properties = docx_document.core_properties
    properties.title, properties.author = office_text(document.title), office_text(document.above)
    properties.language, properties.comments = LOCALES[document.language], ""
    normal: Any = docx_document.styles["Normal"]
    normal.font.size = Pt(11)
    language = normal.element.get_or_add_rPr().makeelement(qn("w:lang"), {qn("w:val"): LOCALES[document.language]})
    normal.element.get_or_add_rPr().append(language)
    section = docx_document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.3)
    section.footer.paragraphs[0].text = office_text(document.footer)
    docx_document.add_paragraph(office_text(document.above))
    docx_document.add_heading(office_text(document.title), 1)
    _write(docx_document, document.blocks)
    out = io.BytesIO()
    docx_document.save(out)
    return out.getvalue()


def _write(docx_document: Any, blocks: Sequence[Block]) -> None:
    for block in blocks:
        match block:
            case Heading(text, level):
                docx_document.add_heading(office_text(text), level)
            case Paragraph(text, lead):
                run = docx_document.add_paragraph().add_run(office_text(text))
                run.bold = lead or None
            case Bullets(items):
                for item in items:
                    docx_document.add_paragraph(office_text(item), style="List Bullet")
            case Facts(rows):
                _table(docx_document, [], rows, bold_first=True)
            case Table(caption, header, rows):
                if caption:
                    docx_document.add_heading(office_text(caption), 3)
                _table(docx_document, header, rows)
            case TwoColumns(left, right):
                _write(docx_document, left)
                _write(docx_document, right)
            case PageBreak():
                docx_document.add_page_break()
            case Picture():
                continue


def _table(docx_document: Any, header: Sequence[str], rows: Sequence[Sequence[str]], bold_first: bool = False) -> None:
    from docx.oxml import OxmlElement

    lines = [header, *rows] if header else list(rows)
    table = docx_document.add_table(rows=len(lines), cols=len(lines[0]), style="Table Grid")
    for place, line in enumerate(lines):
        cells = table.rows[place].cells
        for column, text in enumerate(line):
            run = cells[column].paragraphs[0].add_run(office_text(text))
            run.bold = (bool(header) and place == 0) or (bold_first and column == 0) or None
    if header:
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    docx_document.add_paragraph()
