"""The code of an earlier commit beside today's, asked in a process of its own: the same questions, in the same run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

POOLED = "4458320"
"""The last commit whose totals counted everybody and hid small groups one by one (decision 43)."""

WORKER = Path(__file__).with_name("earlier_worker.py")


class Earlier:
    """A running process of it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, do: str, **case: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps({"do": do, **case}), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())


@contextmanager
def earlier(folder: Path, commit: str = POOLED) -> Iterator[Earlier | None]:
    """Unpacked into `folder`. None where the history does not hold the commit, as in a shallow clone."""
    packed = subprocess.run(["git", "archive", commit, "services", "contracts", "chassis"], capture_output=True)
    if packed.returncode:
        yield None
        return
    tree = folder / commit
    tree.mkdir()
    subprocess.run(["tar", "-x"], input=packed.stdout, cwd=tree, check=True)
    # `-P`: this file's own folder and the present code stay out of the way.
    with subprocess.Popen(
        [sys.executable, "-P", str(WORKER)],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Earlier(process)
        finally:
            process.terminate()
