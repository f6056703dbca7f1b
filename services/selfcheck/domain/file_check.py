"""Checks one file in a process of its own: content in, verdict out, within limits of memory and time that the system keeps.

Run as `python -m services.selfcheck.domain.file_check <bytes of memory> <seconds>`; prints `{"type", "suffix"}` or
`{"unfit": code}`. It imports nothing but what checking needs, so that it starts fast.
"""

from __future__ import annotations

import json
import resource
import sys

from services.selfcheck.domain.evidence import MAX_FILE, Unfit, kind_of


def main(memory: int, seconds: int) -> None:
    """Limits first, then the first byte of what somebody sent."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        kind = kind_of(sys.stdin.buffer.read(MAX_FILE + 1))
        verdict = {"type": kind.type, "suffix": kind.suffix}
    except Unfit as unfit:
        verdict = {"unfit": unfit.code}
    sys.stdout.write(json.dumps(verdict))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
