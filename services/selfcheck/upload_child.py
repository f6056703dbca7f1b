"""Has what somebody uploads looked at in a child process, with limits of memory and time that the system keeps.

The module that does it is run as `python -m <module> <bytes of memory> <seconds>`, calls `answer_upload`, and imports little, so
that it starts fast.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

CPU_SECONDS = 2
WALL_SECONDS = 20
"""On a busy machine two seconds of work take longer; who takes longer than this is killed."""
AT_ONCE = 2


@dataclass(frozen=True)
class UploadChild:
    """Runs a module of ours on uploads, a few at a time. `memory`: bytes of address space of a child."""

    module: str
    memory: int
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def answer(self, content: bytes) -> Any | None:
        """Run the module on an upload: what it answered, or None where the child failed or had to be ended."""
        async with self._places:
            child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                self.module,
                str(self.memory),
                str(CPU_SECONDS),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"},
            )
            try:
                async with asyncio.timeout(WALL_SECONDS):
                    output, _ = await child.communicate(content)
            except TimeoutError:
                return None
            finally:
                if child.returncode is None:
                    child.kill()
                    await child.wait()
        return json.loads(output) if child.returncode == 0 else None


def answer_upload(look: Callable[[bytes], Any], at_most: int) -> None:
    """Run in the child: limits first, then the first byte of what somebody sent, of which `at_most` are read."""
    memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.write(json.dumps(look(sys.stdin.buffer.read(at_most))))
