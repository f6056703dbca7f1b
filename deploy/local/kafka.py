"""A one-node Apache Kafka (KRaft, broker and controller in one) as a child process."""

from __future__ import annotations

import subprocess
from pathlib import Path

from deploy.local import process

CLUSTER_ID = "S29tbXVuZVBsYXR0Zm9ybQ"
PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=2
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
log.cleaner.dedupe.buffer.size=8388608
log.segment.bytes=67108864
num.recovery.threads.per.data.dir=2
"""
HEAP = ["-Xms64m", "-Xmx192m", "-XX:+UseSerialGC", "-XX:MaxDirectMemorySize=96m", "-XX:TieredStopAtLevel=4"]


class Kafka:
    """Kafka with its data in `folder`."""

    def __init__(self, java: Path, class_path: str, folder: Path) -> None:
        self._java = java
        self._class_path = class_path
        self._folder = folder
        self.log = folder / "kafka.log"
        self.child: subprocess.Popen[bytes] | None = None
        self.port = process.port_for(folder / "port")
        self._controller = process.port_for(folder / "controller-port")

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"

    def spawn(self) -> None:
        """Format the storage once, then start."""
        data = self._folder / "data"
        properties = self._folder / "server.properties"
        self._folder.mkdir(parents=True, exist_ok=True)
        properties.write_text(PROPERTIES.format(port=self.port, controller=self._controller, data=data))
        self.log.unlink(missing_ok=True)
        if not (data / "meta.properties").exists():
            formatting = self._run("kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(properties))
            if formatting.wait() != 0:
                raise process.StartError(f"Kafka's storage could not be formatted; the log is {self.log}.")
        self.child = self._run("kafka.Kafka", str(properties))

    def wait(self) -> None:
        assert self.child is not None
        process.wait_ready(self.child, lambda: process.listening(self.port), "Kafka", self.log)

    def _run(self, *arguments: str) -> subprocess.Popen[bytes]:
        return process.spawn(
            [
                str(self._java), *HEAP, "--enable-native-access=ALL-UNNAMED", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp", self._class_path, *arguments,
            ],
            self.log,
        )
