"""The cells of an uploaded workbook, read in a child process (`services.selfcheck.upload_child`)."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from services.selfcheck.domain.errors import Flaw, Invalid
from services.selfcheck.domain.sheet_columns import Tables
from services.selfcheck.questionnaires.questionnaire_xlsx import MAX_UPLOAD, NOT_READABLE, TOO_LARGE, read
from services.selfcheck.upload_child import UploadChild, answer_upload

MEMORY = 256 * 1024 * 1024
MAX_TOLD = 16 * 1024 * 1024
"""Characters of all cells together: nine languages of a thousand questions fit several times."""


class WorkbookCheck(UploadChild):
    """Reads workbooks without trusting that the reading survives them."""

    def __init__(self, memory: int = MEMORY) -> None:
        super().__init__(__name__, memory)

    async def tables(self, content: bytes) -> Tables:
        """As `questionnaire_xlsx.read`; a child that had to be ended means that the workbook can't be read. Raises `Invalid`."""
        verdict = await self.answer(content)
        if verdict is None:
            raise Invalid([NOT_READABLE])
        if "flaws" in verdict:
            raise Invalid([Flaw(**flaw) for flaw in verdict["flaws"]])
        tables: Tables = verdict["tables"]
        return tables


def _read_workbook(content: bytes) -> dict[str, Any]:
    try:
        # Dates and times are no content of a questionnaire: any cell that is no text and no number is told as a truth value.
        tables = json.dumps(read(content), default=lambda cell: True)
        if len(tables) > MAX_TOLD:
            raise Invalid([TOO_LARGE])
    except Invalid as invalid:
        return {"flaws": [asdict(flaw) for flaw in invalid.flaws]}
    return {"tables": json.loads(tables)}


if __name__ == "__main__":
    answer_upload(_read_workbook, MAX_UPLOAD + 1)
