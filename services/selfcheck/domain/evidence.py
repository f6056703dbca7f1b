"""Checks evidence that is put beside an answer: a link, or a file that is what it says and does nothing by itself."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import urlsplit

from chassis.text import plain_text
from services.selfcheck.domain.archives import DAMAGED
from services.selfcheck.domain.image_files import is_too_large
from services.selfcheck.domain.office_files import package_flaw
from services.selfcheck.domain.pdf_files import pdf_flaw

MAX_FILE = 4 * 1024 * 1024
"""Bytes of one file: far below the 16 MB of one document in the store, enough for a resolution of the council as a scan."""
MAX_FILES_BYTES = 40 * 1024 * 1024
"""Bytes of all files of one sheet."""
MAX_PER_QUESTION = 5
MAX_LINK = 1000
MAX_NAME = 120

_OFFICE = {
    "word/document.xml": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
    "xl/workbook.xml": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
    "ppt/presentation.xml": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", ".pptx"),
}
_OPEN = {
    b"application/vnd.oasis.opendocument.text": ".odt",
    b"application/vnd.oasis.opendocument.spreadsheet": ".ods",
    b"application/vnd.oasis.opendocument.presentation": ".odp",
}
_LONGEST_TYPE = 100


@dataclass(frozen=True)
class Evidence:
    """One piece. `kind`: link (with `url`) or file (with media `type` and `size` in bytes)."""

    id: str
    question: str
    kind: str
    name: str
    url: str | None = None
    type: str | None = None
    size: int = 0


@dataclass(frozen=True)
class FileKind:
    """What a file turned out to be."""

    type: str
    suffix: str


_IMAGES = {b"\x89PNG\r\n\x1a\n": FileKind("image/png", ".png"), b"\xff\xd8\xff": FileKind("image/jpeg", ".jpg")}
KINDS_DETAIL = "Choose a PDF, an image (JPEG, PNG) or a document of Word, Excel, PowerPoint or LibreOffice."
ACTIVE_DETAIL = "The file holds scripts, macros or files of its own. Save it without them, best as a plain PDF."
BROKEN_DETAIL = "The file is damaged or locked with a password. Open it, save it again and choose that copy."
SIZE_DETAIL = "The file is empty or larger than 4 MB. Choose a smaller one, or put in a link to it."
_DETAILS = {
    "file_kind": KINDS_DETAIL,
    "file_active": ACTIVE_DETAIL,
    "file_broken": BROKEN_DETAIL,
    "file_size": SIZE_DETAIL,
}


class Unfit(ValueError):
    """The file is not taken. `code` is stable, the message says in plain English what to do instead."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(_DETAILS[code])


def kind_of(content: bytes) -> FileKind:
    """What the file is by its content; its name and what a browser says of it count for nothing.

    The work grows with the size of the content and no faster. What strangers send is checked in a process of its own all
    the same (`evidence.file_check`), because a fault in here or in zlib must not take the service with it.

    Raises:
        Unfit: too large, of another kind, damaged, or with something in it that could act.
    """
    if not 0 < len(content) <= MAX_FILE:
        raise Unfit("file_size")
    if content.startswith(b"PK\x03\x04"):
        return _packed(content)
    if zipfile.is_zipfile(BytesIO(content)):  # behind what it seems to be, for those who read from the end
        raise Unfit("file_broken")
    if image := next((kind for begins, kind in _IMAGES.items() if content.startswith(begins)), None):
        if is_too_large(content):
            raise Unfit("file_size")
        return image
    if content.startswith(b"%PDF-"):
        return _pdf(content)
    raise Unfit("file_kind")


def safe_name(name: str, kind: FileKind) -> str:
    """A name to show and to save under: one line, no path, no signs that mean something to a system, the suffix of its content."""
    last = plain_text.file_name(name)
    stem = last.rpartition(".")[0] or last
    kept = "".join(char for char in stem if char.isalnum() or char in " -_()")
    return (" ".join(kept.split())[: MAX_NAME - len(kind.suffix)].strip() or "file") + kind.suffix


def link_flaw(url: str) -> str | None:
    """The flaw of a link, or None: it is an http or https address of a host, without a password in it."""
    detail = f"Put in a web address that begins with https://, of at most {MAX_LINK} characters."
    if not url.isascii() and not url.isprintable():
        return detail
    if len(url) > MAX_LINK or any(char.isspace() or char in '<>"\\^`{|}' or ord(char) < 32 for char in url):
        return detail
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        return detail
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.password:
        return detail
    return None


def _pdf(content: bytes) -> FileKind:
    if flaw := pdf_flaw(content):
        raise Unfit(flaw)
    return FileKind("application/pdf", ".pdf")


def _packed(content: bytes) -> FileKind:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
            kind = next((FileKind(*_OFFICE[one.filename]) for one in members if one.filename in _OFFICE), None)
            flaw = package_flaw(archive)
            kind = kind or _open_document(archive, members)
    except DAMAGED:
        raise Unfit("file_broken") from None
    if flaw:
        raise Unfit(flaw)
    if kind is None:
        raise Unfit("file_kind")
    return kind


def _open_document(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> FileKind | None:
    """Reads the very member that was looked at, and never more of it than a media type is long."""
    if not members or members[0].filename != "mimetype":
        return None
    with archive.open(members[0]) as member:
        type = member.read(_LONGEST_TYPE)
        excess = member.read(1)
    return FileKind(type.decode(), _OPEN[type]) if type in _OPEN and not excess else None
