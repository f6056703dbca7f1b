"""Error of an uploaded archive that is damaged."""

from __future__ import annotations

import lzma
import zipfile
import zlib

DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,  # a member ends too early
    OSError,  # what bz2 says of damaged data
    OverflowError,  # an offset beyond any file
    RuntimeError,  # locked, or packed in a way that `zipfile` does not know
    ValueError,  # a name that can't be decoded, an offset before the file
)
"""`zipfile` lets through what its decompressors and the reading of offsets and names raise."""
