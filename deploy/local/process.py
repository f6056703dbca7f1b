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
from typing import Protocol

import psutil

BOUND = Path(__file__).with_name("bound.py")
# Below the range from which Linux takes the ports of outgoing connections, so that none of them is in the way later.
PORTS = range(20_000, 32_000)
POLL_SECONDS = 0.05
LOOK_SECONDS = 1.0
"""How often progress is looked for: that reads what the system knows of every process, while others need the processor to start."""
PATIENCE = 120.0
"""Seconds without progress after which something that is waited for is given up."""
IDLE = 0.2
"""Share of a core: who uses less only waits. On a machine with more to do than it has cores, so much of a fair share."""
FRUITLESS = 300.0
"""Seconds of processor time: who used so much and is not ready never will be."""

# The kernel's signal to a child is sent when the *thread* that forked it ends, so all are forked by one that stays.
_forker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="children")


class StartError(RuntimeError):
    """A child did not become ready; the message says where its log is."""


class Child(Protocol):
    """What `subprocess.Popen` and `deploy.local.prefork.Forked` have in common."""

    pid: int

    @property
    def returncode(self) -> int | None: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, number: int, /) -> None: ...
    def kill(self) -> None: ...


def spawn(
    command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None, stdin: int = subprocess.DEVNULL
) -> subprocess.Popen[bytes]:
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
                stdin=stdin,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
                env=None if environment is None else dict(environment),
            )
        ).result()


def ask_to_stop(child: Child) -> None:
    """Send SIGTERM, also to one that is frozen."""
    if child.poll() is None:
        child.send_signal(signal.SIGTERM)
        child.send_signal(signal.SIGCONT)


def stop(child: Child, patience: float = 15.0) -> None:
    """Ask a child to end; kill it when it does not within `patience` seconds."""
    ask_to_stop(child)
    try:
        child.wait(patience)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


class Progress:
    """Tells a process that is slow from one that hangs: whether it, its descendants or a log have done anything lately.

    A wall clock cannot: on a busy machine everything takes longer.
    """

    def __init__(self, pid: int, *logs: Path) -> None:
        self._root = psutil.Process(pid)
        self._logs = logs
        self._first = self._used = self._processor_time()
        self._size = self._log_size()
        self._since = time.monotonic()

    def idle_seconds(self) -> float:
        """The seconds for which nothing has happened; infinite where much was done and it led to nothing."""
        now, used, size = time.monotonic(), self._processor_time(), self._log_size()
        if used - self._first > FRUITLESS:
            return float("inf")
        if size != self._size or abs(used - self._used) > IDLE * _fair_share() * max(now - self._since, 1.0):
            self._since, self._used, self._size = now, used, size
        return now - self._since

    def _processor_time(self) -> float:
        """Of the process, its descendants, and those it has waited for."""
        used = 0.0
        with contextlib.suppress(psutil.NoSuchProcess):
            for member in (self._root, *self._root.children(recursive=True)):
                with contextlib.suppress(psutil.NoSuchProcess):
                    used += sum(member.cpu_times()[:4])
        return used

    def _log_size(self) -> int:
        return sum(log.stat().st_size for log in self._logs if log.exists())


def _fair_share() -> float:
    """How much of a core a process can get now, at the most 1, with as many running as lately or at this moment."""
    lately, _, _, running, _ = Path("/proc/loadavg").read_text().split()
    wanting = max(float(lately), int(running.partition("/")[0]))
    return min(1.0, (os.cpu_count() or 1) / wanting) if wanting else 1.0


def wait_ready(child: Child, ready: Callable[[], bool], name: str, log: Path, patience: float = PATIENCE) -> None:
    """Poll until ready, however long that takes while there is progress.

    Raises:
        StartError: the child ended, or did nothing for `patience` seconds; it is stopped then.
    """
    progress, looked = Progress(child.pid, log), time.monotonic()
    while not ready():
        if child.poll() is not None:
            raise StartError(f"{name} ended with code {child.returncode}; its log is {log}.")
        if time.monotonic() - looked > min(LOOK_SECONDS, patience):
            looked = time.monotonic()
            if progress.idle_seconds() > patience:
                stop(child)
                raise StartError(f"{name} was not ready and did nothing for {patience:.0f} s; its log is {log}.")
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
            if is_free(remembered):
                return remembered
            if time.monotonic() > deadline:
                break
            time.sleep(POLL_SECONDS)
    for port in random.sample(PORTS, k=200):
        if is_free(port):
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


def is_free(port: int) -> bool:
    """Whether nobody listens on a port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
