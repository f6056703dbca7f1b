"""`make bench`: everything that is promised in numbers, measured on this machine in one run. Only loopback, stops by itself."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from deploy.local.stack import LocalStack
from tests.load import (
    answers,
    attack,
    board,
    chain,
    closing,
    contention,
    desk,
    footprint,
    full_gathering,
    kills,
    library,
    mail,
    mail_kills,
    mail_throughput,
    mail_together,
    packs,
    projection,
    recommendations,
    registrations,
    scale,
    scoring,
    waiting_list,
    wave_audit,
    waves,
)
from tests.load.figure import HEAD, Figure, machine_ms

RESULTS = Path("bench/results")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5, help="length of each load")
    parser.add_argument(
        "--only",
        choices=(
            "registrations",
            "chain",
            "answers",
            "contention",
            "waiting_list",
            "full_gathering",
            "desk",
            "kills",
            "projection",
            "mail",
            "mail_throughput",
            "mail_kills",
            "mail_together",
            "library",
            "waves",
            "recommendations",
            "packs",
            "scale",
            "attack",
            "wave_audit",
            "scoring",
            "board",
            "closing",
            "footprint",
        ),
    )
    parser.add_argument(
        "--share",
        type=float,
        default=0.02,
        help="of the nation that `scale` and `closing` make, and of those whom `mail_together` tells: 1 takes ten minutes each",
    )
    chosen = parser.parse_args()
    figures: list[Figure] = []

    def measure(name: str, run: Callable[[Path], list[Figure]]) -> None:
        if chosen.only in (None, name):
            with tempfile.TemporaryDirectory() as folder:
                speed = machine_ms()
                measured = run(Path(folder))
            speed = max(speed, machine_ms())
            found = [replace(figure, machine_ms=speed) for figure in measured]
            print(*(figure.line() for figure in found), sep="\n", flush=True)
            figures.extend(found)

    print(HEAD, flush=True)
    with LocalStack(Path(".local/bench"), lambda line: None) as stack:
        measure("registrations", lambda folder: uvloop.run(registrations.run(stack, folder, chosen.seconds)))
        measure("chain", lambda folder: uvloop.run(chain.run(stack, folder, chosen.seconds)))
        measure("answers", lambda folder: uvloop.run(answers.run(stack, folder, chosen.seconds)))
        measure("contention", lambda folder: uvloop.run(contention.run(stack, folder)))
        measure("waiting_list", lambda folder: uvloop.run(waiting_list.run(stack, folder)))
        measure("full_gathering", lambda folder: uvloop.run(full_gathering.run(stack, folder)))
        measure("desk", lambda folder: uvloop.run(desk.run(stack, folder, chosen.seconds / 2)))
        measure("kills", lambda folder: uvloop.run(kills.run(stack, folder)))
        measure("projection", lambda folder: uvloop.run(projection.run(stack, folder)))
        measure("closing", lambda folder: uvloop.run(closing.run(stack, folder, chosen.share)))
        measure("board", lambda folder: uvloop.run(board.run(stack, folder, chosen.seconds * 2)))
        measure("library", lambda folder: uvloop.run(library.run(stack, folder)))
        measure("recommendations", lambda folder: uvloop.run(recommendations.run(stack, folder)))
        measure("packs", lambda folder: uvloop.run(packs.run(stack, folder)))
        measure("waves", lambda folder: uvloop.run(waves.run(stack, folder)))
        measure("mail", lambda folder: uvloop.run(mail.run(stack, folder, chosen.seconds * 2)))
        measure("mail_throughput", lambda folder: uvloop.run(mail_throughput.run(stack, folder)))
        measure("mail_together", lambda folder: uvloop.run(mail_together.run(stack, folder, chosen.share)))
        measure("mail_kills", lambda folder: uvloop.run(mail_kills.run(stack, folder)))
        measure("scale", lambda folder: uvloop.run(scale.run(stack, folder, chosen.seconds, chosen.share)))
    measure("scoring", scoring.run)
    measure("attack", attack.run)
    measure("wave_audit", wave_audit.run)
    measure("footprint", footprint.run)

    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True).stdout
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    RESULTS.mkdir(parents=True, exist_ok=True)
    file = RESULTS / f"{chosen.only or 'all'}.json"
    file.write_text(
        json.dumps(
            {
                "at": datetime.now(UTC).isoformat(timespec="seconds"),
                "machine": machine,
                "commit": commit.strip(),
                "seconds": chosen.seconds,
                "figures": [figure.plain() for figure in figures],
            },
            indent=1,
        )
        + "\n"
    )
    print(f"written to {file}")


if __name__ == "__main__":
    main()
