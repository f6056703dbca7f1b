"""The Kafka of docker-compose.yml, started by the same script (`deploy/kafka/start.sh`) from the local stack's jars."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from deploy.local import fetch, process
from deploy.local.server import Server

ROOT = Path(__file__).parents[2]
TOOLS = {"kafka-storage.sh": "kafka.tools.StorageTool", "kafka-server-start.sh": "kafka.Kafka"}
JVM = "-Xms64m -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dorg.slf4j.simpleLogger.defaultLogLevel=warn"


class SecuredKafka(Server):
    """Everybody logs in; `password(user)` is the one of each user. With a certificate clients come encrypted."""

    def __init__(self, folder: Path, certificate: Path | None = None) -> None:
        super().__init__("Kafka", folder)
        self._certificate = certificate
        self.inner_ports = {name: process.port_for(folder / f"{name}-port") for name in ("controller", "local")}
        self._tools = folder / "bin"
        self._tools.mkdir(exist_ok=True)
        cache = Path(os.environ.get("KOMMUNE_CACHE") or ROOT / ".local" / "cache").absolute()
        jars = fetch.kafka_class_path(cache, print)
        for name, main in TOOLS.items():
            tool = self._tools / name
            tool.write_text(f'#!/bin/bash\nexec "{fetch.java()}" {JVM} -cp "{jars}" {main} "$@"\n')
            tool.chmod(0o755)

    @property
    def storage_mark(self) -> Path:
        """The file that Kafka's storage is told by."""
        return self._folder / "data" / "meta.properties"

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"

    def password(self, user: str) -> str:
        return f"password-of-{user}"

    def spawn(self) -> None:
        self._fresh_log()
        users = ("admin", "registration", "selfcheck", "notifications", "reporting")
        environment = {f"KAFKA_PASSWORD_{user.upper()}": self.password(user) for user in users}
        environment |= {
            "PATH": os.environ["PATH"],
            "CLUSTER_ID": "d2VsdG9mZmVuZS1rb21tdQ",
            "KAFKA_BIN": str(self._tools),
            "KAFKA_FOLDER": str(self._folder),
            "KAFKA_DATA": str(self._folder / "data"),
            "KAFKA_HOST": "127.0.0.1",
            "KAFKA_PORT": str(self.port),
            **{f"KAFKA_{name.upper()}_PORT": str(port) for name, port in self.inner_ports.items()},
            **({"KAFKA_CERTIFICATE": str(self._certificate)} if self._certificate else {}),
        }
        bash = str(shutil.which("bash"))
        self.child = process.spawn([bash, str(ROOT / "deploy/kafka/start.sh")], self.log, environment)

    @property
    def login_of_tools(self) -> dict[str, str]:
        """What tools inside its container, such as the health check, log in with."""
        lines = (self._folder / "client.properties").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def wait(self) -> None:
        process.wait_ready(self.running, lambda: process.listening(self.port), self.name, self.log, patience=120)
