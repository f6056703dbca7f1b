"""Has uploads checked in a child process with limits on memory and time, a few at a time."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import dataclass, field

from services.selfcheck.domain.evidence import FileKind, Unfit

MEMORY = 128 * 1024 * 1024
"""Bytes of address space of a child."""
CPU_SECONDS = 2
WALL_SECONDS = 20
"""On a busy machine two seconds of work take longer; who takes longer than this is killed."""
AT_ONCE = 2


@dataclass(frozen=True)
class UploadCheck:
    """Finds out what a file is, without trusting that the check itself survives it."""

    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def kind_of(self, content: bytes) -> FileKind:
        """As `domain.evidence.kind_of`; a child that had to be ended means that the file is broken. Raises `Unfit`."""
        async with self._places:
            child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "services.selfcheck.domain.file_check",
                str(MEMORY),
                str(CPU_SECONDS),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"},
            )
            try:
                async with asyncio.timeout(WALL_SECONDS):
                    said, _ = await child.communicate(content)
            except TimeoutError:
                raise Unfit("file_broken") from None
            finally:
                if child.returncode is None:
                    child.kill()
                    await child.wait()
        if child.returncode != 0:
            raise Unfit("file_broken")
        verdict = json.loads(said)
        if "unfit" in verdict:
            raise Unfit(verdict["unfit"])
        return FileKind(verdict["type"], verdict["suffix"])
