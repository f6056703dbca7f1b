"""`kommune up` as a newcomer has it: seconds to the first page, the second time too, and memory after the story."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil

from deploy.local import process
from tests.load.figure import Figure
from tests.support.waiting import ended


def run(folder: Path) -> list[Figure]:
    """Blocking."""
    state = folder / "state"
    port = process.port_for(folder / "port")
    environment = os.environ | {"PORT": str(port), "KOMMUNE_CACHE": str(Path(".local/cache").absolute())}
    starts = []
    for _ in range(2):
        started = time.monotonic()
        up = subprocess.Popen(
            [sys.executable, "-m", "kommune.cli", "up", "--state", str(state)],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            first = not starts
            _until_ready(up) if first else _until_page(up, port)
            starts.append(time.monotonic() - started)
            if not first:
                _until_ready(up)
                subprocess.run(
                    [sys.executable, "-m", "kommune.cli", "demo", "--state", str(state)],
                    env=environment,
                    check=True,
                    stdout=subprocess.DEVNULL,
                )
                memory = {
                    _name(child): child.memory_full_info().pss / 2**20
                    for child in psutil.Process(up.pid).children(recursive=True)
                }
                memory["kommune up"] = psutil.Process(up.pid).memory_full_info().pss / 2**20
        finally:
            up.terminate()
            ended(up)
    parts = ", ".join(f"{name} {size:.0f}" for name, size in sorted(memory.items(), key=lambda item: -item[1]))
    return [
        Figure("first start to a seeded platform (programs fetched)", starts[0], "s", 60, "to reach", "less"),
        Figure("second start to the first page", starts[1], "s", 10, "to reach", "less"),
        Figure("memory of everything after the story", sum(memory.values()), "MB", 900, "to reach", "less", parts),
    ]


def _until_ready(up: subprocess.Popen[str]) -> None:
    """Until the platform says that it is ready."""
    assert up.stdout is not None
    if not any("ready:" in line for line in up.stdout):
        raise SystemExit("kommune up did not become ready")


def _until_page(up: subprocess.Popen[str], port: int) -> None:
    """Until the first page is there."""
    while up.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/registration/", timeout=5) as answer:
                answer.read()
                return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("kommune up ended")


def _name(child: psutil.Process) -> str:
    line = f"{child.name()} {' '.join(child.cmdline())}"
    for sign, name in (
        ("mongod", "MongoDB"),
        ("java", "Kafka"),
        ("work all", "workers"),
        ("serve all", "APIs"),
        ("prefork", "parent of the services"),
    ):
        if sign in line:
            return name
    return f"{child.name()} {child.pid}"
