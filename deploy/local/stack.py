"""MongoDB and Kafka for one folder: started together, stopped together, one at a time."""

from __future__ import annotations

import fcntl
import os
import sys
from pathlib import Path
from types import TracebackType
from typing import IO

from deploy.local import fetch, process
from deploy.local.kafka import Kafka
from deploy.local.kafka_classes import java_options
from deploy.local.mongo import Mongo
from deploy.local.server import Server


class AlreadyRunning(RuntimeError):
    """Another process runs the stack of this folder."""


class LocalStack:
    """Context manager. `MONGODB_URI` and `KAFKA_BOOTSTRAP` in the environment replace a part by a server of one's own.

    `kafka_later`: entering waits for MongoDB alone; `wait_for_kafka` is called when Kafka is needed.

    Raises on entering:
        AlreadyRunning, FetchError, StartError: each with one sentence for people.
    """

    def __init__(self, state: Path, say: fetch.Say = lambda line: None, kafka_later: bool = False) -> None:
        self._state = state.absolute()
        self._cache = Path(os.environ.get("KOMMUNE_CACHE") or self._state / "cache").absolute()
        self._say = say
        self._kafka_later = kafka_later
        self._lock: IO[str] | None = None
        self.mongo: Mongo | None = None
        self.kafka: Kafka | None = None
        self._preparing: process.Child | None = None

    @property
    def mongodb_uri(self) -> str:
        return self.mongo.uri if self.mongo else os.environ["MONGODB_URI"]

    @property
    def kafka_bootstrap(self) -> str:
        return self.kafka.bootstrap if self.kafka else os.environ["KAFKA_BOOTSTRAP"]

    def announce(self, address: str) -> None:
        """Tell a second start in this folder where the running platform is to be found."""
        if self._lock:
            self._lock.truncate(0)
            self._lock.write(f"process {os.getpid()}, {address}")
            self._lock.flush()

    def ended(self) -> str | None:
        """A sentence about a server that ended though nobody asked it to, if there is one."""
        for part in self._parts():
            if part.child and part.child.poll() is not None:
                return f"{part.name} ended with code {part.child.returncode}; its log is {part.log}."
        return None

    def __enter__(self) -> LocalStack:
        self._take_lock()
        try:
            self._start()
        except BaseException:
            # Also at Ctrl+C: `with` calls no `__exit__` where entering failed, and the servers would run on.
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop what was started: both are asked first, so they stop side by side."""
        children = [part.child for part in self._parts() if part.child]
        for child in children:
            process.ask_to_stop(child)
        if self._preparing and self._preparing.poll() is None:
            self._preparing.kill()
            self._preparing.wait()
        for child in children:
            process.stop(child)
        if self._lock:
            self._lock.close()
            self._lock = None

    def _start(self) -> None:
        """Kafka's storage is formatted and both programs boot while neither is waited for."""
        if not os.environ.get("MONGODB_URI"):
            self.mongo = Mongo(fetch.mongod(self._cache, self._say), self._state / "mongodb")
            self.mongo.spawn()
        if not os.environ.get("KAFKA_BOOTSTRAP"):
            java, class_path = fetch.java(), fetch.kafka_class_path(self._cache, self._say)
            self.kafka = Kafka(java, class_path, self._state / "kafka", jvm=java_options(self._cache))
            self.kafka.spawn()
        if self.mongo:
            self.mongo.wait()
        if not self._kafka_later:
            self.wait_for_kafka()

    def wait_for_kafka(self) -> None:
        """Raises: StartError when Kafka ended or took too long."""
        if self.kafka:
            self.kafka.wait()

    def prepare_next_start(self) -> None:
        """Begin to prepare a faster start of Kafka, behind everything else; closing the stack gives it up."""
        if self.kafka and not java_options(self._cache):
            command = [sys.executable, "-m", "deploy.local.kafka_classes", str(self._cache)]
            self._preparing = process.spawn(command, self._state / "logs" / "kafka-classes.log")

    def _parts(self) -> list[Server]:
        return [part for part in (self.mongo, self.kafka) if part]

    def _take_lock(self) -> None:
        """A kernel lock: freed by itself when its holder dies, however it dies."""
        self._state.mkdir(parents=True, exist_ok=True)
        stream = (self._state / "lock").open("a+")
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            stream.seek(0)
            holder = stream.read().strip() or "another process"
            stream.close()
            raise AlreadyRunning(f"It is running already in this folder ({holder}); stop that one first.") from None
        self._lock = stream
        self.announce("starting")
