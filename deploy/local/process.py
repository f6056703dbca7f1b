"""Child processes that die with their parent and stop when asked."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1


class StartError(RuntimeError):
    """A child did not become ready; the message says where its log is."""


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def spawn(command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own (Ctrl-C reaches only us), killed when we die, its output in `log`.

    Call it from the main thread: the kernel's signal follows the thread that forked.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as stream:
        return subprocess.Popen(
            list(command), stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, start_new_session=True,
            preexec_fn=_die_with_parent, env=None if environment is None else dict(environment),
        )


def stop(child: subprocess.Popen[bytes], patience: float = 15.0) -> None:
    """Ask a child to end; kill it when it does not."""
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def wait_ready(child: subprocess.Popen[bytes], ready: Callable[[], bool], name: str, log: Path, patience: float = 60.0) -> None:
    """Poll until ready.

    Raises:
        StartError: the child ended or took too long.
    """
    deadline = time.monotonic() + patience
    while not ready():
        if child.poll() is not None:
            raise StartError(f"{name} ended with code {child.returncode}; its log is {log}.")
        if time.monotonic() > deadline:
            stop(child)
            raise StartError(f"{name} was not ready after {patience:.0f} s; its log is {log}.")
        time.sleep(0.05)


def listening(port: int) -> bool:
    """Whether something accepts connections on a loopback port."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
        return True
    return False


def port_for(file: Path) -> int:
    """The port remembered in a file while it is free, else a new free one, remembered."""
    remembered = int(file.read_text()) if file.exists() else 0
    for port in (remembered, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            chosen = int(probe.getsockname()[1])
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(str(chosen))
        return chosen
    raise StartError("There is no free port on 127.0.0.1.")


def memory_bytes(pid: int) -> int:
    """Resident memory of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
