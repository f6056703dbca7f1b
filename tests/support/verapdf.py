"""Checks PDF files with veraPDF, the reference implementation for PDF/UA and PDF/A; its jar comes from Maven Central."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deploy.local.fetch import java

COORDINATE = ("org.verapdf.apps", "cli", "1.30.2")
SHA256 = "287cc9c9757f99dcff4a2d39b68268245b48103fb6af443162d5a29df2afa332"
MAIN = "org.verapdf.apps.GreenfieldCliWrapper"
CACHE = Path(__file__).parents[2] / ".local" / "verapdf"
CLAIMED = ("PDF/A-2a validation profile", "PDF/UA-1 validation profile")
"""What every document of ours says of itself; veraPDF looks at each claim that it finds in a file."""
QUICK_START = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m")


def failures(*files: Path) -> list[str]:
    """What is wrong with the files, by PDF/UA-1 and PDF/A-2a; empty where nothing is."""
    command = [str(java()), *QUICK_START, "-cp", str(_jar()), MAIN, "-f", "0", "--format", "json", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    jobs = json.loads(done.stdout)["report"]["jobs"]
    if len(jobs) != len(files):
        raise RuntimeError(f"veraPDF looked at {len(jobs)} of {len(files)} files: {done.stderr[-500:]}")
    return [fault for job in jobs for fault in _faults(job)]


def _faults(job: dict[str, Any]) -> Iterator[str]:
    name = Path(job["itemDetails"]["name"]).name
    results = {one["profileName"]: one for one in job.get("validationResult", ())}
    for claim in CLAIMED:
        if claim not in results:
            yield f"{name}: does not claim {claim}: {job.get('taskException')}"
        elif not results[claim]["compliant"]:
            for rule in results[claim]["details"]["ruleSummaries"]:
                yield f"{name}: {claim}: {rule['clause']} {rule['description']}"


def _jar() -> Path:
    from jgo.maven import MavenContext

    group, artifact, version = COORDINATE
    kept = CACHE / f"{artifact}-{version}.jar"
    if not kept.exists():
        context = MavenContext(repo_cache=CACHE / "m2", timeout=60)
        fetched = Path(context.project(group, artifact).at_version(version).artifact().resolve())
        if hashlib.sha256(fetched.read_bytes()).hexdigest() != SHA256:
            raise RuntimeError("the fetched veraPDF is not the one that is expected")
        fetched.rename(kept)
    return kept
