"""Files are what they are by content, and nothing that could act is taken."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfWriter

from services.selfcheck.domain.evidence import MAX_FILE, FileKind, Unfit, kind_of, link_flaw, safe_name
from tests.unit.selfcheck.builders import EXAMPLES

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
PDF = FileKind("application/pdf", ".pdf")
ODT = ("mimetype", "application/vnd.oasis.opendocument.text")


def pdf(compress: bool = False, locked: bool = False) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    if locked:
        writer.encrypt("x")
    buffer = BytesIO()
    writer.write(buffer)
    content = buffer.getvalue()
    if compress:
        hidden = zlib.compress(b"<< /S /JavaScript /JS (app.alert(1)) >>")
        content = content.replace(
            b"%%EOF", b"9 0 obj <</Type /ObjStm>> stream\n" + hidden + b"\nendstream endobj\n%%EOF"
        )
    return content


def packed(*names: str, first: tuple[str, str] | None = None) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        if first:
            archive.writestr(*first)
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


def damaged(packing: int) -> bytes:
    """A document of LibreOffice whose first member is packed so, and then not any more."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as archive:
        archive.writestr(*ODT)
    content = bytearray(buffer.getvalue())
    for at in range(48, 58):
        content[at] ^= 0xFF
    return bytes(content)


def beyond_any_file() -> bytes:
    """An archive that says that its member begins behind 2^63 bytes."""
    content = bytearray(packed(first=ODT))
    entry, end = content.index(b"PK\x01\x02"), content.index(b"PK\x05\x06")
    extra = struct.pack("<HHQ", 1, 8, 2**63)
    struct.pack_into("<H", content, entry + 30, len(extra))
    struct.pack_into("<L", content, entry + 42, 0xFFFFFFFF)
    struct.pack_into("<L", content, end + 12, end - entry + len(extra))
    return bytes(content[:end] + extra + content[end:])


DOCX = ("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        (PNG, ".png"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 20, ".jpg"),
        (pdf(), ".pdf"),
        (packed(*DOCX), ".docx"),
        (packed("xl/workbook.xml"), ".xlsx"),
        (packed("ppt/presentation.xml"), ".pptx"),
        (packed("content.xml", first=ODT), ".odt"),
    ],
)
def test_files_of_the_allowed_kinds_are_accepted(content: bytes, suffix: str) -> None:
    assert kind_of(content).suffix == suffix


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_size"),
        (PNG + b"\0" * MAX_FILE, "file_size"),
        (b"<html><script>alert(1)</script>", "file_kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "file_kind"),
        (b"MZ\x90\x00", "file_kind"),
        (b"GIF89a", "file_kind"),
        (packed("anything.txt"), "file_kind"),
        (packed("x", first=("mimetype", "application/java-archive")), "file_kind"),
        (b"%PDF-1.7 cut off", "file_broken"),
        (pdf(locked=True), "file_broken"),
        (b"PK\x03\x04 no archive", "file_broken"),
        *((damaged(packing), "file_broken") for packing in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)),
        (beyond_any_file(), "file_broken"),
        (pdf().replace(b"%%EOF", b"<< /S /JavaScript /JS (app.alert) >> %%EOF"), "file_active"),
        (pdf(compress=True), "file_active"),
        (b"%PDF-1.7 << /S /J#61vaScript /J#53 (x) >> %%EOF", "file_active"),
        (b"%PDF-1.7 << /Names << /EmbeddedFiles 1 0 R >> >> %%EOF", "file_active"),
        (packed(*DOCX, "word/vbaProject.bin"), "file_active"),
        (packed(*DOCX, "word/embeddings/oleObject1.bin"), "file_active"),
        (packed("content.xml", "Basic/Standard/Module1.xml", first=ODT), "file_active"),
    ],
)
def test_other_files_are_refused(content: bytes, code: str) -> None:
    with pytest.raises(Unfit) as caught:
        kind_of(content)
    assert caught.value.code == code
    assert str(caught.value).endswith(".")


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = zlib.compress(b"\0" * (40 * 1024 * 1024))
    with pytest.raises(Unfit) as caught:
        kind_of(b"%PDF-1.7 1 0 obj <<>> stream\n" + bomb + b"\nendstream endobj %%EOF")
    assert caught.value.code == "file_broken"


@EXAMPLES
@given(st.binary(max_size=300), st.sampled_from([b"", b"%PDF-", b"PK\x03\x04", b"\xff\xd8\xff", PNG]))
def test_any_bytes_are_taken_or_refused_and_never_break(tail: bytes, head: bytes) -> None:
    try:
        kind_of(head + tail)
    except Unfit as unfit:
        assert unfit.code.startswith("file_")


@EXAMPLES
@given(st.text(max_size=300))
def test_names_are_one_line_without_path_and_end_as_the_content_says(name: str) -> None:
    safe = safe_name(name, PDF)
    assert safe.endswith(".pdf")
    assert 4 < len(safe) <= 120
    assert safe.isprintable()
    assert not set(safe) & set("/\\:*?\"<>|\r\n\0;'%")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\x\\Beschluss 12.pdf.exe", "Beschluss 12pdf.pdf"),
        ("قرار.pdf", "قرار.pdf"),
        ("…", "file.pdf"),
        ('a"\r\nX: y.pdf', "aX y.pdf"),
    ],
)
def test_file_names_are_made_safe(name: str, safe: str) -> None:
    assert safe_name(name, PDF) == safe


@pytest.mark.parametrize(
    "url", ["https://stadt.example/beschluss?id=1#a", "http://münchen.example/ä", "https://[::1]/x"]
)
def test_valid_links_are_accepted(url: str) -> None:
    assert link_flaw(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://x.example",
        "//x.example",
        "https://",
        "stadt.example",
        "https://u:p@x.example",
        "https://x.example/ y",
        "https://x.example/\n",
        'https://x.example/"onclick',
        "https://[::1",
        "https://x.example:port/",
        "https://x.example/" + "a" * 1000,
    ],
)
def test_invalid_links_are_refused(url: str) -> None:
    assert link_flaw(url)
