"""`kommune up`: the whole platform on one machine, without Docker, root or accounts."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from secrets import token_urlsafe
from typing import TYPE_CHECKING

from rich.console import Console

from deploy.local import process
from deploy.local.fetch import FetchError
from deploy.local.prefork import Forked, Prefork
from deploy.local.process import StartError
from deploy.local.stack import AlreadyRunning, LocalStack
from kommune.demo.places import WOLFSBURG
from kommune.services import NAMES, RUN, WARM

if TYPE_CHECKING:
    from chassis.ids import Secrets

# What topics and the demo need is imported where it is needed: once the pages answer, to which it would only be in the way.

SHOWN = WOLFSBURG.slug
"""The municipality of the printed links: it has gatherings with people, and a self-check with a result."""
DEMO_ROLES = (
    (SHOWN, "coordinator"),
    (SHOWN, "intake"),
    (SHOWN, "moderator"),
    (SHOWN, "decision_maker"),
    ("-", "programme_office"),
    ("-", "operator"),
)


def local_environment(state: Path) -> dict[str, str]:
    """Settings of a local deployment; the secret is made once and kept in the state folder."""
    secret = state / "secret"
    if not secret.exists():
        state.mkdir(parents=True, exist_ok=True)
        secret.touch(mode=0o600)
        secret.write_text(token_urlsafe(48))
    port = os.environ.get("PORT", "8000")
    return {
        "environment": "local",
        "secret_key": os.environ.get("SECRET_KEY") or secret.read_text(),
        "state_dir": str(state.absolute()),
        "port": port,
        "public_url": os.environ.get("PUBLIC_URL") or f"http://127.0.0.1:{port}",
        "kafka_replicas": "1",
        "mongodb_uri": os.environ.get("MONGODB_URI", "mongodb://unused"),
        "kafka_bootstrap": os.environ.get("KAFKA_BOOTSTRAP", "unused:1"),
    }


def run(state: Path) -> int:
    """Start everything, wait for Ctrl-C or SIGTERM, stop everything. The exit code."""
    console = Console(stderr=False, highlight=False)
    started = time.monotonic()

    def say(line: str) -> None:
        console.print(f"[dim]{time.monotonic() - started:5.1f} s[/dim]  {line}", soft_wrap=True)

    stopping = False

    def on_signal(*_: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGINT, on_signal)
    signal.signal(signal.SIGTERM, on_signal)
    try:
        # Services are forked from a parent that imports what they need while MongoDB and Kafka start.
        with (
            Prefork(RUN, WARM, state / "logs" / "parent.log") as parent,
            LocalStack(state, say, kafka_later=True) as stack,
        ):
            say("MongoDB is running")
            environment = local_environment(state) | {
                "mongodb_uri": stack.mongodb_uri,
                "kafka_bootstrap": stack.kafka_bootstrap,
            }
            environment["smtp_url"] = (
                os.environ.get("SMTP_URL") or f"smtp://127.0.0.1:{process.port_for(state / 'smtp-port')}"
            )
            environment["worker_port"] = str(process.port_for(state / "worker-port"))
            variables = os.environ | {name.upper(): value for name, value in environment.items()}
            logs, address = state / "logs", environment["public_url"]
            api = _Part("The services' API", ["serve", "all", "--laptop"], logs / "api.log", int(environment["port"]))
            worker = _Part(
                "The services' worker", ["work", "all"], logs / "worker.log", int(environment["worker_port"])
            )
            parts = [api, worker]
            try:
                # Pages need MongoDB alone: they answer while Kafka still starts.
                api.start(parent, variables)
                api.wait_ready(lambda: stopping)
                if not stopping:
                    say(f"pages answer: {address}")
                    stack.wait_for_kafka()
                    say("Kafka is running")
                    make_topics(environment)
                    worker.start(parent, variables)
                    worker.wait_ready(lambda: stopping)
                if not stopping:
                    demo = Demo(environment, say)
                    demo.seed()
                    stack.announce(address)
                    print_sign_in_links(console, address, demo.secrets)
                    demo.start()
                    stack.prepare_next_start()
                    say(f"ready: [bold]{address}[/bold]  (mail that was sent: {address}/mailbox.json; Ctrl-C stops)")
                while not stopping:
                    for part in parts:
                        part.check()
                    if ended := stack.ended():
                        raise StartError(ended)
                    time.sleep(0.1)
                say("stopping …")
            finally:
                for part in parts:
                    part.stop()
    except (AlreadyRunning, FetchError, StartError) as error:
        console.print(str(error), soft_wrap=True)
        return 1
    return 0


def make_topics(environment: Mapping[str, str]) -> None:
    from chassis.settings import Settings
    from kommune.topics import apply

    asyncio.run(apply(Settings(**environment)))  # type: ignore[arg-type]


def print_sign_in_links(console: Console, address: str, secrets: Secrets) -> None:
    """One link for each role, to open in a browser."""
    from programme.navigation import local_sign_in

    console.print(f"\nSign in, for {WOLFSBURG.name['de']}, as")
    for tenant, role in DEMO_ROLES:
        console.print(f"  {role:<17} {address}{local_sign_in(secrets, tenant, role)}", soft_wrap=True)
    console.print(
        "\nFor another municipality: .venv/bin/kommune sign-in --tenant wilhelmshaven --role coordinator\n",
        soft_wrap=True,
    )


class Demo(threading.Thread):
    """Seeds the demo: its municipalities at once, the exchange between them as a thread, while the platform is used already.

    The thread ends with the process, and says what it could not do.
    """

    def __init__(self, environment: Mapping[str, str], say: Callable[[str], None]) -> None:
        from chassis.ids import Secrets
        from chassis.settings import Settings

        super().__init__(name="demo", daemon=True)
        self._settings, self._say = Settings(**environment), say  # type: ignore[arg-type]
        self.secrets = Secrets(environment["secret_key"])

    def seed(self) -> None:
        """Raises: StartError when the platform did not do what was expected."""
        from kommune.demo.platform import DemoError
        from kommune.demo.seed import seed_demo

        try:
            seed_demo(self._settings, self._say)
        except DemoError as error:
            raise StartError(str(error)) from None

    def run(self) -> None:
        from kommune.demo.exchange import seed_exchange
        from kommune.demo.platform import DemoError

        try:
            seed_exchange(self._settings, self._say)
            self._say("The demo is complete")
        except DemoError as error:
            self._say(f"The demo is not complete: {error}")


class _Part:
    """One of the platform's processes."""

    def __init__(self, name: str, arguments: list[str], log: Path, port: int) -> None:
        self._name = name
        self._arguments = arguments
        self._log = log
        self._port = port
        self._child: Forked | None = None

    def start(self, parent: Prefork, environment: Mapping[str, str]) -> None:
        self._child = parent.fork(self._arguments, self._log, environment)

    def wait_ready(self, given_up: Callable[[], bool]) -> None:
        assert self._child is not None
        process.wait_ready(self._child, lambda: given_up() or all(map(self._answers, NAMES)), self._name, self._log)

    def check(self) -> None:
        """Raises: StartError when it has ended."""
        if self._child is not None and self._child.poll() is not None:
            raise StartError(f"{self._name} ended with code {self._child.returncode}; the log is {self._log}.")

    def stop(self) -> None:
        if self._child is not None:
            process.stop(self._child, patience=20)

    def _answers(self, service: str) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/{service}/health/ready", timeout=1) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False
