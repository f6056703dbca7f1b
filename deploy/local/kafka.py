"""A one-node Apache Kafka (KRaft, broker and controller in one) as a child process."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from deploy.local import process
from deploy.local.server import Server

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
offsets.retention.minutes=525600
broker.session.timeout.ms={session}
broker.heartbeat.interval.ms={heartbeat}
"""
SESSION_MS = 9000
# After a kill the controller still knows the former broker and refuses the new one until that session ends.
SESSION_AFTER_KILL_MS = 1400
# Measured on two cores over the first 200,000 records: the first compiler alone starts in two thirds of the time
# and takes half the processor time per record.
JVM = (
    "-Xms64m",
    "-Xmx192m",
    "-XX:+UseSerialGC",
    "-XX:MaxDirectMemorySize=96m",
    "-XX:TieredStopAtLevel=1",
    "-XX:-UsePerfData",
    "-XX:+ExitOnOutOfMemoryError",
    "--enable-native-access=ALL-UNNAMED",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
)


class Kafka(Server):
    """Kafka with its data in `folder`. `extra_properties`: further lines of its properties; `jvm`: further options of Java."""

    def __init__(
        self, java: Path, class_path: str, folder: Path, extra_properties: str = "", jvm: Sequence[str] = ()
    ) -> None:
        super().__init__("Kafka", folder)
        self._extra_properties = extra_properties
        self._jvm = jvm
        self._java = java
        self._class_path = class_path
        self._data = folder / "data"
        self._controller = process.port_for(folder / "controller-port")

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"

    def spawn(self) -> None:
        """Format the storage once, then start."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._fresh_log()
        if not self._data.exists():
            self._format()
        stopped_cleanly = (self._data / ".kafka_cleanshutdown").exists()
        properties = self._properties(self._data, SESSION_MS if stopped_cleanly else SESSION_AFTER_KILL_MS)
        self.child = self._run("kafka.Kafka", str(properties))

    def wait(self) -> None:
        """Until it takes connections, which it does when the controller has accepted the broker."""
        process.wait_ready(self.running, lambda: process.listening(self.port), self.name, self.log)

    def _format(self) -> None:
        """In a folder beside, so that an interrupted attempt is never taken for formatted storage."""
        scratch = self._folder / "data.part"
        shutil.rmtree(scratch, ignore_errors=True)
        properties = self._properties(scratch, SESSION_MS)
        formatting = self._run("kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(properties))
        if formatting.wait() != 0:
            raise process.StartError(f"Kafka's storage could not be formatted; the log is {self.log}.")
        scratch.rename(self._data)

    def _properties(self, data: Path, session_ms: int) -> Path:
        file = self._folder / "server.properties"
        file.write_text(
            PROPERTIES.format(
                port=self.port,
                controller=self._controller,
                data=data,
                session=session_ms,
                heartbeat=min(2000, session_ms // 4),
            )
            + self._extra_properties
        )
        return file

    def _run(self, *arguments: str) -> subprocess.Popen[bytes]:
        return process.spawn([str(self._java), *JVM, *self._jvm, "-cp", self._class_path, *arguments], self.log)
