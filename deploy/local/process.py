"""Child processes that die with their parent and stop when asked; the loopback ports they listen on."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

BOUND = Path(__file__).with_name("bound.py")
# Below the range from which Linux takes the ports of outgoing connections, so that none of them is in the way later.
PORTS = range(20_000, 32_000)
POLL_SECONDS = 0.05

# The kernel's signal to a child is sent when the *thread* that forked it ends, so all are forked by one that stays.
_forker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="children")


class StartError(RuntimeError):
    """A child did not become ready; the message says where its log is."""


def spawn(command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own (Ctrl-C reaches only us), killed when we die, its output in `log`.

    Safe from any thread.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    program = shutil.which(command[0])
    if program is None:
        raise StartError(f"{command[0]} is not a program that can be run.")
    bound = [sys.executable, "-I", "-S", str(BOUND), str(os.getpid()), program, *command[1:]]
    with log.open("ab") as stream:
        return _forker.submit(
            lambda: subprocess.Popen(
                bound,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
                env=None if environment is None else dict(environment),
            )
        ).result()


def ask_to_stop(child: subprocess.Popen[bytes]) -> None:
    """Send SIGTERM, also to one that is frozen."""
    if child.poll() is None:
        child.send_signal(signal.SIGTERM)
        child.send_signal(signal.SIGCONT)


def stop(child: subprocess.Popen[bytes], patience: float = 15.0) -> None:
    """Ask a child to end; kill it when it does not within `patience` seconds."""
    ask_to_stop(child)
    try:
        child.wait(patience)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def wait_ready(
    child: subprocess.Popen[bytes], ready: Callable[[], bool], name: str, log: Path, patience: float = 60.0
) -> None:
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
        time.sleep(POLL_SECONDS)


def listening(port: int) -> bool:
    """Whether something accepts connections on a loopback port."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
        return True
    return False


def port_for(file: Path, patience: float = 2.0) -> int:
    """The port remembered in a file while it is free, else a new free one, remembered.

    Waits up to `patience` seconds for the remembered one: after a kill its former holder may be about to vanish.
    """
    remembered = _remembered(file)
    if remembered is not None:
        deadline = time.monotonic() + patience
        while True:
            if _free(remembered):
                return remembered
            if time.monotonic() > deadline:
                break
            time.sleep(POLL_SECONDS)
    for port in random.sample(PORTS, k=200):
        if _free(port):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(str(port))
            return port
    raise StartError("There is no free port on 127.0.0.1.")


def memory_bytes(pid: int) -> int:
    """Resident memory of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _remembered(file: Path) -> int | None:
    text = file.read_text().strip() if file.exists() else ""
    return int(text) if text.isdigit() else None


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
