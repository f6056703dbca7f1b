"""Files that fetch something when they are opened, hold files of their own, or are larger than they look, are refused."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO

import docx
import pytest
import xlsxwriter

from services.selfcheck.domain.evidence import Unfit, kind_of
from tests.unit.selfcheck.test_evidence import PNG, packed, pdf
from tests.unit.selfcheck.test_hidden_in_files import KIND, ODT, objects, package

RELATIONSHIPS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>'
WORD = ("word/document.xml", "<w:document/>")
BEGIN, END = '<w:fldChar w:fldCharType="begin"/>', '<w:fldChar w:fldCharType="end"/>'


def code_of(content: bytes) -> str:
    with pytest.raises(Unfit) as caught:
        kind_of(content)
    return caught.value.code


def leading(kind: str, target: str, mode: str = "External") -> bytes:
    """A document with one relationship."""
    one = f'<Relationship Id="r1" Type="{KIND}{kind}" Target="{target}" TargetMode="{mode}"/>'
    return package(WORD, ("word/_rels/document.xml.rels", RELATIONSHIPS % one))


@pytest.mark.parametrize(
    ("kind", "target", "mode"),
    [
        ("image", "file:///c:/secret.png", "External"),
        ("image", "\\\\evil.example\\share\\a.png", "External"),
        ("image", "http://evil.example/a.png", "External"),
        ("image", "http://evil.example/a.png", "Internal"),
        ("image", "//evil.example/a.png", ""),
        ("image", "a.png", "external"),
        ("hyperlink", "file://evil.example/a", "External"),
        ("hyperlink", "\\\\evil.example\\a", "External"),
        ("hyperlink", "javascript:alert(1)", "External"),
        ("hyperlink", "a.exe", "External"),
    ],
)
def test_nothing_is_fetched_from_elsewhere(kind: str, target: str, mode: str) -> None:
    assert code_of(leading(kind, target, mode)) == "file_active"


@pytest.mark.parametrize("target", ["https://stadt.example/?a=1&amp;b=2", "HTTP://stadt.example", "mailto:a@b.example", "#top"])  # fmt: skip
def test_links_that_load_nothing_are_accepted(target: str) -> None:
    assert kind_of(leading("hyperlink", target)).suffix == ".docx"


@pytest.mark.parametrize(
    "member",
    [
        ("xl/macrosheets/sheet1.xml", "<x/>"),
        ("xl/macroSheets/intlsheet1.xml", "<x/>"),
        ("[Content_Types].xml", '<Override PartName="/xl/a.xml" ContentType="application/vnd.ms-excel.macrosheet+xml"/>'),
        ("[Content_Types].xml", '<Override PartName="/xl/a.xml" ContentType="application/vnd.ms-excel.intlmacrosheet+xml"/>'),
        ("xl/connections.xml", "<connections/>"),
        ("xl/queryTables/queryTable1.xml", "<x/>"),
        ("xl/externalLinks/externalLink1.xml", "<ddeLink/>"),
        ("[Content_Types].xml", '<Override PartName="/a" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.connections+xml"/>'),
        *((f"xl/media/a.{suffix}", "x") for suffix in ("docm", "DOCX", "xlsb", "xlam", "pptm", "ps1", "lnk", "jar", "exe", "zip", "rtf", "odt")),
    ],
)  # fmt: skip
def test_workbooks_run_fetch_and_carry_nothing(member: tuple[str, str]) -> None:
    assert code_of(package(("xl/workbook.xml", "<workbook/>"), member)) == "file_active"


def text(*signs: str) -> str:
    return "".join(f"<w:instrText xml:space='preserve'>{sign}</w:instrText>" for sign in signs)


@pytest.mark.parametrize(
    "fields",
    [
        BEGIN + text(" DDEAUTO c:\\\\cmd.exe") + END,
        BEGIN + text("dd", "e", "auto x") + END,
        BEGIN + text("&#68;DE x") + END,
        BEGIN + BEGIN + text("QUOTE 68 68 69") + END + text(" x") + END,
        BEGIN + text("DD") + BEGIN + text("QUOTE 69") + END + text(" x") + END,
        BEGIN + text("<![CDATA[DDE]]> x") + END,
        '<w:fldSimple w:instr=" DDE x y"/>',
        "<w:fldSimple w:instr='DDEAUTO x y'/>",
        "<w:t>" + "long " * 300_000 + "</w:t>" + BEGIN + text("DDE x") + END,
    ],
)
@pytest.mark.parametrize("part", ["word/document.xml", "word/header1.xml", "word/footnotes.xml"])
def test_no_field_starts_a_program(part: str, fields: str) -> None:
    parts = {"word/document.xml": "<w:document/>", part: f"<w:document>{fields}</w:document>"}
    assert code_of(package(*parts.items())) == "file_active"


def test_fields_that_load_nothing_are_accepted() -> None:
    usual = BEGIN + text("PAGE") + END + BEGIN + text(" REF Added_DDE ") + END
    usual += (
        BEGIN + text(" IF ") + BEGIN + text("PAGE") + END + text(" = 1") + END + '<w:fldSimple w:instr="NUMPAGES"/>'
    )
    written = f"<w:document><w:t>DDE</w:t>{usual}</w:document>"
    assert kind_of(package(("word/document.xml", written))).suffix == ".docx"


@pytest.mark.parametrize(
    ("inside", "taken"),
    [
        ('<draw:image xlink:href="http://evil.example/a.png"/>', False),
        ('<draw:image xlink:type="simple" xlink:href="../a.png"/>', False),
        ('<text:a xlink:href="file:///c:/a"/>', False),
        ('<office:dde-source office:dde-application="cmd"/>', False),
        ('<script:event-listener script:event-name="dom:load"/>', False),
        ('<draw:image xlink:href="Pictures/a.png"/><text:a xlink:href="https://stadt.example/"/><office:scripts/>', True),
    ],
)  # fmt: skip
def test_documents_of_libreoffice_fetch_nothing(inside: str, taken: bool) -> None:
    content = package(ODT, ("content.xml", f"<office:document-content>{inside}</office:document-content>"))
    assert taken == (kind_of(content).suffix == ".odt") if taken else code_of(content) == "file_active"


@pytest.mark.parametrize(
    "action",
    [
        b"/OpenAction << /S /URI /URI (http://evil.example) >>",
        b"/OpenAction << /Type /Action /S/U#52I /URI (http://evil.example) >>",
        b"/OpenAction 7 0 R >> endobj 7 0 obj << /S /URI /URI (http://evil.example) >> endobj <<",
        b"/OpenAction << /S /Launch /F (cmd.exe) >>",
        b"/OpenAction % a remark\n << /S % and another\r/URI /URI (http://evil.example) >>",
        b"/AA << /O << /S /URI /URI (http://evil.example) >> >>",
        b"/A#41\0<< /WC << /S /URI /URI (http://evil.example) >> >>",
        b"/AA 7 0 R >> endobj 7 0 obj << /O 8 0 R >> endobj 8 0 obj << /S /URI /URI (http://evil.example)",
    ],
)
def test_a_pdf_leads_nowhere_on_opening(action: bytes) -> None:
    assert code_of(b"%PDF-1.7 1 0 obj << /Type /Catalog " + action + b" >> endobj %%EOF") == "file_active"


def test_nor_by_an_action_among_packed_objects() -> None:
    link, page = b"<< /S /URI /URI (http://a.example) >>", b"<< /S /GoTo /D [3 0 R /Fit] >>"
    for opened, refused in ((2, True), (3, False)):
        catalog = b"<< /Type /Catalog /OpenAction %d 0 R >>" % opened
        index = b"1 0 2 %d 3 %d " % (len(catalog), len(catalog + link))
        content = objects(b"/Filter /FlateDecode", zlib.compress(index + catalog + link + page))
        assert (code_of(content) == "file_active") if refused else (kind_of(content).suffix == ".pdf")


def test_nor_by_turning_to_a_page_among_packed_objects() -> None:
    page = b"1 0 << /Type /Page /AA << /O << /S /URI /URI (http://evil.example) >> >> >>"
    assert code_of(objects(b"/Filter /FlateDecode", zlib.compress(page))) == "file_active"


def test_links_of_a_pdf_stay() -> None:
    linked = b"%PDF-1.7 1 0 obj << /OpenAction [3 0 R /Fit] >> endobj 4 0 obj << /S /URI /URI (https://a.example) >> endobj %%EOF"
    assert kind_of(linked).suffix == ".pdf"


@pytest.mark.parametrize("name", ["../a.xml", "word/../../a.xml", "/etc/passwd", "C:/a.xml", "word\\..\\a.xml", ".."])
def test_parts_stay_inside_their_archive(name: str) -> None:
    assert code_of(packed("word/document.xml", name)) == "file_broken"


@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "customXml/item1.xml", "docProps/core.XML"])
def test_no_part_declares_entities(part: str) -> None:
    parts: dict[str, str | bytes] = {"word/document.xml": "<x/>", part: '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///x">]><x>&a;</x>'}  # fmt: skip
    assert code_of(package(*parts.items())) == "file_active"
    assert code_of(package(*{**parts, part: "<!DOCTYPE x><x/>".encode("utf-16")}.items())) == "file_broken"


@pytest.mark.slow
def test_an_archive_unfolds_to_no_more_than_can_be_looked_through() -> None:
    for part in ("xl/worksheets/sheet1.xml", "xl/media/image1.png"):
        bomb = package(("xl/workbook.xml", "<workbook/>"), (part, b" " * 60_000_000))
        assert len(bomb) < 100_000
        assert code_of(bomb) == "file_size"
    halves = [(f"xl/media/{at}.png", b" " * 13_000_000) for at in range(2)]
    assert code_of(package(("xl/workbook.xml", "<workbook/>"), *halves)) == "file_size"


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + b"\x08\x06\0\0\0"


def jpeg(width: int, height: int, frame: int = 0xC2) -> bytes:
    preview = b"\xff\xe1" + struct.pack(">H", 20) + b"Exif\0\0" + b"\xff\xc0\0\x11\x08\xff\xff\xff\xff\0\0\0"
    return b"\xff\xd8" + preview + b"\xff\xff" + struct.pack(">BHBHH", frame, 17, 8, height, width) + b"\0" * 20


def test_images_have_no_more_pixels_than_a_camera_takes() -> None:
    for large in (png(30_000, 30_000), png(2**31, 2**31), jpeg(65_535, 65_535), jpeg(10_000, 5_001, 0xC0)):
        assert code_of(large) == "file_size"
    assert [kind_of(one).suffix for one in (png(8_000, 6_000), jpeg(8_000, 6_000))] == [".png", ".jpg"]


def test_no_archive_stands_behind_a_file() -> None:
    behind = packed("word/document.xml")
    for front in (pdf(), pdf() + b"\r\n ", PNG, jpeg(10, 10)):
        assert code_of(front + behind) == "file_broken"
    assert code_of(pdf() + b"\nPK\x03\x04 and no end") == "file_broken"
    assert kind_of(pdf() + b"\r\n\r\n").suffix == ".pdf"


def test_documents_with_links_and_fields_as_programs_write_them_are_taken() -> None:
    word, workbook = BytesIO(), BytesIO()
    document = docx.Document()
    document.part.relate_to("https://stadt.example/", KIND + "hyperlink", is_external=True)
    document.save(word)
    with xlsxwriter.Workbook(workbook) as book:
        sheet = book.add_worksheet()
        sheet.write_url("A1", "mailto:a@stadt.example")
        sheet.write_url("A2", "internal:Sheet1!A1")
        for row in range(3, 5000):
            sheet.write_row(row, 0, ["DDE", row, f"={row}+1"])
    assert [kind_of(one.getvalue()).suffix for one in (word, workbook)] == [".docx", ".xlsx"]
    assert zipfile.is_zipfile(word)
