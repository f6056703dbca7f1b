"""Checks that a document of Office or LibreOffice holds nothing that acts, or fetches something from elsewhere when it is opened."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from html import unescape
from typing import Literal
from xml.etree.ElementTree import ParseError

from defusedxml.ElementTree import fromstring

Flaw = Literal["file_broken", "file_active", "file_size"]

INFLATED_AT_MOST = 24 * 1024 * 1024
"""Bytes of all parts together; looking through them stays within the memory and time of the child that does it."""
_PIECE = 1024 * 1024
_MEMBERS_AT_MOST = 5000
_MANIFESTS_AT_MOST = 4 * 1024 * 1024
_MANIFESTS = (".rels", "[content_types].xml", "manifest.xml")
"""Parts of a document that say what its other parts are."""

_PROGRAMS = "exe|dll|com|scr|pif|cpl|msi|bat|cmd|ps1|vb[se]|jse?|ws[fh]|hta|lnk|jar|reg|py|sh|html?|svgz?|xhtml"
_DOCUMENTS = "do[ct][xmb]?|xl[st][xmb]?|xla[m]?|xll|pp[ts][xm]?|pot[xm]?|ppam?|sld[xm]|rtf|od[tspg]|ot[tspg]|pdf|zip|rar|7z|cab|iso|img"
_ACTIVE_MEMBER = re.compile(
    r"vbaproject|activex|embeddings/|oleobject|macrosheets/|externallinks/|querytables/|webextensions/|(^|/)connections\.xml$|"
    r"(?<!printersettings)(?<!printersettings\d)\.bin$|(^|/)basic/|(^|/)scripts/|object |"
    rf"\.(?:{_PROGRAMS}|{_DOCUMENTS})$",
    re.I,
)
"""Names of parts that act, ask for data elsewhere, or are files of their own, which nobody has looked into."""
_ACTIVE_PART = re.compile(
    rb"macroenabled|macrosheet|vbaproject|vbadata|oleobject|activex|attachedtemplate|subdocument|webextension|"
    rb"relationships/(?:package|frame|connections|querytable|externallink)\b|(?:connections|querytable|externallink)\+xml|"
    rb"application/(?:x-)?javascript|vnd\.sun\.star\.(?:basic|macro|script)|<!entity|<!doctype|&#",
    re.I,
)
"""Kinds of parts that act or come from elsewhere; an entity, because it could spell one of them another way."""
_OUTSIDE_NAME = re.compile(r"^[/\\]|^[A-Za-z]:|\\|(^|/)\.\.(/|$)")
_ELSEWHERE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:|//|\\)", re.I)
_PLAIN_LINK = re.compile(r"\s*(?:https?://|mailto:|#)", re.I)

_FIELD = re.compile(
    rb"fldCharType\s*=\s*[\"'](begin|separate|end)|nstrText\b[^<>]*>([^<]*)|[\s:]instr\s*=\s*(?:\"([^\"]*)\"|'([^']*)')"
)
_DDE = re.compile(r"\s*DDE(?:AUTO)?\b", re.I)
_BEGINS_LIKE_DDE = re.compile(r"\s*(?:D(?:D(?:E(?:A(?:U(?:TO?)?)?)?)?)?)?", re.I)
_LONGEST_NAME_OF_FIELD = 200

_OPEN_ACTIVE = re.compile(rb"<[\w-]+:(?:dde-source|dde-connection-decl|event-listener|section-source|table-source)\b")
_OPEN_LINK = re.compile(rb"<(?:[\w-]+:)?([\w-]+)\b[^<>]*?[\w-]+:href\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def package_flaw(archive: zipfile.ZipFile) -> Flaw | None:
    """Why the parts of a document are not taken; None: they are. Raises what `archives.DAMAGED` lists."""
    members = archive.infolist()
    names = [member.filename for member in members]
    if len(members) > _MEMBERS_AT_MOST or len(set(names)) < len(names):
        return "file_broken"
    if any(member.flag_bits & 1 or _OUTSIDE_NAME.search(member.orig_filename) for member in members):
        return "file_broken"
    if flaw := _manifest_flaw(archive, members):
        return flaw
    if any(_ACTIVE_MEMBER.search(name) for name in names):
        return "file_active"
    if sum(member.file_size for member in members) > INFLATED_AT_MOST:
        return "file_size"
    for member in members:
        if member.filename.lower().endswith((".xml", ".rels")) and (flaw := _part_flaw(archive, member)):
            return flaw
    return None


def _manifest_flaw(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> Flaw | None:
    """Whether the parts that say what the others are name one that acts, whatever it is called, or something from elsewhere."""
    bytes_left = _MANIFESTS_AT_MOST
    for declared in members:
        name = declared.filename.lower()
        if not name.endswith(_MANIFESTS):
            continue
        with archive.open(declared) as member:
            content = member.read(bytes_left + 1)
        bytes_left -= len(content)
        if bytes_left < 0 or b"\0" in content:  # or in an encoding that nothing is found in
            return "file_broken"
        if _ACTIVE_PART.search(content):
            return "file_active"
        if name.endswith(".rels"):
            try:
                if any(_comes_from_elsewhere(one.attrib) for one in fromstring(content).iter()):
                    return "file_active"
            except ParseError:
                return "file_broken"
    return None


def _comes_from_elsewhere(relationship: dict[str, str]) -> bool:
    """Whether what it leads to is fetched on opening: all but a link that a reader follows or not."""
    target = relationship.get("Target", "")
    outside = relationship.get("TargetMode", "").strip().lower() not in ("", "internal") or _ELSEWHERE.match(target)
    if not outside:
        return False
    return not (relationship.get("Type", "").endswith("/hyperlink") and _PLAIN_LINK.match(target))


def _part_flaw(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Flaw | None:
    """Looks through one part, piece by piece, each with whole tags and the text behind them."""
    fields = _Fields()
    of_links = member.filename in ("content.xml", "styles.xml")
    for piece in _pieces(archive, member):
        if b"\0" in piece:  # in an encoding that nothing is found in
            return "file_broken"
        if b"<!DOCTYPE" in piece or fields.act(piece):
            return "file_active"
        if of_links and (_OPEN_ACTIVE.search(piece) or _links_elsewhere(piece)):
            return "file_active"
    return None


def _pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    unfinished = b""
    with archive.open(member) as part:
        while chunk := part.read(_PIECE):
            cut = chunk.rfind(b"<")
            if cut >= 0:
                yield unfinished + chunk[:cut]
                unfinished = chunk[cut:]
            else:
                unfinished += chunk
    yield unfinished


def _links_elsewhere(piece: bytes) -> bool:
    """Whether something other than a plain link of a LibreOffice document leads out of it."""
    for link in _OPEN_LINK.finditer(piece):
        target = unescape((link[2] or link[3] or b"").decode("utf-8", "replace"))
        leads_out = _ELSEWHERE.match(target) or target.startswith(("../", "/"))
        if leads_out and not (link[1] == b"a" and _PLAIN_LINK.match(target)):
            return True
    return False


class _Fields:
    """The fields of a text document, whose instructions are spread over runs and may stand inside each other."""

    def __init__(self) -> None:
        self._instruction = ""
        self._open = self._any = self._hidden = False

    def act(self, piece: bytes) -> bool:
        """Whether a field starts a program (DDE), or is spelt so that it could."""
        self._hidden = self._hidden or b"<!" in piece  # comments and CDATA could stand in an instruction's midst
        if b"nstr" not in piece and b"fldChar" not in piece:
            return self._any and self._hidden
        for field_code in _FIELD.finditer(piece):
            self._any = True
            sign, *words = field_code.groups()
            if sign == b"begin":
                if self._open and _BEGINS_LIKE_DDE.fullmatch(self._instruction):
                    return True
                self._instruction, self._open = "", True
            elif sign:
                self._open = False
            else:
                instruction = unescape(next((one for one in words if one is not None), b"").decode("utf-8", "replace"))
                if words[0] is None:
                    if _DDE.match(instruction):
                        return True
                    continue
                self._instruction = (self._instruction + instruction)[:_LONGEST_NAME_OF_FIELD]
                if _DDE.match(self._instruction):
                    return True
        return self._any and self._hidden
