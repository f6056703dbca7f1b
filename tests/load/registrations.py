"""How many registrations a second one API process accepts, each durable (majority, journal) with its event in the outbox.

Beside the limit: one journaled majority insert per request through the same HTTP stack. Run against loopback:
`python -m tests.load.registrations --seconds 5`. Prints a table, writes `bench/results/registrations.json`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any

import httptools
import psutil
import uvloop

from chassis.ids import new_id
from chassis.mongo import connect
from chassis.settings import Settings
from chassis.tokens import LocalIssuer
from deploy.local import process
from deploy.local.stack import LocalStack

CLIENTS = (1, 8, 32, 128)
GATHERINGS = 16
RESULTS = Path("bench/results/registrations.json")


class Connection:
    """A keep-alive HTTP connection that sends ready-made requests: the load generator must not be what is measured."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    async def post(self, path: str, token: str, body: bytes) -> tuple[int, bytes]:
        self._body, self._done = b"", False
        parser = httptools.HttpResponseParser(self)
        self._writer.write(
            f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        while not self._done:
            parser.feed_data(await self._reader.read(65536))
        return parser.get_status_code(), self._body

    def on_body(self, part: bytes) -> None:
        self._body += part

    def on_message_complete(self) -> None:
        self._done = True

    def close(self) -> None:
        self._writer.close()


async def measure(
    port: int, paths: list[str], token: str, body: bytes, clients: int, seconds: float, pid: int
) -> dict[str, Any]:
    """Requests a second, percentiles in ms, and CPU-ms of the API process per request."""
    latencies: list[float] = []
    failures: list[int] = []
    stop = time.perf_counter() + seconds

    async def client(number: int) -> None:
        connection = Connection(port)
        await connection.open()
        turn = number
        while time.perf_counter() < stop:
            started = time.perf_counter()
            status, _ = await connection.post(paths[turn % len(paths)], token, body)
            (latencies if status == 201 else failures).append(
                (time.perf_counter() - started) * 1000 if status == 201 else status
            )  # type: ignore[arg-type]
            turn += 1
        connection.close()

    api = psutil.Process(pid)
    before = sum(api.cpu_times()[:2])
    await asyncio.gather(*(client(number) for number in range(clients)))
    if failures:
        raise SystemExit(f"{len(failures)} requests failed, the first with {failures[0]}")
    cuts = quantiles(latencies, n=100)
    return {
        "clients": clients,
        "per_second": round(len(latencies) / seconds, 1),
        "p50_ms": round(cuts[49], 1),
        "p95_ms": round(cuts[94], 1),
        "p99_ms": round(cuts[98], 1),
        "cpu_ms": round((sum(api.cpu_times()[:2]) - before) * 1000 / len(latencies), 2),
    }


async def prepare(port: int, issuer: LocalIssuer) -> tuple[list[str], str]:
    """An admitted municipality with published gatherings; their registration paths and a clerk's token."""
    connection = Connection(port)
    await connection.open()

    async def post(path: str, token: str, body: Any, expected: int) -> Any:
        status, answer = await connection.post(f"/registration/v1/{path}", token, json.dumps(body).encode())
        if status != expected:
            raise SystemExit(f"{path}: {status} {answer[:300]!r}")
        return json.loads(answer)

    office, coordinator = issuer.issue("-", "programme_office"), issuer.issue("bench", "coordinator")
    application = {
        "slug": "bench", "name": "Bench", "kind": "city", "state": "Niedersachsen", "inhabitants": 1, "languages": ["de"],
        "contact": {"name": "Bench", "email": "bench@example.org"},
    }  # fmt: skip
    await post("municipalities", office, application, 201)
    await post("municipalities/bench/decision", office, {"decision": "admitted", "reason": ""}, 200)
    start = datetime.now(UTC) + timedelta(days=9)
    paths = []
    for _ in range(GATHERINGS):
        gathering = {
            "title": {"de": "t"}, "description": {"de": "d"}, "kind": "dialogue", "starts_at": start.isoformat(),
            "ends_at": (start + timedelta(hours=2)).isoformat(), "mode": "online", "capacity": 100_000, "party_max": 4,
        }  # fmt: skip
        id = (await post("bench/gatherings", coordinator, gathering, 201))["id"]
        await post(f"bench/gatherings/{id}/publication", coordinator, {}, 200)
        paths.append(f"/registration/v1/bench/gatherings/{id}/registrations")
    connection.close()
    return paths, issuer.issue("bench", "intake")


REGISTRATION = json.dumps(
    {
        "name": "Olena", "contact": {"phone": "+49 4421 1234"}, "language": "uk", "party": [], "support": [], "channel": "phone",
        "consent": {"text_version": "1"},
    }
).encode()  # fmt: skip


async def run(seconds: float, stack: LocalStack, folder: Path) -> list[dict[str, Any]]:
    port = process.port_for(folder / "port")
    environment = {
        "ENVIRONMENT": "local", "NAMESPACE": f"b{new_id()[-10:]}", "SECRET_KEY": "only for measuring, nothing is secret here", "PORT": str(port),
        "STATE_DIR": str(folder), "MONGODB_URI": stack.mongodb_uri, "KAFKA_BOOTSTRAP": stack.kafka_bootstrap,
    }  # fmt: skip
    settings = Settings(**{name.lower(): value for name, value in environment.items()})  # type: ignore[arg-type]
    issuer = LocalIssuer(settings)
    rows = []
    for what, command in (
        ("registration", ["-m", "kommune.cli", "serve", "registration"]),
        ("limit: one journaled insert", ["-m", "tests.load.insert_limit"]),
    ):
        api = process.spawn([sys.executable, *command], folder / "api.log", os.environ | environment)
        try:
            process.wait_ready(api, lambda: process.listening(port), "the API", folder / "api.log")
            paths, token = await prepare(port, issuer) if what == "registration" else (["/insert"], "")
            for clients in CLIENTS:
                rows.append({"what": what} | await measure(port, paths, token, REGISTRATION, clients, seconds, api.pid))  # noqa: PERF401 - awaited one after the other
        finally:
            process.stop(api)
    for service in ("registration", "limit"):
        database = connect(settings, service)
        await database.drop()
        await database.close()
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder, LocalStack(Path(".local/bench"), print) as stack:
        rows = uvloop.run(run(seconds, stack, Path(folder)))
    limits = {row["clients"]: row["per_second"] for row in rows if row["what"].startswith("limit")}
    print(f"{'what':30}{'clients':>8}{'per s':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'CPU ms':>8}{'of limit':>10}")
    for row in rows:
        row["ratio"] = round(row["per_second"] / limits[row["clients"]], 2)
        print(
            f"{row['what']:30}{row['clients']:>8}{row['per_second']:>9}{row['p50_ms']:>9}{row['p95_ms']:>9}{row['p99_ms']:>9}{row['cpu_ms']:>8}{row['ratio']:>10}"
        )
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    RESULTS.write_text(
        json.dumps({"machine": machine, "commit": commit, "seconds": seconds, "rows": rows}, indent=1) + "\n"
    )


if __name__ == "__main__":
    main()
