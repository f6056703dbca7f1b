"""A workshop: hundreds look at the board while people answer. How long until every viewer sees a change, and what it costs.

Half of the viewers are moderators' pages, half sit in the room with its link; a few read nothing at all, which must not
delay the others. The load runs in this process, the service in one of its own.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import time
from bisect import bisect_left
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import psutil

from chassis.identity.tokens import LocalIssuer
from chassis.storage.mongo import connect
from deploy.local.stack import LocalStack
from tests.load.client import TENANT, Connection, percentile
from tests.load.figure import Figure
from tests.load.registrations import bench_settings, serving

VIEWERS, SLEEPERS = 500, 5
ANSWERS_A_SECOND = 60
RESPONDENTS = 120
PERSPECTIVES = ("administration", "politics", "civil_society", "economy")
WARM_UP = 3.0
ANSWERS = re.compile(rb"(\d+) von \d+ Antworten gegeben")


@dataclass
class Viewer:
    """Reads a stream and notes when it first saw each sum of answers."""

    sums: list[int] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    ended: str = ""

    async def watch(self, port: int, path: str, token: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
        authorization = f"Authorization: Bearer {token}\r\n" if token else ""
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Language: de\r\n{authorization}\r\n".encode())
        while line := await reader.readline():
            # A change of one part comes alone: the sum over all perspectives stands in the part `participation` or `room`.
            if found := self._answers(line):
                self._partial.append(found)
            elif line in (b"\r\n", b"\n") and self._partial:
                self.sums.append(sum(self._partial))
                self.at.append(time.perf_counter())
                self._partial.clear()
        self.ended = "the stream ended"

    _partial: list[int] = field(default_factory=list)

    def _answers(self, line: bytes) -> int | None:
        found = ANSWERS.search(line)
        return int(found.group(1)) if found else None

    def delay(self, answers: int, saved: float) -> float | None:
        """Seconds from an acknowledged answer until a state that holds it was seen; None if it never was."""
        place = bisect_left(self.sums, answers)
        return max(0.0, self.at[place] - saved) if place < len(self.sums) else None


async def run(stack: LocalStack, folder: Path, seconds: float = 10) -> list[Figure]:
    settings = bench_settings(stack, folder)
    issuer = LocalIssuer(settings)
    database = connect(settings, "selfcheck")
    await database["tenants"].insert_one(
        {
            "_id": TENANT,
            "tenant": TENANT,
            "seq": 1,
            "status": "admitted",
            "name": {"de": "Bench"},
            "kind": "city",
            "languages": ["de"],
        }
    )
    async with serving(settings, ["-m", "kommune.cli", "serve", "selfcheck"], folder / "selfcheck.log") as pid:
        figures = await _workshop(settings.port, issuer, pid, seconds)
    await database.drop()
    await database.close()
    return figures


async def _workshop(port: int, issuer: LocalIssuer, pid: int, seconds: float) -> list[Figure]:
    connection = Connection(port)
    await connection.open()
    moderator, coordinator = issuer.issue(TENANT, "moderator"), issuer.issue(TENANT, "coordinator")

    async def post(path: str, token: str, body: object) -> dict[str, str]:
        status, answer = await connection.request("POST", path, token, json.dumps(body).encode())
        if status not in (200, 201):
            raise SystemExit(f"{path}: {status} {answer[:300]!r}")
        made: dict[str, str] = json.loads(answer)
        return made

    base = f"/selfcheck/v1/{TENANT}/assessments"
    body = {
        "questionnaire": {"id": "weltoffene-kommune", "version": "1"},
        "title": {"de": "Bench"},
        "minimum_group": 3,
        "perspectives": [{"id": one, "title": {"de": one}} for one in PERSPECTIVES],
    }
    id = (await post(base, coordinator, body))["id"]
    codes = []
    for number in range(RESPONDENTS):
        invitation = {"perspective": PERSPECTIVES[number % len(PERSPECTIVES)]}
        codes.append((await post(f"{base}/{id}/invitations", coordinator, invitation))["answer_url"].rpartition("/")[2])
    room = (await post(f"{base}/{id}/room", moderator, {}))["room_url"].rpartition("/")[2]
    _, asked = await connection.request("GET", "/selfcheck/v1/questionnaires/weltoffene-kommune/1")
    questions = [q["id"] for f in json.loads(asked)["fields"] for c in f["criteria"] for q in c["questions"]]
    connection.close()
    crowd = Crowd(port, codes, questions)
    await crowd.begin()

    board, guest = f"/selfcheck/{TENANT}/assessments/{id}/board/fragments", f"/selfcheck/room/{room}/fragments"
    viewers = [Viewer() for _ in range(VIEWERS)]
    watching = [
        asyncio.create_task(one.watch(port, *((board, moderator) if place % 2 else (guest, ""))))
        for place, one in enumerate(viewers)
    ]
    sleepers = [_asleep(port, board, moderator) for _ in range(SLEEPERS)]
    await asyncio.sleep(WARM_UP)

    process = psutil.Process(pid)
    before, started = sum(process.cpu_times()[:2]), time.perf_counter()
    await crowd.answer(seconds)
    await asyncio.sleep(1.5)
    cores = (sum(process.cpu_times()[:2]) - before) / (time.perf_counter() - started)
    for task in watching:
        task.cancel()
    for sleeper in sleepers:
        sleeper.close()
    if ended := [one.ended for one in viewers if one.ended]:
        raise SystemExit(f"{len(ended)} viewers were cut off")

    delays = [one.delay(answers, saved) for one in viewers for answers, saved in crowd.saved]
    if missed := sum(delay is None for delay in delays):
        raise SystemExit(f"{missed} changes were not seen")
    seen = sorted(delay * 1000 for delay in delays if delay is not None)
    rate = len(crowd.saved) / seconds
    if rate < ANSWERS_A_SECOND * 0.9:
        raise SystemExit(f"only {rate:.0f} answers a second")
    p99 = percentile(seen, 99)
    save95 = percentile(crowd.times, 95)
    note = f"p50 {median(seen):.0f} ms, longest {seen[-1]:.0f} ms; {rate:.0f} answers/s, saved with p95 {save95:.0f} ms"
    return [
        Figure(f"board: a change reaches {VIEWERS} viewers, p99", round(p99), "ms", 1000, "to reach", "less", note),
        Figure(
            "board: processor of the service",
            round(cores, 2),
            "cores",
            1,
            "to reach",
            "less",
            f"resident {process.memory_info().rss / 2**20:.0f} MB",
        ),
    ]


class Crowd:
    """People who answer. `saved`: (sum of all answers with this one, when it was acknowledged)."""

    def __init__(self, port: int, codes: list[str], questions: list[str]) -> None:
        self._port = port
        self._codes = codes
        self._questions = questions
        self._resume: dict[str, str] = {}
        self._next = dict.fromkeys(codes, 1)
        self._sum = 0
        self.saved: list[tuple[int, float]] = []
        self.times: list[float] = []

    async def begin(self) -> None:
        """Everybody answers one question, which claims their sheets."""
        connection = Connection(self._port)
        await connection.open()
        for code in self._codes:
            _, answer = await self._put(connection, code, self._questions[0])
            self._resume[code] = json.loads(answer)["resume_code"]
            self._sum += 1
        connection.close()

    async def answer(self, seconds: float) -> None:
        """So many a second, evenly, each by the next person; more connections than are busy at once."""
        connections: asyncio.Queue[Connection] = asyncio.Queue()
        for _ in range(24):
            connection = Connection(self._port)
            await connection.open()
            connections.put_nowait(connection)
        started = time.perf_counter()
        tasks = []
        for number in range(int(seconds * ANSWERS_A_SECOND)):
            await asyncio.sleep(max(0.0, started + number / ANSWERS_A_SECOND - time.perf_counter()))
            tasks.append(asyncio.create_task(self._one(connections, self._codes[number % len(self._codes)])))
        await asyncio.gather(*tasks)

    async def _one(self, connections: asyncio.Queue[Connection], code: str) -> None:
        connection = await connections.get()
        begun = time.perf_counter()
        question = self._questions[self._next[code] % len(self._questions)]
        self._next[code] += 1
        await self._put(connection, code, question)
        self._sum += 1
        now = time.perf_counter()
        self.times.append((now - begun) * 1000)
        # Saves overlap, so the sum a viewer has to have seen is at least what was acknowledged up to here.
        self.saved.append((self._sum, now))
        connections.put_nowait(connection)

    async def _put(self, connection: Connection, code: str, question: str) -> tuple[int, bytes]:
        body = json.dumps({"answers": {question: 3}}).encode()
        status, answer = await connection.request(
            "PUT", f"/selfcheck/v1/answers/{code}", "", body, resume=self._resume.get(code, "")
        )
        if status != 200:
            raise SystemExit(f"an answer was refused: {status} {answer[:300]!r}")
        return status, answer


def _asleep(port: int, path: str, token: str) -> socket.socket:
    """A viewer that asks and never reads."""
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
    return connection
