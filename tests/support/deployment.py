"""A deployment as in production: an API and a worker process for each service, beside a mail sink. For tests that kill them."""

from __future__ import annotations

import asyncio
import functools
import os
import signal
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from random import SystemRandom
from tempfile import mkdtemp
from typing import Any, Self

import httpx
import psutil
import uvicorn
from starlette.applications import Starlette

from chassis.identity.tokens import LocalIssuer
from chassis.settings import Settings
from deploy.local import process
from deploy.local.prefork import Forked, Prefork
from kommune.demo.platform import DemoError, Platform
from kommune.mail_sink import MailSink
from kommune.services import NAMES, RUN, WARM
from kommune.topics import apply
from tests.support.topics import remove_topics
from tests.support.waiting import until

VARIABLES = (
    "environment",
    "namespace",
    "state_dir",
    "mongodb_uri",
    "mongo_driver",
    "kafka_bootstrap",
    "kafka_replicas",
    "public_url",
    "smtp_url",
    "public_rate_limit",
    "clock_file",
    "heartbeat_seconds",
)


MOST_SHOWN = 20_000
"""Characters of the logs that are shown with a failed test."""
WORKERS = 8
"""As many may test side by side."""


def _ports() -> Iterator[int]:
    """Each worker of a run has ports of its own, in turn from anywhere among them: no other takes one between its choice and its use."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % WORKERS
    share = len(process.PORTS) // WORKERS
    own = process.PORTS[worker * share : (worker + 1) * share]
    first = SystemRandom().randrange(share)
    yield from cycle([*own[first:], *own[:first]])


PORTS = _ports()


def free_port() -> int:
    return next(port for port in PORTS if process.is_free(port))


@functools.cache
def parent() -> Prefork:
    """What all service processes of this test process are forked from."""
    return Prefork(RUN, WARM, Path(mkdtemp(prefix="prefork-")) / "log")


def failed_loops(logs: str) -> list[str]:
    """Lines that say that a loop ended by an error that nobody expected: what it had begun would be done a second time."""
    return [line for line in logs.splitlines() if '"loop failed"' in line]


class PatientPlatform(Platform):
    """Waits for answers and effects as long as anything progresses."""

    answer_seconds = None

    async def eventually(self, what: str, look: Callable[[], Awaitable[Any]]) -> Any:
        async def seen() -> Any:
            with suppress(DemoError):
                return await look()

        return await until(seen, what)


class Deployment:
    """`async with Deployment(settings, folder) as town:`; parts are named `registration.api`, `registration.worker` and so on.

    `registration.spare` is a second worker, which runs only when a test starts it."""

    def __init__(self, settings: Settings, folder: Path, services: Sequence[str] = NAMES) -> None:
        self.services = services
        self.ports = {f"{name}.{part}": free_port() for name in services for part in ("api", "worker")}
        self._spares = {f"{name}.spare": free_port() for name in services}
        self._sink_port, smtp = free_port(), free_port()
        self.address = f"http://127.0.0.1:{self._sink_port}"
        self.settings = settings.model_copy(
            update={
                "public_url": self.address,
                "smtp_url": f"smtp://127.0.0.1:{smtp}",
                "public_rate_limit": "100000/minute",
            }
        )
        self.folder = folder
        self.running: dict[str, Forked] = {}
        self.sink = MailSink(self.settings.smtp_url)
        self._sink_server = uvicorn.Server(
            uvicorn.Config(
                Starlette(routes=self.sink.routes()), port=self._sink_port, log_level="error", lifespan="off"
            )
        )

    async def __aenter__(self) -> Self:
        await apply(self.settings)
        self.sink.start()
        self._sink_task = asyncio.create_task(self._sink_server.serve())
        try:
            for part in self.ports:
                self.start(part)
            await self.ready(*self.ports)
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, failure: type[BaseException] | None = None, *_: object) -> None:
        for child in self.running.values():
            process.ask_to_stop(child)
        for part in list(self.running):
            self.stop(part)
        self._sink_server.should_exit = True
        await self._sink_task
        self.sink.stop()
        await remove_topics(self.settings)
        logs = self.logs()
        if failure is None:
            failed = failed_loops(logs)
            assert not failed, "\n".join(failed)
        else:
            print(logs[-MOST_SHOWN:])  # pytest shows it with the failure

    def logs(self) -> str:
        """What all parts have logged."""
        return "".join(log.read_text() for log in sorted(self.folder.glob("*.log")))

    def platform(self) -> Platform:
        """Calls over HTTP to the APIs."""
        addresses = {name: f"http://127.0.0.1:{self.ports[f'{name}.api']}" for name in self.services}
        return PatientPlatform(self.address, LocalIssuer(self.settings), addresses)

    def start(self, part: str, failpoints: str = "", **more: str) -> None:
        """Start a part, perhaps with failpoints armed; it is not ready yet."""
        service, kind = part.split(".")
        variables: Mapping[str, Any] = {name.upper(): getattr(self.settings, name) for name in VARIABLES}
        environment = os.environ | {name: str(value) for name, value in variables.items() if value is not None}
        environment |= {
            "SECRET_KEY": self.settings.secret_key.get_secret_value(),
            "FAILPOINTS": failpoints,
            "PORT" if kind == "api" else "WORKER_PORT": str(self._port(part)),
            **more,
        }
        command = ["serve" if kind == "api" else "work", service]
        self.running[part] = parent().fork(command, self.log(part), environment)

    def _port(self, part: str) -> int:
        return (self.ports | self._spares)[part]

    def log(self, part: str) -> Path:
        return self.folder / f"{part}.log"

    async def ready(self, *parts: str) -> None:
        """Wait until these answer that they are ready."""
        async with httpx.AsyncClient() as client:
            for part in parts:
                await until(lambda part=part: self._is_ready(client, part), f"{part} getting ready", self.log(part))  # type: ignore[misc]

    async def dead(self, part: str) -> None:
        """Wait until a part has died of its failpoint."""

        async def dead() -> bool:
            return self.running[part].poll() is not None

        await until(dead, f"the death of {part}")

    async def hangs(self, part: str) -> None:
        """Wait until a part has been stopped by its failpoint."""
        child = psutil.Process(self.running[part].pid)

        async def hangs() -> bool:
            return child.status() == psutil.STATUS_STOPPED

        await until(hangs, f"{part} hanging")

    def kill(self, part: str) -> None:
        """As a power cut would."""
        self.running[part].kill()
        self.running[part].wait()

    def resume(self, part: str) -> None:
        self.running[part].send_signal(signal.SIGCONT)

    def stop(self, part: str) -> None:
        """Politely."""
        child = self.running.pop(part)
        with suppress(ProcessLookupError):
            child.send_signal(signal.SIGCONT)
        process.stop(child)

    async def _is_ready(self, client: httpx.AsyncClient, part: str) -> bool:
        assert self.running[part].poll() is None, f"{part} ended: {self.log(part).read_text()[-2000:]}"
        try:
            answer = await client.get(f"http://127.0.0.1:{self._port(part)}/{part.split('.')[0]}/health/ready")
        except httpx.TransportError:
            return False
        return answer.status_code == 200
