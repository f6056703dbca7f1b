"""Ready-made requests over keep-alive connections: the load generator must not be what is measured. Loopback only."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import quantiles
from typing import Any

import httptools
import psutil

from chassis.identity.tokens import LocalIssuer

TENANT = "bench"


class Connection:
    """One client's connection."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    async def request(
        self, method: str, path: str, token: str = "", body: bytes = b"", key: str = "", resume: str = ""
    ) -> tuple[int, bytes]:
        """Status and body of the answer. Raises EOFError when the server hangs up before."""
        self._body, self._done = b"", False
        parser = httptools.HttpResponseParser(self)
        authorization = f"Authorization: Bearer {token}\r\n" if token else ""
        authorization += f"Idempotency-Key: {key}\r\n" if key else ""
        authorization += f"X-Resume-Code: {resume}\r\n" if resume else ""
        head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{authorization}Content-Length: {len(body)}\r\n\r\n"
        self._writer.write(head.encode() + body)
        while not self._done:
            data = await self._reader.read(65536)
            if not data:
                raise EOFError(f"{method} {path}: the server hung up")
            parser.feed_data(data)
        return parser.get_status_code(), self._body

    def on_body(self, part: bytes) -> None:
        self._body += part

    def on_message_complete(self) -> None:
        self._done = True

    def close(self) -> None:
        self._writer.close()


def percentile(times: Sequence[float], number: int) -> float:
    """Of times of the same thing, to a tenth."""
    return round(quantiles(times, n=100)[number - 1], 1)


@dataclass
class Load:
    """What one run of a load found; times in ms."""

    clients: int
    seconds: float
    times: list[float] = field(default_factory=list)
    failures: list[int] = field(default_factory=list)
    cpu_ms: float = 0.0

    @property
    def per_second(self) -> float:
        return round(len(self.times) / self.seconds, 1)

    def percentile(self, number: int) -> float:
        return percentile(self.times, number)


async def load(
    port: int, method: str, paths: list[str], token: str, body: bytes, clients: int, seconds: float, pid: int
) -> Load:
    """`clients` at once for so long, each asking again as soon as it has its answer. `cpu_ms`: of process `pid`, per request."""
    found = Load(clients, seconds)
    stop = time.perf_counter() + seconds

    async def client(number: int) -> None:
        connection = Connection(port)
        await connection.open()
        turn = number
        while time.perf_counter() < stop:
            started = time.perf_counter()
            status, _ = await connection.request(method, paths[turn % len(paths)], token, body)
            if status < 300:
                found.times.append((time.perf_counter() - started) * 1000)
            else:
                found.failures.append(status)
            turn += 1
        connection.close()

    process = psutil.Process(pid)
    before = sum(process.cpu_times()[:2])
    await asyncio.gather(*(client(number) for number in range(clients)))
    if found.failures or not found.times:
        raise SystemExit(f"{len(found.failures)} requests failed, the first with {found.failures[:1]}")
    found.cpu_ms = round((sum(process.cpu_times()[:2]) - before) * 1000 / len(found.times), 2)
    return found


async def gatherings(
    port: int, issuer: LocalIssuer, count: int, capacity: int, party_max: int = 4, **more: Any
) -> list[str]:
    """Paths of so many published gatherings of the tenant `bench`, which is admitted where it is not yet."""
    connection = Connection(port)
    await connection.open()

    async def post(path: str, token: str, body: Any, *expected: int) -> Any:
        status, answer = await connection.request("POST", f"/registration/v1/{path}", token, json.dumps(body).encode())
        if status not in expected:
            raise SystemExit(f"{path}: {status} {answer[:300]!r}")
        return json.loads(answer)

    office, coordinator = issuer.issue("-", "programme_office"), issuer.issue(TENANT, "coordinator")
    application = {
        "slug": TENANT,
        "name": "Bench",
        "kind": "city",
        "state": "Niedersachsen",
        "inhabitants": 1,
        "languages": ["de"],
        "contact": {"name": "Bench", "email": "bench@example.org"},
    }
    await post("municipalities", office, application, 201, 409)
    await post(f"municipalities/{TENANT}/decision", office, {"decision": "admitted", "reason": ""}, 200)
    start = datetime.now(UTC) + timedelta(days=9)
    paths = []
    for _ in range(count):
        gathering = {
            "title": {"de": "t"},
            "description": {"de": "d"},
            "kind": "dialogue",
            "starts_at": start.isoformat(),
            "ends_at": (start + timedelta(hours=2)).isoformat(),
            "mode": "online",
            "capacity": capacity,
            "party_max": party_max,
            **more,
        }
        id = (await post(f"{TENANT}/gatherings", coordinator, gathering, 201))["id"]
        await post(f"{TENANT}/gatherings/{id}/publication", coordinator, {}, 200)
        paths.append(f"/registration/v1/{TENANT}/gatherings/{id}")
    connection.close()
    return paths


def registration(party: int = 1, email: str | None = None) -> bytes:
    """The body of a registration by telephone, or by e-mail typed in by staff; both need no confirmation."""
    contact = {"email": email} if email else {"phone": "+49 4421 1234"}
    return json.dumps(
        {
            "name": "Olena",
            "contact": contact,
            "language": "uk",
            "party": [""] * (party - 1),
            "support": [],
            "channel": "email" if email else "phone",
            "consent": {"text_version": "1"},
        }
    ).encode()
