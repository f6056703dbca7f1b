"""A one-node MongoDB replica set as a child process."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deploy.local import process
from deploy.local.server import Server

if TYPE_CHECKING:
    from pymongo import MongoClient

REPLICA_SET = "rs0"
# Slow statements stand in the log with what they say, and former versions of documents in the history file: neither is kept.
PRIVATE = ("--slowOpSampleRate", "0", "--setParameter", "minSnapshotHistoryWindowInSeconds=0")
# The default is a share of the disk, at least 990 MB.
OPLOG_MEGABYTES = 256


class Mongo(Server):
    """mongod with its data in `folder`. `extra_options`: further ones of its command line."""

    def __init__(
        self, binary: Path, folder: Path, extra_options: Sequence[str] = (), oplog: int = OPLOG_MEGABYTES
    ) -> None:
        super().__init__("MongoDB", folder)
        self._extra_options = extra_options
        self._oplog = oplog
        self._binary = binary
        self._member_file = folder / "replica-set-port"

    @property
    def uri(self) -> str:
        return f"mongodb://127.0.0.1:{self.port}/?replicaSet={REPLICA_SET}"

    def spawn(self) -> None:
        data = self._folder / "data"
        data.mkdir(parents=True, exist_ok=True)
        self._fresh_log()
        if (data / "WiredTiger").exists() and not self._is_member():
            self._move(data)
        self.child = self._run(data, "--replSet", REPLICA_SET)

    def wait(self) -> None:
        """Until it is primary, initiating the replica set the first time."""
        process.wait_ready(self.running, lambda: process.listening(self.port), self.name, self.log)
        with self._client() as client:
            if not self._is_member():
                members = [{"_id": 0, "host": f"127.0.0.1:{self.port}"}]
                client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": members})
                self._remember_member()
            process.wait_ready(self.running, lambda: _primary(client), self.name, self.log)

    def _move(self, data: Path) -> None:
        """Write the new port into the replica set's configuration while mongod runs without it.

        Started with the configuration as it is, mongod would first ask whoever has the former port now, and wait
        half a minute when that one is silent.
        """
        alone = self._run(data)
        try:
            process.wait_ready(alone, lambda: process.listening(self.port), self.name, self.log)
            with self._client() as client:
                host = {"members.0.host": f"127.0.0.1:{self.port}"}
                result = client["local"]["system.replset"].update_one({"_id": REPLICA_SET}, {"$set": host})
        finally:
            process.stop(alone)
        if result.matched_count:
            self._remember_member()

    def _is_member(self) -> bool:
        """Whether the replica set has us under the present port; a file, since a mongod that boots can't tell yet."""
        return self._member_file.exists() and self._member_file.read_text() == str(self.port)

    def _remember_member(self) -> None:
        self._member_file.write_text(str(self.port))

    def _client(self) -> MongoClient[dict[str, Any]]:
        from pymongo import MongoClient  # the driver is loaded while mongod starts

        return MongoClient(f"mongodb://127.0.0.1:{self.port}/?directConnection=true", serverSelectionTimeoutMS=10_000)

    def _run(self, data: Path, *further_options: str) -> subprocess.Popen[bytes]:
        options = {
            "--dbpath": data,
            "--port": self.port,
            "--bind_ip": "127.0.0.1",
            "--wiredTigerCacheSizeGB": 0.25,
            "--oplogSize": self._oplog,
        }
        arguments = [str(part) for pair in options.items() for part in pair]
        return process.spawn(
            [
                str(self._binary),
                *arguments,
                *PRIVATE,
                "--quiet",
                "--nounixsocket",
                *self._extra_options,
                *further_options,
            ],
            self.log,
        )


def _primary(client: MongoClient[dict[str, Any]]) -> bool:
    from pymongo.errors import PyMongoError

    with contextlib.suppress(PyMongoError):
        return bool(client.admin.command("hello")["isWritablePrimary"])
    return False
