"""Named places where fault tests stop a process. In production nothing is armed and a failpoint is one dict look-up."""

from __future__ import annotations

import os
import signal
import time

_armed: dict[str, tuple[str, float]] = {}
_hits: dict[str, int] = {}


def arm(specification: str) -> None:
    """Read `name=kill`, `name=kill:N` (at the N-th time), `name=stop:N` (hangs until SIGCONT), `name=sleep:SECONDS`, `name=fail`, separated by commas."""
    _armed.clear()
    _hits.clear()
    for part in filter(None, (p.strip() for p in specification.split(","))):
        name, _, action = part.partition("=")
        verb, _, number = action.partition(":")
        if verb not in {"kill", "stop", "sleep", "fail"}:
            raise ValueError(
                f"FAILPOINTS: {part!r} is not name=kill[:N], name=stop[:N], name=sleep:SECONDS or name=fail[:N]"
            )
        _armed[name] = (verb, float(number or 1))


def failpoint(name: str) -> None:
    """Die, hang, sleep or fail here if armed."""
    if not _armed or name not in _armed:
        return
    verb, number = _armed[name]
    _hits[name] = _hits.get(name, 0) + 1
    if verb == "sleep":
        time.sleep(number)
    elif verb in ("kill", "stop") and _hits[name] == int(number):
        os.kill(os.getpid(), signal.SIGKILL if verb == "kill" else signal.SIGSTOP)
    elif verb == "fail" and _hits[name] <= int(number):
        raise RuntimeError(f"failpoint {name}")
