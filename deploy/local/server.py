"""Base of MongoDB and Kafka as child processes: start, wait, stop, and the faults that tests bring about."""

from __future__ import annotations

import signal
import subprocess
from abc import ABC, abstractmethod
from pathlib import Path

from deploy.local import process


class Server(ABC):
    """One server with its data in `folder`. It keeps its port from start to start.

    `spawn` then `wait` starts it, so that several can start side by side; `start` does both.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._folder = folder
        self.log = folder / f"{name.lower()}.log"
        self.child: subprocess.Popen[bytes] | None = None
        self.port = process.port_for(folder / "port")

    @abstractmethod
    def spawn(self) -> None:
        """Start the child without waiting for it."""

    @abstractmethod
    def wait(self) -> None:
        """Return when clients can work with it.

        Raises:
            StartError: it ended or took too long.
        """

    def start(self) -> None:
        self.spawn()
        self.wait()

    @property
    def running(self) -> subprocess.Popen[bytes]:
        """The child.

        Raises:
            StartError: it was not started.
        """
        if self.child is None:
            raise process.StartError(f"{self.name} was not started.")
        return self.child

    def stop(self) -> None:
        """SIGTERM, and SIGKILL when it takes too long."""
        process.stop(self.running)

    def kill(self) -> None:
        """SIGKILL, as by a power cut of this server alone."""
        self.running.kill()
        self.running.wait()

    def freeze(self) -> None:
        """SIGSTOP: connections stay open and nobody answers."""
        self.running.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT after `freeze`."""
        self.running.send_signal(signal.SIGCONT)

    def memory_bytes(self) -> int:
        """Resident memory."""
        return process.memory_bytes(self.running.pid)

    def _fresh_log(self) -> None:
        """Keep the log of the former run beside the new one."""
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".previous.log"))
