"""A process that has imported a program once and forks it as often as wanted: importing takes most of a start.

It has one thread, no event loop and no connection, so forking it is safe. What it forks are real processes: in sessions of their own,
with a log each, killed by the kernel when it ends, as it is when its own parent ends.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn, Self

from deploy.local import process
from deploy.local.bound import PR_SET_PDEATHSIG

PR_SET_NAME = 15
"""What `ps` calls a process; of a fork it would be the name of its parent."""


class Forked:
    """A forked program, to be used like a `subprocess.Popen`."""

    def __init__(self, parent: Prefork, pid: int) -> None:
        self._parent = parent
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code (minus the number of the signal that killed it), or None while it runs."""
        if self.returncode is None:
            self.returncode = self._parent.ask({"poll": self.pid})
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Raises: subprocess.TimeoutExpired."""
        until = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if until is not None and time.monotonic() > until:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            time.sleep(0.01)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Prefork:
    """The parent, seen from the process that wants things forked.

    `target`: `module:function`, which finds its arguments in `sys.argv`; `modules`: what to import beforehand.
    """

    def __init__(self, target: str, modules: Sequence[str], log: Path) -> None:
        own_end, child_end = socket.socketpair()
        command = [sys.executable, "-m", "deploy.local.prefork", target, *modules]
        with child_end:
            self._child = process.spawn(command, log, stdin=child_end.fileno())
        self._stream = own_end.makefile("rw")
        own_end.close()
        self._log = log
        self._lock = threading.Lock()

    def fork(self, arguments: Sequence[str], log: Path, environment: Mapping[str, str] | None = None) -> Forked:
        """Start the program in a process of its own. Waits while the parent is still importing.

        Raises:
            StartError: the parent has ended.
        """
        log.parent.mkdir(parents=True, exist_ok=True)
        request = {"arguments": list(arguments), "log": str(log), "environment": dict(environment or os.environ)}
        return Forked(self, self.ask(request))

    def ask(self, request: dict[str, Any]) -> Any:
        """Raises: StartError when the parent has ended."""
        with self._lock:
            try:
                self._stream.write(json.dumps(request) + "\n")
                self._stream.flush()
                answer = self._stream.readline()
            except OSError:
                answer = ""
        if not answer:
            raise process.StartError(f"What forks the services has ended; its log is {self._log}.")
        return json.loads(answer)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End it, and by that all that it has forked."""
        self._child.kill()
        self._child.wait()
        self._stream.close()


def _serve(target: str, requests: socket.socket) -> None:
    """Fork, and tell who has ended, until nobody asks any more."""
    libc = ctypes.CDLL(None, use_errno=True)  # loaded before a fork that needs it
    parent = os.getpid()
    with requests, requests.makefile("rw") as stream:
        for line in stream:
            request = json.loads(line)
            if "poll" in request:
                pid, status = os.waitpid(request["poll"], os.WNOHANG)
                answer = os.waitstatus_to_exitcode(status) if pid else None
            else:
                answer = os.fork()
                if answer == 0:
                    libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
                    if os.getppid() != parent:
                        os._exit(1)
                    libc.prctl(PR_SET_NAME, " ".join(request["arguments"]).encode()[:15], 0, 0, 0)
                    _run_program(target, **request)
            stream.write(json.dumps(answer) + "\n")
            stream.flush()


def _run_program(target: str, arguments: list[str], log: str, environment: dict[str, str]) -> NoReturn:
    """In a fresh fork: the program, to its end."""
    code = 1
    try:
        os.setsid()
        null, out = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        for source, number in ((null, 0), (out, 1), (out, 2)):
            os.dup2(source, number)
        os.environ.clear()
        os.environ.update(environment)
        module, _, function = target.partition(":")
        sys.argv = [module, *arguments]
        getattr(importlib.import_module(module), function)()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001 - whatever it is, this process ends here and does not return into its parent
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    target, *modules = sys.argv[1:]
    with socket.socket(fileno=os.dup(0)) as requests:
        gc.disable()  # nothing that is imported is garbage
        for module in modules:
            importlib.import_module(module)
        gc.freeze()  # what is shared with the forks stays shared
        gc.enable()
        _serve(target, requests)


if __name__ == "__main__":
    main()
