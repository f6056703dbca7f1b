"""What may be put beside an answer to show what it rests on: a link, or a file that is what it says and does nothing by itself."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import urlsplit

from chassis.text import plain_text
from services.selfcheck.domain.archives import DAMAGED
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
_ACTIVE_MEMBER = re.compile(
    r"vbaproject|activex|embeddings/|oleobject|(?<!printersettings)(?<!printersettings\d)\.bin$|\.exe$|\.js$|\.html?$|(^|/)basic/|(^|/)scripts/|object ",
    re.I,
)
_MEMBERS_AT_MOST = 5000
_TELLING = (".rels", "[content_types].xml", "manifest.xml")
"""Parts of a document that say what its other parts are."""
_TOLD_AT_MOST = 4 * 1024 * 1024
_ACTIVE_PART = re.compile(
    rb"macroenabled|vbaproject|vbadata|oleobject|activex|attachedtemplate|subdocument|relationships/(?:package|frame)\b|"
    rb"application/(?:x-)?javascript|vnd\.sun\.star\.(?:basic|macro|script)|<!entity|&#",
    re.I,
)
"""Kinds of parts that act or come from elsewhere; an entity, because it could spell one of them another way."""
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
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind("image/png", ".png")
    if content.startswith(b"\xff\xd8\xff"):
        return FileKind("image/jpeg", ".jpg")
    if content.startswith(b"%PDF-"):
        return _pdf(content)
    if content.startswith(b"PK\x03\x04"):
        return _packed(content)
    raise Unfit("file_kind")


def safe_name(name: str, kind: FileKind) -> str:
    """A name to show and to save under: one line, no path, no signs that mean something to a system, the suffix of its content."""
    last = plain_text.file_name(name)
    stem = last.rpartition(".")[0] or last
    kept = "".join(char for char in stem if char.isalnum() or char in " -_()")
    return (" ".join(kept.split())[: MAX_NAME - len(kind.suffix)].strip() or "file") + kind.suffix


def link_flaw(url: str) -> str | None:
    """What is wrong with a link, or None: an http or https address of a host, without a password in it."""
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
            names = [member.filename for member in members]
            twice = len(set(names)) < len(names)
            if len(members) > _MEMBERS_AT_MOST or twice or any(member.flag_bits & 1 for member in members):
                raise Unfit("file_broken")
            kind = next((FileKind(*_OFFICE[name]) for name in names if name in _OFFICE), None) or _open_document(
                archive, members
            )
            if _acts(archive, members):
                raise Unfit("file_active")
    except Unfit:
        raise
    except DAMAGED:
        raise Unfit("file_broken") from None
    if kind is None:
        raise Unfit("file_kind")
    if any(_ACTIVE_MEMBER.search(name) for name in names):
        raise Unfit("file_active")
    return kind


def _acts(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> bool:
    """Whether the parts that say what the others are name one that acts, whatever it is called, or a template from elsewhere, whose
    macros would come along."""
    room = _TOLD_AT_MOST
    for told in members:
        if not told.filename.lower().endswith(_TELLING):
            continue
        with archive.open(told) as member:
            said = member.read(room + 1)
        room -= len(said)
        if room < 0 or b"\0" in said:  # or in an encoding that nothing is found in
            raise Unfit("file_broken")
        if _ACTIVE_PART.search(said):
            return True
    return False


def _open_document(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> FileKind | None:
    """Reads the very member that was looked at, and never more of it than a media type is long."""
    if not members or members[0].filename != "mimetype":
        return None
    with archive.open(members[0]) as member:
        type = member.read(_LONGEST_TYPE)
        more = member.read(1)
    return FileKind(type.decode(), _OPEN[type]) if type in _OPEN and not more else None
