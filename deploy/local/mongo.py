"""A one-node MongoDB replica set as a child process."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy.local import process
from deploy.local.server import Server

NOT_YET_INITIALIZED = 94
# The default is a share of the disk, at least 990 MB.
OPLOG_MEGABYTES = 256


class Mongo(Server):
    """mongod with its data in `folder`."""

    def __init__(self, binary: Path, folder: Path) -> None:
        super().__init__("MongoDB", folder)
        self._binary = binary

    @property
    def uri(self) -> str:
        return f"mongodb://127.0.0.1:{self.port}/?replicaSet=rs0"

    def spawn(self) -> None:
        data = self._folder / "data"
        data.mkdir(parents=True, exist_ok=True)
        self._fresh_log()
        options = {
            "--dbpath": data,
            "--port": self.port,
            "--bind_ip": "127.0.0.1",
            "--replSet": "rs0",
            "--wiredTigerCacheSizeGB": 0.25,
            "--oplogSize": OPLOG_MEGABYTES,
        }
        arguments = [str(part) for pair in options.items() for part in pair]
        self.child = process.spawn([str(self._binary), *arguments, "--quiet", "--nounixsocket"], self.log)

    def wait(self) -> None:
        """Until it is primary, initiating the replica set the first time, and giving it its new port when that changed."""
        process.wait_ready(self.running, lambda: process.listening(self.port), self.name, self.log)
        client: MongoClient[Any] = MongoClient(
            f"mongodb://127.0.0.1:{self.port}/?directConnection=true", serverSelectionTimeoutMS=2000
        )
        try:
            self._join(client)
            process.wait_ready(self.running, lambda: _primary(client), self.name, self.log)
        finally:
            client.close()

    def _join(self, client: MongoClient[Any]) -> None:
        member = {"_id": 0, "host": f"127.0.0.1:{self.port}"}
        try:
            config = client.admin.command("replSetGetConfig")["config"]
        except OperationFailure as error:
            if error.code != NOT_YET_INITIALIZED:
                raise
            client.admin.command("replSetInitiate", {"_id": "rs0", "members": [member]})
            return
        if config["members"][0]["host"] != member["host"]:
            config |= {"members": [member], "version": config["version"] + 1}
            client.admin.command("replSetReconfig", config, force=True)


def _primary(client: MongoClient[Any]) -> bool:
    with contextlib.suppress(PyMongoError):
        return bool(client.admin.command("hello")["isWritablePrimary"])
    return False
