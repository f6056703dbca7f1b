"""No file that anybody may send takes more than 128 MB and two seconds, and none takes the process."""

from __future__ import annotations

import contextlib
import os
import resource
import struct
import time
import tracemalloc
import zipfile
import zlib
from io import BytesIO

import pytest

from services.selfcheck import upload_child
from services.selfcheck.domain.evidence import MAX_FILE, Unfit, kind_of
from services.selfcheck.evidence.file_check import MEMORY, FileCheck
from services.selfcheck.upload_child import CPU_SECONDS
from tests.support.examples import all_but_slow

ODT = "application/vnd.oasis.opendocument.text"


def archive(*members: tuple[str, bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members:
            packed.writestr(name, content)
    return buffer.getvalue()


def pdf(body: bytes) -> bytes:
    return b"%PDF-1.7\n" + body[: MAX_FILE - 40] + b"\n%%EOF"


def stream(content: bytes) -> bytes:
    return b"1 0 obj <<>> stream\n" + zlib.compress(content, 9) + b"\nendstream endobj\n"


def two_members_of_one_name() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate name"):
        return archive(("mimetype", ODT.encode()), ("content.xml", b""), ("mimetype", b"\0" * 300_000_000))


def a_lie_about_size() -> bytes:
    """The first member says that it holds 39 bytes and inflates to 100 MB."""
    content = bytearray(archive(("mimetype", b"\0" * 100_000_000)))
    for signature, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = content.index(signature) + at
        content[place : place + 4] = struct.pack("<I", len(ODT))
    return bytes(content)


def many_members() -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for number in range(36_000):
            packed.writestr(f"{number:05}", b"")
    return buffer.getvalue()[:MAX_FILE]


CORPUS = {
    "two members called mimetype": two_members_of_one_name,
    "a lie about size": a_lie_about_size,
    "many members": many_members,
    "a PDF full of the word stream": lambda: pdf(b"stream\n" * 600_000),
    "a PDF full of streams": lambda: pdf(stream(b"x") * 100_000),
    "a PDF full of streams that inflate a little": lambda: pdf(stream(b"/" * 40_000) * 40_000),
    "a PDF that inflates to escapes": lambda: pdf(stream(b"#41" * 10_000_000)),
    "a PDF full of escapes": lambda: pdf(b"#41" * 1_300_000),
    "a PDF full of beginnings of names": lambda: pdf(b"/Jav#61Scrip#7" * 280_000),
    "a PDF full of beginnings of actions": lambda: pdf(b"/AA%" * 400_000 + b"/OpenAction%\n" * 180_000),
    "a PDF full of remarks behind actions": lambda: pdf((b"/AA" + b"%\n" * 200) * 10_000),
    "a PDF that inflates without end": lambda: pdf(stream(b"\0" * 400_000_000)),
    "a PDF of streams that never end": lambda: pdf((b"stream\n" + zlib.compress(os.urandom(600), 0)[:-6]) * 6_000),
    "a picture": lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * (MAX_FILE - 8),
}


QUICK = ["a PDF full of escapes", "a PDF full of remarks behind actions", "a picture"]


@pytest.fixture(scope="module", params=all_but_slow(CORPUS, QUICK))
def crafted(request) -> bytes:
    return CORPUS[request.param]()


async def test_a_crafted_file_is_answered_within_the_limits(crafted):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        kind = await FileCheck().kind_of(crafted)
    except Unfit as unfit:
        assert unfit.code in ("file_broken", "file_kind", "file_active")
    else:
        assert kind.type in ("application/pdf", "image/png")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < CPU_SECONDS + 0.5


def test_the_check_itself_needs_no_more_than_that(crafted):
    """Not because the child would be ended, but because its work is linear and its memory bounded."""
    tracemalloc.start(1)
    try:
        began = time.process_time()
        with contextlib.suppress(Unfit):
            kind_of(crafted)
        spent = time.process_time() - began
        assert tracemalloc.get_traced_memory()[1] < MEMORY / 2
    finally:
        tracemalloc.stop()
    assert spent < 10 * CPU_SECONDS, "tracing makes it several times slower"


async def test_a_child_that_goes_over_is_ended_and_the_file_refused(monkeypatch):
    with pytest.raises(Unfit) as caught:
        await FileCheck(20 * 1024 * 1024).kind_of(b"%PDF-1.7\n%%EOF")
    assert caught.value.code == "file_broken"
    monkeypatch.setattr(upload_child, "WALL_SECONDS", 0)
    with pytest.raises(Unfit):
        await FileCheck().kind_of(b"%PDF-1.7\n%%EOF")


async def test_what_is_fine_comes_back_as_what_it_is():
    assert (await FileCheck().kind_of(archive(("mimetype", ODT.encode()), ("content.xml", b"")))).suffix == ".odt"
    assert (await FileCheck().kind_of(pdf(stream(b"<< /Type /Page >>")))).suffix == ".pdf"
    for hidden in (b"<< /J#61vaScript (x) >>", b"<< /S /Rend#69tion /JS (x) >>", b"x" * 300_000 + b"/Launch "):
        with pytest.raises(Unfit) as caught:
            await FileCheck().kind_of(pdf(stream(hidden)))
        assert caught.value.code == "file_active"
