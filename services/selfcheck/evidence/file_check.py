"""Checks one file of evidence in a child process (`services.selfcheck.upload_child`)."""

from __future__ import annotations

from typing import Any

from services.selfcheck.domain.evidence import MAX_FILE, FileKind, Unfit, kind_of
from services.selfcheck.upload_child import UploadChild, answer_upload

MEMORY = 128 * 1024 * 1024


class FileCheck(UploadChild):
    """Finds out what a file is, without trusting that the check itself survives it."""

    def __init__(self, memory: int = MEMORY) -> None:
        super().__init__(__name__, memory)

    async def kind_of(self, content: bytes) -> FileKind:
        """As `domain.evidence.kind_of`; a child that had to be ended means that the file is broken. Raises `Unfit`."""
        verdict = await self.answer(content)
        if verdict is None:
            raise Unfit("file_broken")
        if "unfit" in verdict:
            raise Unfit(verdict["unfit"])
        return FileKind(verdict["type"], verdict["suffix"])


def _check_file(content: bytes) -> dict[str, Any]:
    try:
        kind = kind_of(content)
    except Unfit as unfit:
        return {"unfit": unfit.code}
    return {"type": kind.type, "suffix": kind.suffix}


if __name__ == "__main__":
    answer_upload(_check_file, MAX_FILE + 1)
