"""What acts is found wherever a reader of the file would find it, and documents as programs write them are taken."""

from __future__ import annotations

import base64
import zipfile
import zlib
from io import BytesIO

import docx
import pptx
import pytest
import xlsxwriter

from services.selfcheck.domain.evidence import Unfit, kind_of

HIDDEN = b"1 0 2 20 << /S /JavaScript /JS (app.alert(1)) >>"
PACKED = zlib.compress(HIDDEN)
ODT = ("mimetype", "application/vnd.oasis.opendocument.text")


def predicted(content: bytes) -> bytes:
    """As rows of eight bytes, each told as its difference from the row above (PNG's predictor)."""
    rows = [content[at : at + 8].ljust(8) for at in range(0, len(content), 8)]
    above = [b"\0" * 8, *rows]
    return b"".join(
        b"\2" + bytes((a - b) % 256 for a, b in zip(*pair, strict=True)) for pair in zip(rows, above, strict=False)
    )


def objects(how: bytes, data: bytes, keyword: bytes = b"stream\n", kind: bytes = b"/ObjStm") -> bytes:
    """A PDF with a stream of objects."""
    about = b"/Type " + kind + b" /N 2 /First 10 " + how
    return b"%PDF-1.7\n5 0 obj << " + about + b" >> " + keyword + data + b"\nendstream endobj\n%%EOF"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (objects(b"/Filter /FlateDecode", PACKED), "file_active"),
        (objects(b"/Filter /FlateDecode", PACKED, b"stream\r"), "file_active"),
        (objects(b"/Filter /FlateDecode", PACKED, b"stream \n"), "file_active"),
        (objects(b"/Filter /FlateDecode", PACKED, b"stream"), "file_active"),
        (objects(b"/Filter /ASCII85Decode", base64.a85encode(HIDDEN)), "file_broken"),
        (objects(b"/Filter [/ASCII85Decode /FlateDecode]", base64.a85encode(PACKED)), "file_broken"),
        (objects(b"/Filter /A#48x", HIDDEN.hex().encode()), "file_broken"),
        (objects(b"/Filter /AHx", HIDDEN.hex().encode(), kind=b"/#4fbjStm"), "file_broken"),
        (objects(b"/Filter [ /RL /FlateDecode ]", PACKED), "file_broken"),
        (objects(b"/Filter /FlateDecode", zlib.compress(b"1 0 << /S /Rendition /JS (app.alert(1)) >>")), "file_active"),
        (objects(b"/Filter [/FlateDecode /FlateDecode]", zlib.compress(PACKED)), "file_broken"),
        (objects(b"/Filter 9 0 R", HIDDEN.hex().encode()), "file_broken"),
        (objects(b"/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 8 >>", zlib.compress(predicted(HIDDEN))), "file_broken"),
        (b"%PDF-1.7 trailer << /#45ncrypt 9 0 R >>" + objects(b"", zlib.compress(HIDDEN[::-1])), "file_broken"),
    ],
)  # fmt: skip
def test_objects_of_a_pdf_hide_nowhere(content: bytes, code: str) -> None:
    with pytest.raises(Unfit) as caught:
        kind_of(content)
    assert caught.value.code == code


@pytest.mark.parametrize("by_chance", [b"/JS ", b"/RL\0", b"/DP(", b"/AA<"])
def test_a_scan_in_which_three_bytes_stand_by_chance_is_taken(by_chance: bytes) -> None:
    picture = (
        b"<< /Subtype /Image /Filter /DCTDecode /Length 40 >> stream\n\xff\xd8"
        + by_chance
        + b"\xff\xd9\nendstream endobj\n"
    )
    plain = objects(b"/Filter /FlateDecode", zlib.compress(b"1 0 << /Type /Page >>"))
    assert kind_of(plain.replace(b"5 0 obj", b"4 0 obj " + picture + b"5 0 obj")).suffix == ".pdf"


def test_an_index_of_objects_may_be_predicted_as_programs_do() -> None:
    index = b"7 0 obj << /Type /XRef /Filter /FlateDecode /DecodeParms << /Columns 5 /Predictor 12 >> >> stream\n"
    plain = objects(b"/Filter /FlateDecode", zlib.compress(b"1 0 << /Type /Page >>"))
    whole = plain.replace(b"%%EOF", index + zlib.compress(predicted(b"\1\0\0\0\1")) + b"\nendstream endobj\n%%EOF")
    assert kind_of(whole).suffix == ".pdf"


def package(*members: tuple[str, str | bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("word/_rels/settings.xml.rels", f'<Relationship Type="{KIND}attachedTemplate" Target="http://evil.example/a.dotm"/>', "file_active"),
        ("word/_rels/document.xml.rels", f'<Relationship Type="{KIND}oleObject" Target="http://evil.example/a"/>', "file_active"),
        ("word/_rels/document.xml.rels", f'<Relationship Type="{KIND}subDocument" Target="http://evil.example/a"/>', "file_active"),
        ("[Content_Types].xml", '<Override PartName="/word/x.dat" ContentType="application/vnd.ms-office.vbaProject"/>', "file_active"),
        ("[content_types].XML", '<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>', "file_active"),
        ("word/_rels/settings.xml.rels", '<!DOCTYPE x [<!ENTITY a "attached">]><r Type="&a;Template"/>', "file_active"),
        ("word/_rels/settings.xml.rels", '<r Type="attached&#84;emplate"/>', "file_active"),
        ("word/_rels/settings.xml.rels", "attachedTemplate".encode("utf-16"), "file_broken"),
        ("word/_rels/bomb.rels", b" " * 5_000_000, "file_broken"),
    ],
)  # fmt: skip
def test_parts_of_a_document_act_under_no_name(name: str, content: str | bytes, code: str) -> None:
    with pytest.raises(Unfit) as caught:
        kind_of(package(("word/document.xml", "x"), (name, content)))
    assert caught.value.code == code


def test_documents_as_programs_write_them_are_taken() -> None:
    word, slides, workbook = BytesIO(), BytesIO(), BytesIO()
    document = docx.Document()
    document.add_paragraph("Beschluss")
    document.save(word)
    show = pptx.Presentation()
    show.slides.add_slide(show.slide_layouts[0])
    show.save(slides)
    with xlsxwriter.Workbook(workbook) as book:
        book.add_worksheet().write_url("A1", "https://stadt.example/")
    assert [kind_of(one.getvalue()).suffix for one in (word, slides, workbook)] == [".docx", ".pptx", ".xlsx"]
    entry = '<manifest:file-entry manifest:full-path="layout-cache" manifest:media-type="application/binary"/>'
    libre = package(
        ODT, ("content.xml", "x"), ("META-INF/manifest.xml", f"<manifest:manifest>{entry}</manifest:manifest>")
    )
    assert kind_of(libre).suffix == ".odt"
