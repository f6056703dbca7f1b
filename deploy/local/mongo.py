"""A one-node MongoDB replica set as a child process."""

from __future__ import annotations

import contextlib
import subprocess
import time
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy.local import process


class Mongo:
    """mongod with its data in `folder`."""

    def __init__(self, binary: Path, folder: Path) -> None:
        self._binary = binary
        self._folder = folder
        self.log = folder / "mongod.log"
        self.child: subprocess.Popen[bytes] | None = None
        self.port = process.port_for(folder / "port")

    @property
    def uri(self) -> str:
        return f"mongodb://127.0.0.1:{self.port}/?replicaSet=rs0"

    def spawn(self) -> None:
        data = self._folder / "data"
        data.mkdir(parents=True, exist_ok=True)
        self.log.unlink(missing_ok=True)
        self.child = process.spawn(
            [
                str(self._binary), "--dbpath", str(data), "--port", str(self.port), "--bind_ip", "127.0.0.1",
                "--replSet", "rs0", "--wiredTigerCacheSizeGB", "0.25", "--quiet", "--unixSocketPrefix", str(self._folder),
            ],
            self.log,
        )

    def wait(self) -> None:
        """Until it is primary."""
        assert self.child is not None
        process.wait_ready(self.child, lambda: process.listening(self.port), "MongoDB", self.log)
        client: MongoClient[Any] = MongoClient(f"mongodb://127.0.0.1:{self.port}/?directConnection=true", serverSelectionTimeoutMS=2000)
        member = {"_id": 0, "host": f"127.0.0.1:{self.port}"}
        try:
            try:
                config = client.admin.command("replSetGetConfig")["config"]
                if config["members"][0]["host"] != member["host"]:
                    config |= {"members": [member], "version": config["version"] + 1}
                    client.admin.command("replSetReconfig", config, force=True)
            except OperationFailure:
                client.admin.command("replSetInitiate", {"_id": "rs0", "members": [member]})
            process.wait_ready(self.child, lambda: _primary(client), "MongoDB", self.log)
        finally:
            client.close()


def _primary(client: MongoClient[Any]) -> bool:
    with contextlib.suppress(PyMongoError):
        return bool(client.admin.command("hello")["isWritablePrimary"])
    time.sleep(0.05)
    return False
